rule make_model:
    input:
        source=model_source,
        train=R / "data/train.safetensors",
        info=R / "data/dataset.json",
    output:
        R / "models/{model}.safetensors",
    log:
        R / "logs/make_model/{model}.log",
    benchmark:
        R / "benchmarks/make_model/{model}.tsv"
    priority: lambda w: not MODEL_FILES[w.model].declaration.trained  # what doesn't fit is told before trainings
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("make_model", lambda w: MODEL_FILES[w.model]),
    params:
        settings=model_settings,
    script:
        "../scripts/make_model.py"
