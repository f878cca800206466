if NETWORK == TRAIN:

    rule train_denoiser:
        input:
            train=R / "data/train.npz",
            info=R / "data/dataset.json",
        output:
            R / "diffusion/{denoiser}.safetensors",
        log:
            R / "logs/train_denoiser/{denoiser}.log",
        benchmark:
            R / "benchmarks/train_denoiser/{denoiser}.tsv"
        wildcard_constraints:
            denoiser=r"denoiser(-rep\d+)?",
        conda:
            "../../envs/torch.yaml"
        threads: config["threads"]
        resources:
            **needs("train_denoiser"),
        params:
            settings=settings("train_denoiser", "seed", "threads", "diffusion.train"),
            checkpoints=R / "checkpoints",
        script:
            "../scripts/train_denoiser.py"

else:

    rule import_denoiser:
        input:
            network=local_file(NETWORK),
            info=R / "data/dataset.json",
        output:
            R / "diffusion/denoiser.safetensors",
        log:
            R / "logs/import_denoiser.log",
        priority: 1  # what does not fit is told before anything is computed
        conda:
            "../../envs/torch.yaml"
        threads: 1
        resources:
            **needs("import_denoiser"),
        params:
            settings=settings("import_denoiser", "diffusion.network", "diffusion.sha256"),
        script:
            "../scripts/import_denoiser.py"


rule reconstruct_images:
    input:
        images=R / "data/{split}.npz",
        info=R / "data/dataset.json",
        denoiser=lambda w: denoiser_files(w.rep),
    output:
        R / f"diffusion/{{set}}/{{split}}/rep{{rep}}/{{shard}}-of-{SHARDS}.npz",
    log:
        R / "logs/reconstruct_images/{set}-{split}-rep{rep}-{shard}.log",
    benchmark:
        R / "benchmarks/reconstruct_images/{set}-{split}-rep{rep}-{shard}.tsv"
    wildcard_constraints:
        set=one_of(RECONSTRUCTED),
    conda:
        "../../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("reconstruct_images"),
    params:
        settings=settings(
            "reconstruct_images",
            "seed",
            "threads",
            "diffusion.sampling",
            "diffusion.batch_size",
            "diffusion.shards",
        )
        | USER_NETWORK,
    script:
        "../scripts/reconstruct_images.py"


rule train_gan:
    input:
        train=R / "data/train.npz",
        info=R / "data/dataset.json",
    output:
        R / "diffusion/{set}/generator.safetensors",
    log:
        R / "logs/train_gan/{set}.log",
    benchmark:
        R / "benchmarks/train_gan/{set}.tsv"
    wildcard_constraints:
        set=one_of(competitors_of("gan")),
    conda:
        "../../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("train_gan"),
    params:
        settings=settings("train_gan", "seed", "threads", "gan"),
        checkpoints=R / "checkpoints",
    script:
        "../scripts/train_gan.py"


rule import_generator:
    input:
        network=lambda w: local_file(COMPETITORS[w.set]["network"]),
        info=R / "data/dataset.json",
    output:
        R / "diffusion/{set}/generator.safetensors",
    log:
        R / "logs/import_generator/{set}.log",
    wildcard_constraints:
        set=one_of(competitors_of("stylegan")),
    priority: 1  # what does not fit is told before anything is computed
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        **needs("import_generator"),
    params:
        settings=lambda w: settings("import_generator")
        | {key: COMPETITORS[w.set][key] for key in ("network", "sha256")},
    script:
        "../scripts/import_generator.py"


rule sample_generator:
    input:
        train=R / "data/train.npz",
        test=R / "data/test.npz",
        info=R / "data/dataset.json",
        generator=R / "diffusion/{set}/generator.safetensors",
    output:
        train=R / f"diffusion/{{set}}/train/rep{{rep}}/{{shard}}-of-{SHARDS}.npz",
        test=R / f"diffusion/{{set}}/test/rep{{rep}}/{{shard}}-of-{SHARDS}.npz",
    log:
        R / "logs/sample_generator/{set}-rep{rep}-{shard}.log",
    benchmark:
        R / "benchmarks/sample_generator/{set}-rep{rep}-{shard}.tsv"
    wildcard_constraints:
        set=one_of(competitors_of("gan", "stylegan")),
    conda:
        "../../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("sample_generator"),
    params:
        settings=lambda w: settings(
            "sample_generator",
            "seed",
            "threads",
            "diffusion.batch_size",
            "diffusion.shards",
            "diffusion.sampling.tf32",
        )
        | {"truncation_psi": COMPETITORS[w.set]["truncation_psi"]},
    script:
        "../scripts/sample_generator.py"


rule take_samples:
    input:
        samples=lambda w: COMPETITORS[w.set]["path"],
        train=R / "data/train.npz",
        test=R / "data/test.npz",
        info=R / "data/dataset.json",
    output:
        train=image_files("{set}", "train", "{rep}"),
        test=image_files("{set}", "test", "{rep}"),
    log:
        R / "logs/take_samples/{set}-rep{rep}.log",
    wildcard_constraints:
        set=one_of(competitors_of("samples")),
    priority: 1  # what does not fit is told before anything is computed
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        **needs("take_samples"),
    params:
        settings=settings("take_samples", "seed", "diffusion.shards"),
    script:
        "../scripts/take_samples.py"
