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


rule choose_set:
    input:
        classifiers=choice_inputs,
        train=R / "data/train.safetensors",
    output:
        choice=R / "sets/{set}/choice.json",
        scores=R / "sets/{set}/choice.csv",
    log:
        R / "logs/choose_set/{set}.log",
    benchmark:
        R / "benchmarks/choose_set/{set}.tsv"
    wildcard_constraints:
        set=one_of(CHOSEN),
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("choose_set", lambda w: RECIPES[w.set]),
    params:
        settings=choice_settings,
    script:
        "../scripts/choose_set.py"


rule fit_schedule:
    input:
        unpack(lambda w: made_from(w.set, 0)),
        train=R / "data/train.safetensors",
        test=R / "data/test.safetensors",
        info=R / "data/dataset.json",
    output:
        R / "sets/{set}/schedule.json",
    log:
        R / "logs/fit_schedule/{set}.log",
    benchmark:
        R / "benchmarks/fit_schedule/{set}.tsv"
    wildcard_constraints:
        set=one_of(FITTED),
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("fit_schedule", lambda w: RECIPES[w.set]),
    params:
        settings=fit_settings,
    script:
        "../scripts/fit_schedule.py"


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
