# It may fetch, and compute nodes often can't.
localrules:
    pack_dataset,


rule pack_dataset:
    output:
        train=R / "data/train.npz",
        test=R / "data/test.npz",
        info=R / "data/dataset.json",
    log:
        R / "logs/pack_dataset.log",
    conda:
        "../../envs/torch.yaml"
    params:
        settings=settings("pack_dataset", "seed", "dataset"),
        downloads="resources",
    script:
        "../scripts/pack_dataset.py"
