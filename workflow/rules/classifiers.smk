rule train_classifier:
    input:
        train=lambda w: image_files(w.set, "train", w.rep),
        test=image_files(REAL, "test", 0),
        info=R / "data/dataset.json",
    output:
        weights=R / "classifiers/{set}/rep{rep}.safetensors",
        history=R / "classifiers/{set}/rep{rep}.csv",
        scores=R / "classifiers/{set}/rep{rep}-scores.csv",
        images=R / "classifiers/{set}/rep{rep}-images.safetensors",
    log:
        R / "logs/train_classifier/{set}-rep{rep}.log",
    benchmark:
        R / "benchmarks/train_classifier/{set}-rep{rep}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("train_classifier"),
    params:
        settings=settings("train_classifier", "seed", "threads", "tf32", "classifier", plugins=LEARNER),
    script:
        "../scripts/train_classifier.py"
