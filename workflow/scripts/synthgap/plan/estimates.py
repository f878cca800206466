"""What jobs need of a machine: generous estimates from the config's sizes, for schedulers."""

import math
from collections.abc import Mapping
from typing import Any

from .names import DOSES, score_extractors
from .settings import narrow_values
from .tables import plugin

UNKNOWN_SIZE = 100_000
UNKNOWN_RESOLUTION = 64
CIFAR = 3 * 32**2  # numbers in an image of the size that costs below are given for

# Seconds for one image of CIFAR's size: one core, one GPU of some years ago.
EVALUATION = {"cpu": 0.5, "cuda": 1e-3}  # of the published EDM, forward; on a GPU, with TF32
CLASSIFICATION = {"cpu": 0.02, "cuda": 1e-4}  # by a ResNet-18, forward
GENERATION = {"cpu": 0.03, "cuda": 3e-4}  # a step of the small GAN, or StyleGAN's image
EXTRACTION = {"cpu": 0.25, "cuda": 1.5e-3}  # of features by Inception
DETECTION = {"cpu": 2e-4, "cuda": 3e-5}  # a training step's share, of the small detector
BOOSTING, LARGEST_BOOSTED = 1e-6, 2e8  # for a pixel value that boosted trees learn from, and how many at most
BACKWARD = 3  # how much more a training step costs than an evaluation
FITTED = 15_000  # walks of an image that fitting a schedule takes, of as many steps as it may have
FLOPS = 1e10  # of one core, in products of matrices
BLOCK4, WIDEST = 512, 4096  # numbers in features

START = 600  # seconds: the queue's slowest node, a cold file system, imports
MARGIN = 2
PACKING = 3  # copies of the images that packing holds at once
# MB of a job's processes without networks, with networks on the CPU, and on a GPU. On the CPU, the largest of
# 160 jobs on 8x8 digits took 930 MB, and the Snakemake that starts it on a node a few hundred more.
BASE = {"none": 1_500, "cpu": 2_000, "cuda": 10_000}
BATCH = 2_000  # MB of networks and a batch of images of CIFAR's size; larger ones come in smaller batches
# What further attempts ask for at most, where the first doesn't ask for more.
MOST_MEMORY, MOST_MINUTES = 64_000, 24 * 60


def runtime_minutes(rule: str, config: Mapping[str, Any], subject: Any = None) -> int:
    """How long one job of a rule takes at most. subject: the Recipe or Model that it makes."""
    return math.ceil((START + MARGIN * _seconds(rule, config, subject)) / 60)


def memory_mb(rule: str, config: Mapping[str, Any], device: str) -> int:
    """How much memory one job of a rule takes at most. device: of its networks, cpu, cuda or none."""
    images, numbers = _images(config)[0], _numbers(config)
    shard = images / config["shards"]
    features = 4 * (BLOCK4 + sum(extractor.width for extractor in _extractors(config)))
    needed = {
        "pack_dataset": packing_memory(config),
        "pack_samples": 6 * numbers * images,
        "make_model": 4 * numbers * images,
        "make_set": 8 * numbers * shard,
        "fit_schedule": 2 * numbers * images,
        "train_classifier": 8 * numbers * images,
        "measure_set": (2 * features + 4 * numbers) * shard + 20 * min(numbers, CIFAR) * images,
        "score_set": 6 * features * images,
        "score_baseline": 6 * features * images,
        "score_edges": 6 * features * images,
        "detect_fakes": 32 * numbers * images,
        "detect_controls": 64 * numbers * images,
        "map_attention": 2 * numbers * images,
        "choose_set": 4 * numbers * images,
        "draw_figure": (4 * features + 12 * numbers) * images,
        "write_explorer": (4 * features + 12 * numbers) * images,
        "export_file": 2 * numbers * images,
        "export_folder": 2 * numbers * images,
    }
    batch = 0 if device == "none" else int(BATCH * min(numbers / CIFAR, 1))
    return BASE[device] + batch + int(MARGIN * needed.get(rule, 0)) // 10**6


def raised(needed: int, attempt: int, most: int) -> int:
    """What an attempt asks for: as many times as much as the first, but not beyond `most`."""
    return max(needed, min(attempt * needed, most))


def images_at_most(config: Mapping[str, Any]) -> int:
    """In the larger split."""
    return _images(config)[0]


def packing_memory(config: Mapping[str, Any]) -> int:
    """Bytes that packing the data set takes."""
    return PACKING * _numbers(config) * _images(config)[0]


