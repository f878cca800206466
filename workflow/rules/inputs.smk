# What lies where: the files that the rules read, and what else decides their results.

from dataclasses import asdict
from pathlib import Path

from synthgap.data.sources import kind_of
from synthgap.plan.names import SPLITS
from synthgap.plan.provenance import reference_hash
from synthgap.plan.references import fetched_name, is_url
from synthgap.plan.tables import PLUGINS, network_format, plugin
from synthgap.report.pairs import gallery_sets


def local_file(url):
    """Where a URL's content comes to lie; a path is itself."""
    return f"resources/{fetched_name(url)}" if is_url(url) else own_file(url)


def own_file(path):
    """A file of the user's, which lies where the config says, whatever prefix a module has."""
    return local(str(path))


def dataset_files():
    """The data set's file, where it is one: the user's, or an archive that a job fetches."""
    path = config["dataset"]["path"]
    if path is not None and Path(path).is_file():
        return [own_file(path)]
    if config["dataset"]["path"] is None and DATASET in config["downloads"]:
        return [local_file(config["downloads"][DATASET]["url"])]
    return []


def extractor_files():
    """The weights that the extractors read, by the extractor's name."""
    fetched = [name for name in EXTRACTORS if plugin("extractors", name).DECLARATION.fetched]
    return {name: local_file(config["downloads"][name]["url"]) for name in fetched}


def shard_file(name, split, rep, shard):
    """The file that holds a shard of a set's images."""
    rep = RECIPES[name].replicate(int(rep))
    return R / f"sets/{name}/{split}/rep{rep}/{shard}-of-{SHARDS}.safetensors"


def image_files(name, split, rep):
    """The files that hold the images of a set."""
    return [shard_file(name, split, rep, shard) for shard in range(SHARDS)]


def network_files(name, rep):
    """What a model is read from: our file, or a pipeline's; none where the user's code returns it."""
    if name is None:
        return []
    model = MODELS[name]
    if model.kind == "diffusers":
        parts = [path for part in ("unet", "scheduler") for path in Path(model.options.path, part).glob("*")]
        return [own_file(path) for path in sorted(parts)]
    if not model.declaration.file:
        return []
    stem = f"{model.name}-rep{rep}" if own_replicates(model) else model.name
    return [R / f"models/{stem}.safetensors"]


def class_names(name):
    """A model's class names in the order of its own numbers; None where it was trained here."""
    return getattr(first_model(MODELS[name], MODELS).options, "classes", None)


def set_inputs(wildcards):
    """What a job reads to make its part of a set."""
    fitted = R / f"sets/{wildcards.set}/schedule.json"
    return made_from(wildcards.set, wildcards.rep) | ({"schedule": fitted} if wildcards.set in FITTED else {})


def made_from(name, rep):
    """What a set is made from."""
    recipe = RECIPES[name]
    inputs = {"network": network_files(recipe.model, rep), "guide": network_files(recipe.guide, rep)}
    for other in recipe.of:
        for split in SPLITS:
            inputs[f"{other}_{split}"] = image_files(other, split, rep)
    if recipe.declaration.chooses:
        inputs["choice"] = R / f"sets/{recipe.name}/choice.json"
    if hasattr(recipe.options, "path"):
        inputs["samples"] = R / f"data/samples/{recipe.name}/images.safetensors"
    return inputs


def set_settings(wildcards):
    """What decides a set's images, beside its inputs."""
    recipe = RECIPES[wildcards.set]
    keys = ["shards", *(["batch_size"] if recipe.declaration.on_device else [])]
    return making_settings("make_set", recipe, *keys)


def fit_settings(wildcards):
    """What decides the noise levels of a set's walk, which are held against Heun's."""
    return making_settings("fit_schedule", RECIPES[wildcards.set], plugins=[("samplers", "heun")])


def making_settings(rule, recipe, *keys, plugins=()):
    """What decides what is made of a recipe, with more keys and plug-ins beside those of all."""
    plugins = [("sets", recipe.kind), *plugins]
    if hasattr(recipe.options, "sampling"):
        plugins.append(("samplers", recipe.options.sampling.sampler))
    if getattr(recipe.options, "guidance", None):
        plugins.append(("guidance", recipe.options.guidance.kind))
    used = {"kind": recipe.kind, "options": asdict(recipe.options), "of": list(recipe.of), "classes": {}}
    for role, name in (("network", recipe.model), ("guide", recipe.guide)):
        used[role] = None
        used["classes"][role] = class_names(name) if name else None
        if name is not None and MODELS[name].kind == "callable":
            used[role] = MODELS[name].options.function
            used[f"{role}_code"] = reference_hash(used[role], Path.cwd())
        elif name is not None and MODELS[name].kind == "diffusers":
            used[role] = MODELS[name].options.path
    keys = [*keys, "seed", "threads", *(["tf32"] if recipe.declaration.on_device else [])]
    return settings(rule, *keys, plugins=plugins) | used


