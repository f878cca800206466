# Jobs that may fetch are local, as compute nodes often can't.
rule fetch_file:
    output:
        update("resources/{fetched}"),
    log:
        "resources/logs/{fetched}.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("fetch_file"),
    params:
        settings=lambda w: settings("fetch_file") | FETCHED[w.fetched],
    script:
        "../scripts/fetch_file.py"


rule pack_dataset:
    input:
        archive=dataset_files(),
    output:
        train=R / "data/train.safetensors",
        test=R / "data/test.safetensors",
        info=R / "data/dataset.json",
    log:
        R / "logs/pack_dataset.log",
    localrule: True
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        **needs("pack_dataset"),
    params:
        settings=settings("pack_dataset", "seed", "dataset", plugins=[("data", DATASET)]),
        downloads=str(workflow.modifier.modify_path("resources")),  # with a module's prefix, as fetch_file has
    script:
        "../scripts/pack_dataset.py"


rule pack_samples:
    input:
        samples=lambda w: own_file(RECIPES[w.set].options.path),
        train=R / "data/train.safetensors",
        test=R / "data/test.safetensors",
        info=R / "data/dataset.json",
    output:
        images=R / "data/samples/{set}/images.safetensors",
        card=R / "data/samples/{set}/card.json",
    log:
        R / "logs/pack_samples/{set}.log",
    wildcard_constraints:
        set=one_of(name for name, recipe in RECIPES.items() if hasattr(recipe.options, "path")),
    priority: 1  # what does not fit is told before anything is computed
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        **needs("pack_samples"),
    params:
        settings=samples_settings,
    script:
        "../scripts/pack_samples.py"


# Not part of the analysis: for training other programs on a set (replicate 0), on request.
rule export_file:
    input:
        images=lambda w: image_files(w.set, w.split, 0),
    output:
        R / "export/{set}-{split}.{format}",
    log:
        R / "logs/export_file/{set}-{split}-{format}.log",
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("export_file"),
    params:
        settings=settings("export_file"),
    script:
        "../scripts/export_file.py"


rule export_folder:
    input:
        images=lambda w: image_files(w.set, w.split, 0),
        info=R / "data/dataset.json",
    output:
        directory(R / "export/{set}-{split}"),
    log:
        R / "logs/export_folder/{set}-{split}.log",
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("export_folder"),
    params:
        settings=settings("export_folder"),
    script:
        "../scripts/export_folder.py"
