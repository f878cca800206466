"""How measurements and scores are named: for the workflow, which must not import torch or sklearn."""

from collections.abc import Mapping
from typing import Any

# The columns of every score as it is computed. reference: paired, held-out, re-split, or none. group: of the
# images that it is about: all, a class, or a decile of typicality; of a positive control, how many of its
# pixel values are moved; of a choice among sets, the candidate.
SCORE_COLUMNS = [
    "set", "split", "replicate", "reference", "extractor", "metric", "group", "value", "n_real", "n_fake",
]  # fmt: skip
# What a set's recipe says of it, beside each of its scores.
RECIPE_COLUMNS = [
    "title", "kind", "series", "paper", "generated", "judged", "t_re", "sigma", "model",
    "remedy_for", "evaluations", "training_steps", "curve",
]  # fmt: skip
# The stages whose scores are collected in a table each.
STAGES = ("accuracy", "quality", "detection", "attention", "edges", "worth")
ALL = "all"
# Who measured, where it is no ImageNet extractor: the classifier that was trained on the real images.
CLASSIFIER = "classifier"
PIXELS = "pixels"  # nobody: the images themselves
SPLITS = ("train", "test")

# Shares of pixel values that are moved by one grey level: the positive controls of detectors.
DOSES = (0.01, 0.03, 0.1, 0.3, 1.0)


def class_group(label: int) -> str:
    """The column `group` of scores that are about one class."""
    return f"class {label}"


def decile_group(number: int) -> str:
    """The column `group` of scores about a tenth of the real test images, from the most typical, 0, to 9."""
    return f"decile {number + 1}"


def dose_group(share: float) -> str:
    """The column `group` of a positive control's scores."""
    return f"{100 * share:g} % moved"


def score_extractors(metrics: Mapping[str, Any]) -> list[str]:
    """The ImageNet extractors that the config's metrics need."""
    return sorted({metrics["frechet"], metrics["manifold"]})