def model_settings(wildcards):
    """What decides a model, beside its inputs."""
    model = MODEL_FILES[wildcards.model]
    roles = {recipe.declaration.role for recipe in RECIPES.values() if recipe.model == model.name}
    roles |= {"guide" for recipe in RECIPES.values() if recipe.guide == model.name}
    used = {"kind": model.kind, "options": asdict(model.options), "roles": sorted(roles)}
    plugins = [("models", model.kind)]
    if model.kind == "file" and (published := network_format(model.options.path)):
        plugins.append(("networks", published))
    if model.declaration.derived:
        used["classes"] = class_names(model.name)
    return settings("make_model", "seed", "threads", "tf32", plugins=plugins) | used


def model_source(wildcards):
    """The file that a published network is read from, or a model is derived from."""
    model = MODEL_FILES[wildcards.model]
    if model.declaration.derived:
        return network_files(model.options.model, own_replicate(wildcards))
    return [local_file(model.options.path)] if model.kind == "file" else []


def model_images(wildcards):
    """The training images of the set that a model is derived from."""
    model = MODEL_FILES[wildcards.model]
    if not model.declaration.derived:
        return []
    return image_files(model.options.set, "train", own_replicate(wildcards))


def own_replicate(wildcards):
    """A model's replicate, where each has its own; else the first."""
    own = own_replicates(MODEL_FILES[wildcards.model])
    return int(wildcards.model.rpartition("-rep")[2]) if own else 0


def choice_inputs(wildcards):
    """The classifiers that a set is chosen by, of every candidate and replicate."""
    return every(R / "classifiers/{set}/rep{rep}.safetensors", RECIPES[wildcards.set].of)


def choice_settings(wildcards):
    recipe = RECIPES[wildcards.set]
    used = {"of": list(recipe.of), "replicates": len(REPLICATES), "share": recipe.options.share}
    return settings("choose_set", "seed", "threads", "tf32", "classifier.batch_size", plugins=LEARNER) | used


def samples_settings(wildcards):
    """What decides a user's packed samples, beside the files."""
    options = RECIPES[wildcards.set].options
    return settings("pack_samples", plugins=[("data", kind_of(options.path))]) | {"classes": options.classes}


def measurement_files(name, rep):
    """The files that hold a set's measurements."""
    return [R / f"metrics/{name}/rep{rep}/{shard}-of-{SHARDS}.safetensors" for shard in range(SHARDS)]


def every(pattern, names):
    """A file of every one of the sets and replicates."""
    return expand(pattern, set=names, rep=REPLICATES)


def score_files(stage):
    """The files whose scores a stage's table brings together."""
    return {
        "accuracy": [
            *every(R / "classifiers/{set}/rep{rep}-scores.csv", TRAINED_ON),
            *expand(R / "sets/{set}/choice.csv", set=CHOSEN),
        ],
        "quality": [
            *every(R / "metrics/{set}/rep{rep}/scores.csv", MEASURED),
            R / "metrics/baseline.csv",
        ],
        "detection": [
            *every(R / "metrics/detection/{set}/rep{rep}.csv", DETECTED),
            R / "metrics/detection/controls.csv",
        ],
        "attention": [R / "metrics/gradcam/scores.csv"],
        "edges": every(R / "metrics/{set}/rep{rep}/edges.csv", COMPARED_WITH_REAL),
        "worth": [R / "metrics/worth.csv"],
    }[stage]


def image_value_sets(stage):
    """The sets whose values per image a stage brings together."""
    sets = {"accuracy": TRAINED_ON, "quality": MEASURED, "edges": COMPARED_WITH_REAL}
    return sets.get(stage, [])


def image_value_files(stage):
    """The files that hold values per image: of every set of the stage, replicate by replicate."""
    if stage == "attention":
        return [R / "metrics/gradcam/pairs.safetensors"]
    files = {
        "accuracy": R / "classifiers/{set}/rep{rep}-images.safetensors",
        "quality": R / "metrics/{set}/rep{rep}/images.safetensors",
        "edges": R / "metrics/{set}/rep{rep}/edges-images.safetensors",
    }
    return every(files[stage], image_value_sets(stage)) if stage in files else []


