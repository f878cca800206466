rule list_sets:
    input:
        R / "data/dataset.json",
    output:
        R / "sets.csv",
    log:
        R / "logs/list_sets.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("list_sets"),
    params:
        settings=settings("list_sets") | {"sets": [describe(recipe) for recipe in RECIPES.values()]},
    script:
        "../scripts/list_sets.py"


rule make_set:
    input:
        unpack(set_inputs),
        train=R / "data/train.safetensors",
        test=R / "data/test.safetensors",
        info=R / "data/dataset.json",
    output:
        train=R / f"sets/{{set}}/train/rep{{rep}}/{{shard}}-of-{SHARDS}.safetensors",
        test=R / f"sets/{{set}}/test/rep{{rep}}/{{shard}}-of-{SHARDS}.safetensors",
    log:
        R / "logs/make_set/{set}-rep{rep}-{shard}.log",
    benchmark:
        R / "benchmarks/make_set/{set}-rep{rep}-{shard}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("make_set", lambda w: RECIPES[w.set]),
    params:
        settings=set_settings,
    script:
        "../scripts/make_set.py"