def _images(config: Mapping[str, Any]) -> tuple[int, int]:
    """In the larger and the smaller split, at most."""
    dataset = config["dataset"]
    limit = dataset["max_images"]
    sizes = plugin("data", dataset["kind"]).DECLARATION.images
    if sizes is None:
        return (limit or UNKNOWN_SIZE,) * 2
    larger, smaller = sizes
    return min(larger, limit or larger), min(smaller, limit or smaller)


def _extractors(config: Mapping[str, Any]) -> list[Any]:
    """The declarations of those that the metrics take."""
    return [plugin("extractors", name).DECLARATION for name in score_extractors(config["metrics"])]


def _numbers(config: Mapping[str, Any]) -> int:
    """How many an image consists of."""
    dataset = config["dataset"]
    shape = plugin("data", dataset["kind"]).DECLARATION.shape
    if dataset["resolution"] is None and shape is not None:
        return math.prod(shape)
    channels = 3 if shape is None else shape[2]
    return channels * (dataset["resolution"] or UNKNOWN_RESOLUTION) ** 2


def _seconds(rule: str, config: Mapping[str, Any], subject: Any) -> float:
    device, replicates, (images, smaller) = config["device"], config["replicates"], _images(config)
    size, classifier = _numbers(config) / CIFAR, config["classifier"]
    learner = plugin("learners", classifier["learner"]).DECLARATION
    own = learner.cost(narrow_values(learner.options, classifier))
    classification = CLASSIFICATION[device] * size * own
    detection = 2 * 2 * images * config["detection"]["epochs"] * DETECTION[device] * max(size, 1)
    detection += BOOSTING * min(2 * images * _numbers(config), LARGEST_BOOSTED) / config["threads"]
    extraction = EXTRACTION[device] * sum(extractor.cost for extractor in _extractors(config))
    if rule == "make_model":
        return _training(subject, config, size)
    if rule == "make_set":
        return 2 * images / config["shards"] * _making(subject, config, size)
    if rule == "fit_schedule":
        return FITTED * _making(subject, config, size)
    seconds = {
        "train_classifier": classifier["epochs"] * images * BACKWARD * classification,
        "measure_set": 2 * images / config["shards"] * (extraction + _nearest(config)),
        "score_set": (_matching(images, config) + 2 * _matching(smaller, config)) / config["threads"],
        "score_baseline": config["metrics"]["resplits"] * _matching(smaller, config) / config["threads"],
        "score_edges": 6 * 2 * WIDEST * images**2 / FLOPS / config["threads"],
        "detect_fakes": detection,
        "detect_controls": (1 + len(DOSES)) * detection,
        "choose_set": len(getattr(subject, "of", ())) * replicates * images * classification,
        "map_attention": BACKWARD * classification * config["metrics"]["attention_images"] * 10 * replicates,
    }
    return seconds.get(rule, 60.0)


def _training(model: Any, config: Mapping[str, Any], size: float) -> float:
    """Seconds of a model's training; costs grow with the square of a network's width."""
    options, device = model.options, config["device"]
    if model.kind in ("train", "neon"):
        evaluation = EVALUATION[device] * size * _cost(model.name, config)
        return options.steps_taken * options.batch_size * BACKWARD * evaluation
    if model.kind == "gan":
        step = GENERATION[device] * size * (options.width / 32) ** 2
        return options.steps * (1 + options.critic_steps) * options.batch_size * step
    return 60.0


def _making(recipe: Any, config: Mapping[str, Any], size: float) -> float:
    """Seconds for one real image's part in a set."""
    device, options = config["device"], recipe.options
    if recipe.kind == "generate":
        return options.times * GENERATION[device] * size
    if recipe.kind != "reconstruct":
        return 1e-3
    exact = 3 if device == "cuda" and not config["tf32"] else 1
    return recipe.evaluations * EVALUATION[device] * size * _cost(recipe.model, config) * exact


def _cost(name: str, config: Mapping[str, Any]) -> float:
    """Of an evaluation of a denoiser, as a multiple of the published EDM's."""
    model = next(entry for entry in config["models"] if entry["name"] == name)
    if plugin("models", model["kind"]).DECLARATION.derived:
        return _cost(model["model"], config)
    return (model.get("model_channels", 16) / 128) ** 2 if model["kind"] == "train" else 1


def _nearest(config: Mapping[str, Any]) -> float:
    """Seconds of an image's distances to all real images, in double precision."""
    return 2 * sum(_images(config)) * min(_numbers(config), CIFAR) / FLOPS


def _matching(images: int, config: Mapping[str, Any]) -> float:
    """Seconds of the Fréchet distance, and of all that looks at pairs of images, or of four parts of them."""
    most = config["metrics"]["pair_images"] or images
    pairs = images**2 if images <= most else 4 * most**2
    return (3 * pairs + images * WIDEST) * 2 * WIDEST / FLOPS