def figure_inputs(wildcards):
    """What a figure is drawn from, under the names by which report/material.py finds it."""
    figure = FIGURES[wildcards.figure]
    inputs = {f"scores_{stage}": R / f"scores/{stage}.csv" for stage in figure.scores}
    inputs |= {f"values_{stage}": R / f"scores/{stage}-images.safetensors" for stage in figure.values}
    inputs |= {f"images_{name}": image_files(name, "train", 0) for name in figure.images(RECIPES)}
    inputs |= {f"features_{name}": measurement_files(name, 0) for name in figure.features(RECIPES)}
    if figure.test_images:
        inputs["test"] = image_files(REAL, "test", 0)
    if figure.maps:
        inputs["maps"] = R / "metrics/gradcam/maps.safetensors"
    if figure.info:
        inputs["info"] = R / "data/dataset.json"
    return inputs


def figure_settings(wildcards):
    figure = FIGURES[wildcards.figure]
    used = {"image_sets": figure.images(RECIPES), "feature_sets": figure.features(RECIPES)}
    plugins = [("figures", wildcards.figure)]
    return settings("draw_figure", *figure.config, plugins=plugins) | used | told(*figure.tells)


def table_inputs(wildcards):
    """The scores of a table's stages, and the values per image behind them."""
    stages = TABLES[wildcards.table].scores
    return {stage: R / f"scores/{stage}.csv" for stage in stages} | {
        f"{stage}_images": R / f"scores/{stage}-images.safetensors" for stage in stages
    }


def table_settings(wildcards):
    table = TABLES[wildcards.table]
    plugins = [("tables", wildcards.table)]
    return settings("write_table", plugins=plugins) | {"with_paper": WITH_PAPER} | told(*table.tells)


def overview_files():
    """What a page about the whole run is made from."""
    scores = {stage: R / f"scores/{stage}.csv" for stage in STAGES}
    values = {f"{stage}_images": R / f"scores/{stage}-images.safetensors" for stage in STAGES}
    return scores | values | {"sets": R / "sets.csv", "info": R / "data/dataset.json"}


def overview_settings(rule):
    """What decides what such a page says, beside its inputs."""
    plugins = [("findings", name) for name in PLUGINS["findings"]]
    used = settings(rule, "seed", "margins", plugins=plugins) | {"with_paper": WITH_PAPER}
    return used | told("findings", "detectors", "metrics")


def explorer_files():
    """What the page to look around in is made from, under the names by which report/explorer.py finds it."""
    stages = ("accuracy", "quality", "detection")
    files = {f"scores_{stage}": R / f"scores/{stage}.csv" for stage in stages}
    files |= {
        "sets": R / "sets.csv",
        "info": R / "data/dataset.json",
        "test_real": image_files(REAL, "test", 0),
    }
    for name, recipe in RECIPES.items():
        for rep in range(differing_replicates(recipe)):
            files[f"train_{name}_{rep}"] = image_files(name, "train", rep)
    for name in MEASURED:
        files[f"test_{name}"] = image_files(name, "test", 0)
        files[f"features_{name}"] = measurement_files(name, 0)
    if gallery_sets(RECIPES):
        files["values_edges"] = R / "scores/edges-images.safetensors"
    return files


def explorer_settings():
    """What decides what is on that page, beside its inputs."""
    sets = {
        name: {
            "replicates": differing_replicates(recipe),
            "placed": name == REAL or recipe.placed,
            "measured": recipe.measured,
        }
        for name, recipe in RECIPES.items()
    }
    templates = [f"explorer.{suffix}" for suffix in ("html", "css", "js")]
    used = {"sets": sets, "galleries": gallery_sets(RECIPES), "template": template_hash(*templates)}
    return settings("write_explorer", "seed") | used | told("metrics", "detectors")


def differing_replicates(recipe):
    """How many replicates of a set's images differ."""
    return 1 + recipe.replicate(len(REPLICATES) - 1)


def told(*families):
    """What plug-ins say of themselves, by family and name; it is not part of the code's hash."""
    names = {family: EXTRACTORS if family == "extractors" else PLUGINS[family] for family in families}
    return {
        family: {name: asdict(plugin(family, name).DECLARATION) for name in names[family]} for family in names
    }


def describe(recipe):
    """What sets.csv says of a set."""
    columns = (
        "name",
        "title",
        "kind",
        "series",
        "paper",
        "generated",
        "judged",
        "t_re",
        "sigma",
        "model",
        "real",
        "synthetic",
        "paired",
        "remedy_for",
        "evaluations",
        "curve",
        "value",
    )
    more = {"of": " + ".join(recipe.of), "training_steps": training_steps(recipe, RECIPES, MODELS)}
    return {key: getattr(recipe, key) for key in columns} | more
