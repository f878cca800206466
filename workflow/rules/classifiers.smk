rule train_classifier:
    input:
        train=lambda w: image_files(w.set, "train", w.rep),
        test=R / "data/test.npz",
        info=R / "data/dataset.json",
    output:
        weights=R / "classifiers/{set}/rep{rep}.safetensors",
        history=R / "classifiers/{set}/rep{rep}.csv",
    log:
        R / "logs/train_classifier/{set}-rep{rep}.log",
    benchmark:
        R / "benchmarks/train_classifier/{set}-rep{rep}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("train_classifier"),
    params:
        settings=settings("train_classifier", "seed", "threads")
        | {"classifier": {key: value for key, value in config["classifier"].items() if key != "t_re"}},
    script:
        "../scripts/train_classifier.py"
