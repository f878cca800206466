"""What jobs need of a machine: generous estimates from the config's sizes, for schedulers."""

from collections.abc import Mapping
from typing import Any

# Images of the larger split, where the data set's kind says it; else max_images, or this many.
SPLIT_SIZES = {"digits": 1_797, "cifar10": 50_000, "cifar100": 50_000, "fashion_mnist": 60_000}
UNKNOWN_SIZE = 100_000
NUMBERS = {"digits": 8 * 8, "cifar10": 3 * 32**2, "cifar100": 3 * 32**2, "fashion_mnist": 28**2}
UNKNOWN_RESOLUTION = 64
CIFAR = 3 * 32**2  # numbers in an image of the size that costs below are given for

# Seconds for one image of CIFAR's size: one core, one GPU of some years ago.
EVALUATION = {"cpu": 0.5, "cuda": 1e-3}  # of the published EDM, forward
CLASSIFICATION = {"cpu": 0.02, "cuda": 1e-4}  # by a ResNet-18, forward
GENERATION = {"cpu": 0.03, "cuda": 3e-4}  # a step of the small GAN, or StyleGAN's image
EXTRACTION = {"cpu": 0.5, "cuda": 3e-3}  # of features by Inception and VGG16
DETECTION = {"cpu": 2e-4, "cuda": 3e-5}  # a training step's share, of the small detector
BACKWARD = 3  # how much more a training step costs than an evaluation
FLOPS = 1e10  # of one core, in products of matrices
FEATURES = 4096  # numbers that VGG16 makes of an image; the others make fewer

START = 600  # seconds: the queue's slowest node, a cold file system, imports
MARGIN = 3
BASE = {"cpu": 2_000, "cuda": 8_000}  # MB of a process that imported torch, or CUDA too


def runtime_minutes(rule: str, config: Mapping[str, Any]) -> int:
    """How long one job of a rule takes at most."""
    return round((START + MARGIN * _seconds(rule, config)) / 60) + 1


def memory_mb(rule: str, config: Mapping[str, Any]) -> int:
    """How much memory one job of a rule takes at most."""
    images, numbers = _images(config), _numbers(config)
    held = {
        "pack_dataset": 6 * numbers,
        "train_gan": 16 * numbers,
        "train_denoiser": 4 * numbers,
        "train_classifier": 16 * numbers,
        "detect_fakes": 32 * numbers * 2,
        "detect_controls": 32 * numbers * 2,
        "measure_set": 4 * 2 * (FEATURES + 2048 + 512) + 4 * numbers,
        "score_set": 4 * 4 * (FEATURES + 2048 + 512),
        "score_baseline": 4 * 4 * (FEATURES + 2048 + 512),
        "plot_spectra": 4 * numbers,
    }
    bytes_each = held.get(rule, 4 * numbers)
    return BASE[config["device"]] + MARGIN * images * bytes_each // 10**6


def _images(config: Mapping[str, Any]) -> int:
    dataset = config["dataset"]
    images = SPLIT_SIZES.get(dataset["kind"], UNKNOWN_SIZE)
    return min(images, dataset["max_images"] or images)


def _numbers(config: Mapping[str, Any]) -> int:
    """How many an image consists of."""
    dataset = config["dataset"]
    if dataset["resolution"] is None and dataset["kind"] in NUMBERS:
        return NUMBERS[dataset["kind"]]
    return 3 * (dataset["resolution"] or UNKNOWN_RESOLUTION) ** 2


def _seconds(rule: str, config: Mapping[str, Any]) -> float:
    device, images, replicates = config["device"], _images(config), config["replicates"]
    size = _numbers(config) / CIFAR
    diffusion, classifier, gan = config["diffusion"], config["classifier"], config["gan"]
    train, sampling, shard = diffusion["train"], diffusion["sampling"], images / diffusion["shards"]
    # Costs grow with the square of a network's width.
    own = (train["model_channels"] / 128) ** 2 if diffusion["network"] == "train" else 1
    evaluation = EVALUATION[device] * size * own
    classification = CLASSIFICATION[device] * size * (classifier["width"] / 64) ** 2
    generation = GENERATION[device] * size * (gan["width"] / 32) ** 2
    matching = 2 * FEATURES * images**2 / FLOPS
    detection = 3 * replicates * 2 * images * config["detection"]["epochs"] * DETECTION[device] * max(size, 1)
    evaluations = 2 * (sampling["solver_steps"] or sampling["steps"])  # Heun's method takes two a step
    seconds = {
        "train_denoiser": train["steps"] * train["batch_size"] * BACKWARD * evaluation,
        "reconstruct_images": shard * evaluations * evaluation,
        "train_gan": gan["steps"] * (1 + gan["critic_steps"]) * gan["batch_size"] * generation,
        "sample_generator": 2 * shard * GENERATION[device] * size,
        "train_classifier": classifier["epochs"] * images * BACKWARD * classification,
        "measure_set": 2 * shard * EXTRACTION[device],
        "score_set": 9 * matching,
        "score_baseline": 3 * config["metrics"]["resplits"] * matching,
        "detect_fakes": detection,
        "detect_controls": 2 * detection,
        "map_attention": BACKWARD * classification * config["metrics"]["attention_images"] * 10 * replicates,
    }
    return seconds.get(rule, 60.0)
