import re
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

RULES = Path(str(workflow.current_basedir))
SCRIPTS = RULES.parent / "scripts"
SCHEMA = RULES.parent / "schemas/config.schema.yaml"
sys.path.insert(0, str(SCRIPTS))

from synthgap.plan.config import check_consistency, check_schema
from synthgap.run.errors import InputError
from synthgap.plan.estimates import memory_mb, runtime_minutes
from synthgap.plan.names import FETCHED_EXTRACTORS, score_extractors
from synthgap.plan.provenance import code_hash, reference_hash
from synthgap.plan.references import TRAIN, fetched_name, is_callable_reference, is_url
from synthgap.sets.names import REAL, set_name

try:
    check_schema(config, yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))
    validate(config, str(SCHEMA))  # fills the defaults in
    check_consistency(config)
except InputError as error:
    raise WorkflowError(str(error)) from None

R = Path(config["results"])
T = config["diffusion"]["sampling"]["steps"]
T_RE = sorted(config["diffusion"]["t_re"])
RECONSTRUCTED = [set_name(t_re, T) for t_re in T_RE]
SYNTHETIC = RECONSTRUCTED[-1]
COMPETITORS = {entry["name"]: entry for entry in config["competitors"]}
SETS = [REAL, *RECONSTRUCTED, *COMPETITORS]
CLASSIFIER_T_RE = sorted(config["classifier"]["t_re"] or T_RE)
CLASSIFIER_SETS = [REAL, *(set_name(t_re, T) for t_re in CLASSIFIER_T_RE), *COMPETITORS]
MIDDLE = set_name(min(T_RE, key=lambda t_re: abs(t_re - T / 2)), T)
REPLICATES = range(config["replicates"])
SHARDS = config["diffusion"]["shards"]
EXTRACTORS = score_extractors(config["metrics"])
NETWORK = config["diffusion"]["network"]
DATASET = config["dataset"]["kind"]
# What is not imported but used as it is: a user's `module:function`, whose code is part of what a
# reconstruction depends on, or a folder in which diffusers saved a pipeline.
USER_NETWORK = {}
if is_callable_reference(NETWORK):
    USER_NETWORK = {"network": NETWORK, "network_code": reference_hash(NETWORK, Path.cwd())}
elif Path(NETWORK).is_dir():
    USER_NETWORK = {"network": NETWORK}
# What is fetched: by its file below resources/, the URL and the SHA-256 (None: any).
FETCHED = {
    fetched_name(source["url"]): source for source in config["downloads"].values() if is_url(source["url"])
}
if is_url(NETWORK):
    FETCHED[fetched_name(NETWORK)] = {"url": NETWORK, "sha256": config["diffusion"]["sha256"]}
for entry in COMPETITORS.values():
    if is_url(entry["network"] or ""):
        FETCHED[fetched_name(entry["network"])] = {"url": entry["network"], "sha256": entry["sha256"]}
# Rules that run networks, on a GPU where the config says so.
ON_DEVICE = {
    "train_denoiser",
    "reconstruct_images",
    "train_gan",
    "sample_generator",
    "train_classifier",
    "measure_set",
    "detect_fakes",
    "detect_controls",
    "map_attention",
}
FIGURES = ["fig1a", "fig1b", "fig2", "fig3a", "fig3b", "fig4", "fig5", "fig6", "detection", "spectra"]


def one_of(names):
    """A wildcard constraint: one of the names, or nothing at all where there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"


wildcard_constraints:
    set=one_of(SETS),
    split="train|test",
    rep=r"\d+",
    shard=r"\d+",
    fetched=one_of(FETCHED),


def settings(rule, *keys):
    """What a job depends on beside its input files, the code and the named parts of the config.

    One dict, as Snakemake notices changes in a param's value, not in which param holds it.
    """
    values = {"code": code_hash(SCRIPTS / f"{rule}.py")}
    for key in keys:
        part = config
        for name in key.split("."):
            part = part[name]
        values[key.split(".")[-1]] = part
    return values


def needs(rule):
    """The resources of a rule's jobs; memory and time grow with every attempt."""
    device = config["device"] if rule in ON_DEVICE else "none"
    memory, minutes = memory_mb(rule, config, device), runtime_minutes(rule, config)
    return {
        "mem_mb": lambda wildcards, attempt: attempt * memory,
        "runtime": lambda wildcards, attempt: attempt * minutes,
        "gpu": int(device == "cuda"),
    }


def local_file(url):
    """Where a URL's content comes to lie; a path is itself."""
    return f"resources/{fetched_name(url)}" if is_url(url) else url


def dataset_files():
    """The data set's archive where it is fetched by a job."""
    if config["dataset"]["path"] is None and DATASET in config["downloads"]:
        return [local_file(config["downloads"][DATASET]["url"])]
    return []


def extractor_files():
    """The weights that the extractors read, by the extractor's name."""
    fetched = [name for name in EXTRACTORS if name in FETCHED_EXTRACTORS]
    return {name: local_file(config["downloads"][name]["url"]) for name in fetched}


def shard_file(name, split, rep, shard):
    """The file that holds a shard of a set's images. The real ones lie in one, the same in every replicate."""
    if name == REAL:
        return R / f"data/{split}.npz"
    return R / f"diffusion/{name}/{split}/rep{rep}/{shard}-of-{SHARDS}.npz"


def image_files(name, split, rep):
    """The files that hold the images of a set."""
    return list(dict.fromkeys(shard_file(name, split, rep, shard) for shard in range(SHARDS)))


def training_images(sets):
    """Replicate 0 of the training images of each set, under the names by which scripts find them."""
    return {f"images_{name}": image_files(name, "train", 0) for name in sets}


def denoiser_files(rep):
    """What the denoiser of a replicate is read from: our file, or a pipeline's; none where the user's code
    returns it.
    """
    if USER_NETWORK:
        parts = [path for part in ("unet", "scheduler") for path in Path(NETWORK, part).glob("*")]
        return sorted(map(str, parts))
    own = NETWORK == TRAIN and config["diffusion"]["train"]["replicates"]
    return [R / (f"diffusion/denoiser-rep{rep}.safetensors" if own else "diffusion/denoiser.safetensors")]


def competitors_of(*kinds):
    return [name for name, entry in COMPETITORS.items() if entry["kind"] in kinds]


def classifier_files(name, rep, suffix):
    """A file of the classifier that is trained on a set; none where classifier.t_re leaves the set out."""
    return [R / f"classifiers/{name}/rep{rep}.{suffix}"] if name in CLASSIFIER_SETS else []


def measurement_files(name, rep):
    """The files that hold a set's measurements."""
    return [R / f"metrics/{name}/rep{rep}/{shard}-of-{SHARDS}.npz" for shard in range(SHARDS)]


def in_sets(pattern, sets=SETS):
    """A file of every set and replicate."""
    return expand(pattern, set=sets, rep=REPLICATES)
