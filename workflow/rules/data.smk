rule pack_dataset:
    output:
        train=R / "data/train.npz",
        test=R / "data/test.npz",
        info=R / "data/dataset.json",
    log:
        R / "logs/pack_dataset.log",
    conda:
        "../../envs/analysis.yaml"
    params:
        settings=settings("pack_dataset", "seed", "dataset"),
    script:
        "../scripts/pack_dataset.py"
