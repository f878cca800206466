# What the config says, and what every rule asks of a scheduler and depends on.

import hashlib
import re
from dataclasses import asdict
from pathlib import Path

from snakemake.exceptions import WorkflowError

from synthgap.plan.config import check_consistency, check_schema
from synthgap.plan.estimates import MOST_MEMORY, MOST_MINUTES, memory_mb, raised, runtime_minutes
from synthgap.plan.names import STAGES, score_extractors
from synthgap.plan.provenance import code_hash
from synthgap.plan.references import fetched_name, is_url
from synthgap.plan.schema import read_schema
from synthgap.plan.tables import PLUGINS, plugin
from synthgap.run.errors import InputError
from synthgap.run.messages import print_last_words
from synthgap.sets.checks import check_sets
from synthgap.sets.needs import first_model, training_steps
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
CHOSEN = [name for name, recipe in RECIPES.items() if recipe.declaration.chooses]
FITTED = [name for name, recipe in RECIPES.items() if recipe.fitted]
MAPPED = [name for name in TRAINED_ON if name in MEASURED]  # whose classifiers' attention is mapped
COMPARED_WITH_REAL = [name for name in MEASURED if name != REAL]
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
ON_DEVICE = {
    "train_classifier",
    "measure_set",
    "detect_fakes",
    "detect_controls",
    "map_attention",
    "choose_set",
}
FIGURES = {
    name: plugin("figures", name).DECLARATION
    for name in PLUGINS["figures"]
    if plugin("figures", name).DECLARATION.applies(RECIPES)
}
TABLES = {
    name: plugin("tables", name).DECLARATION
    for name in PLUGINS["tables"]
    if plugin("tables", name).DECLARATION.applies(RECIPES)
}


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
    return getattr(first_model(model, MODELS).options, "replicates", False)


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


def template_hash(*names):
    """A hash of templates of pages."""
    folder = SCRIPTS / "synthgap/report/templates"
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()


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
    `device` is for the job itself: where its networks are to run, whatever the scheduler calls a GPU.
    """

    def device(made):
        on_device = rule in ON_DEVICE or (made and made.declaration.on_device)
        return config["device"] if on_device else "none"

    def made_by(wildcards):
        return subject(wildcards) if subject else None

    return {
        "mem_mb": lambda w, attempt: raised(
            memory_mb(rule, config, device(made_by(w))), attempt, MOST_MEMORY
        ),
        "runtime": lambda w, attempt: raised(
            runtime_minutes(rule, config, made_by(w)), attempt, MOST_MINUTES
        ),
        "gpu": lambda w: int(device(made_by(w)) == "cuda"),
        "device": lambda w: device(made_by(w)),
    }
