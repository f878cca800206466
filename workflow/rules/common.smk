import re
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

from snakemake.exceptions import WorkflowError

RULES = Path(str(workflow.current_basedir))
SCRIPTS = RULES.parent / "scripts"
SCHEMA = RULES.parent / "schemas/config.schema.yaml"
sys.path.insert(0, str(SCRIPTS))

from synthgap.data.sources import kind_of
from synthgap.plan.config import check_consistency, check_schema
from synthgap.plan.estimates import memory_mb, runtime_minutes
from synthgap.plan.names import SPLITS, STAGES, score_extractors
from synthgap.plan.provenance import code_hash, reference_hash
from synthgap.plan.references import fetched_name, is_url
from synthgap.plan.schema import read_schema
from synthgap.plan.tables import PLUGINS, network_format, plugin
from synthgap.run.errors import InputError
from synthgap.sets.checks import check_sets
from synthgap.sets.recipe import REAL, models, recipes, steps_of

try:
    check_schema(config, read_schema(SCHEMA.read_text(encoding="utf-8")))
    check_consistency(config)
    check_sets(config)
except InputError as error:
    raise WorkflowError(str(error)) from None

R = Path(config["results"])
MODELS = models(config)
RECIPES = recipes(config)
TRAINED_ON = [name for name, recipe in RECIPES.items() if recipe.trained_on]
MEASURED = [name for name, recipe in RECIPES.items() if recipe.measured]
DETECTED = [name for name, recipe in RECIPES.items() if recipe.detected]
REPLICATES = range(config["replicates"])
SHARDS = config["shards"]
EXTRACTORS = score_extractors(config["metrics"])
METRICS = [("metrics", name) for name in PLUGINS["metrics"]]
LEARNER = [("learners", config["classifier"]["learner"])]
DETECTORS = [("detectors", name) for name in PLUGINS["detectors"]]
# Which extractor each metric takes, which its declaration says; declarations are not part of the code's hash.
COMPARED = {name: plugin("metrics", name).DECLARATION.extractor for name in PLUGINS["metrics"]}
DATASET = config["dataset"]["kind"]
# The paper's series, the real set first; whether the paper's numbers are about this experiment.
STEPS = steps_of(RECIPES.values())
WITH_PAPER = DATASET == "cifar10" and bool(STEPS) and STEPS[-1].t_re == 100
# What is fetched: by its file below resources/, the URL and the SHA-256 (None: any).
FETCHED = {
    fetched_name(source["url"]): source for source in config["downloads"].values() if is_url(source["url"])
}
for model in MODELS.values():
    if model.kind == "file" and is_url(model.options.path):
        FETCHED[fetched_name(model.options.path)] = {
            "url": model.options.path,
            "sha256": model.options.sha256,
        }
# Rules that run networks, on a GPU where the config says so, beside those of plug-ins that say so themselves.
ON_DEVICE = {"train_classifier", "measure_set", "detect_fakes", "detect_controls", "map_attention"}
FIGURES = {
    name: plugin("figures", name).DECLARATION
    for name in PLUGINS["figures"]
    if plugin("figures", name).DECLARATION.applies(RECIPES)
}
# What the findings claim, which their declarations say; declarations are not part of the code's hash.
FINDINGS = {name: asdict(plugin("findings", name).DECLARATION) for name in PLUGINS["findings"]}
TABLES = {name: plugin("tables", name).DECLARATION for name in PLUGINS["tables"]}


def one_of(names):
    """A wildcard constraint: one of the names, or nothing at all where there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"


def model_names():
    """The files that models are made into: several, where each replicate has its own."""
    return {
        f"{name}-rep{rep}" if own_replicates(model) else name: model
        for name, model in MODELS.items()
        if model.declaration.file
        for rep in REPLICATES
    }


def own_replicates(model):
    return getattr(model.options, "replicates", False)


MODEL_FILES = model_names()


wildcard_constraints:
    set=one_of(RECIPES),
    model=one_of(MODEL_FILES),
    stage=one_of(STAGES),
    figure=one_of(FIGURES),
    table=one_of(TABLES),
    split="train|test",
    format="zip|npz",
    rep=r"\d+",
    shard=r"\d+",
    fetched=one_of(FETCHED),


def settings(rule, *keys, plugins=()):
    """What a job depends on beside its input files, the code and the named parts of the config.

    plugins: (family, name) of those that the job uses. One dict, as Snakemake notices changes in a param's
    value, not in which param holds it.
    """
    values = {"code": code_hash(SCRIPTS / f"{rule}.py", tuple(plugins))}
    for key in keys:
        part = config
        for name in key.split("."):
            part = part[name]
        values[key.split(".")[-1]] = part
    return values


def needs(rule, subject=None):
    """The resources of a rule's jobs; memory and time grow with every attempt.

    subject: gives what a job makes, a recipe or a model, from its wildcards.
    """

    def device(made):
        on_device = made.declaration.on_device if made else rule in ON_DEVICE
        return config["device"] if on_device else "none"

    def made_by(wildcards):
        return subject(wildcards) if subject else None

    return {
        "mem_mb": lambda w, attempt: attempt * memory_mb(rule, config, device(made_by(w))),
        "runtime": lambda w, attempt: attempt * runtime_minutes(rule, config, made_by(w)),
        "gpu": lambda w: int(device(made_by(w)) == "cuda"),
    }


def local_file(url):
    """Where a URL's content comes to lie; a path is itself."""
    return f"resources/{fetched_name(url)}" if is_url(url) else url


