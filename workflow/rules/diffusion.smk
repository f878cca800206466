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
            gpu=GPU,
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
        conda:
            "../../envs/torch.yaml"
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
    conda:
        "../../envs/torch.yaml"
    threads: config["threads"]
    resources:
        gpu=GPU,
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