def dataset_files():
    """The data set's file, where it is one: the user's, or an archive that a job fetches."""
    path = config["dataset"]["path"]
    if path is not None and Path(path).is_file():
        return [path]
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
        return sorted(map(str, parts))
    if not model.declaration.file:
        return []
    stem = f"{model.name}-rep{rep}" if own_replicates(model) else model.name
    return [R / f"models/{stem}.safetensors"]


def set_inputs(wildcards):
    """What a set is made from."""
    recipe = RECIPES[wildcards.set]
    inputs = {
        "network": network_files(recipe.model, wildcards.rep),
        "guide": network_files(recipe.guide, wildcards.rep),
    }
    for name in recipe.of:
        for split in SPLITS:
            inputs[f"{name}_{split}"] = image_files(name, split, wildcards.rep)
    if recipe.kind == "samples":
        inputs["samples"] = R / f"data/samples/{recipe.name}/images.safetensors"
    return inputs


def set_settings(wildcards):
    """What decides a set's images, beside its inputs."""
    recipe = RECIPES[wildcards.set]
    plugins = [("sets", recipe.kind)]
    if recipe.kind == "reconstruct":
        plugins.append(("samplers", recipe.options.sampling.sampler))
        if recipe.options.guidance:
            plugins.append(("guidance", recipe.options.guidance.kind))
    used = {"kind": recipe.kind, "options": asdict(recipe.options), "of": list(recipe.of), "classes": {}}
    for role, name in (("network", recipe.model), ("guide", recipe.guide)):
        used[role] = None
        used["classes"][role] = getattr(MODELS[name].options, "classes", None) if name else None
        if name is not None and MODELS[name].kind == "callable":
            used[role] = MODELS[name].options.function
            used[f"{role}_code"] = reference_hash(used[role], Path.cwd())
        elif name is not None and MODELS[name].kind == "diffusers":
            used[role] = MODELS[name].options.path
    keys = ["seed", "threads", "shards", *(["batch_size"] if recipe.declaration.on_device else [])]
    return settings("make_set", *keys, plugins=plugins) | used


def model_settings(wildcards):
    """What decides a model, beside its inputs."""
    model = MODEL_FILES[wildcards.model]
    roles = {
        recipe.declaration.role for recipe in RECIPES.values() if model.name in (recipe.model, recipe.guide)
    }
    used = {"kind": model.kind, "options": asdict(model.options), "roles": sorted(roles)}
    plugins = [("models", model.kind)]
    if model.kind == "file" and (published := network_format(model.options.path)):
        plugins.append(("networks", published))
    return settings("make_model", "seed", "threads", plugins=plugins) | used


def model_source(wildcards):
    """The file that a published network is read from."""
    model = MODEL_FILES[wildcards.model]
    return [local_file(model.options.path)] if model.kind == "file" else []


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
        "accuracy": every(R / "classifiers/{set}/rep{rep}-scores.csv", TRAINED_ON),
        "quality": [
            *every(R / "metrics/{set}/rep{rep}/scores.csv", MEASURED),
            R / "metrics/baseline.csv",
        ],
        "detection": [
            *expand(R / "metrics/detection/{set}.csv", set=DETECTED),
            R / "metrics/detection/controls.csv",
        ],
        "attention": [R / "metrics/gradcam/scores.csv"],
    }[stage]


def image_value_sets(stage):
    """The sets whose values per image a stage brings together."""
    return {"accuracy": TRAINED_ON, "quality": MEASURED}.get(stage, [])


def image_value_files(stage):
    """The files that hold values per image: of every set of the stage, replicate by replicate."""
    if stage == "attention":
        return [R / "metrics/gradcam/pairs.safetensors"]
    files = {
        "accuracy": R / "classifiers/{set}/rep{rep}-images.safetensors",
        "quality": R / "metrics/{set}/rep{rep}/images.safetensors",
    }
    return every(files[stage], image_value_sets(stage)) if stage in files else []


def figure_inputs(wildcards):
    """What a figure is drawn from, under the names by which report/material.py finds it."""
    figure = FIGURES[wildcards.figure]
    inputs = {f"scores_{stage}": R / f"scores/{stage}.csv" for stage in figure.scores}
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
    # What plug-ins say of themselves is not part of the code's hash.
    for family in figure.tells:
        names = EXTRACTORS if family == "extractors" else PLUGINS[family]
        used[family] = {name: asdict(plugin(family, name).DECLARATION) for name in names}
    plugins = [("figures", wildcards.figure)]
    return settings("draw_figure", *figure.config, plugins=plugins) | used


def describe(recipe):
    """What sets.csv says of a set."""
    told = (
        "name",
        "title",
        "kind",
        "series",
        "paper",
        "generated",
        "t_re",
        "sigma",
        "model",
        "real",
        "synthetic",
    )
    return {key: getattr(recipe, key) for key in told} | {"paired": recipe.paired}
