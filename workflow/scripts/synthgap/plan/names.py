"""How measurements and scores are named: for the workflow, which must not import torch or sklearn."""

from collections.abc import Mapping
from typing import Any

# The columns of every score as it is computed. reference: paired, held-out, re-split, or none. group: of the
# images that it is about: all, or a class.
SCORE_COLUMNS = [
    "set", "split", "replicate", "reference", "extractor", "metric", "group", "value", "n_real", "n_fake",
]  # fmt: skip
# What a set's recipe says of it, beside each of its scores.
RECIPE_COLUMNS = ["title", "kind", "series", "paper", "generated", "t_re", "sigma"]
# The stages whose scores are collected in a table each.
STAGES = ("accuracy", "quality", "detection", "attention")
ALL = "all"
# Who measured, where it is no ImageNet extractor: the classifier that was trained on the real images.
CLASSIFIER = "classifier"
SPLITS = ("train", "test")


def score_extractors(metrics: Mapping[str, Any]) -> list[str]:
    """The ImageNet extractors that the config's metrics need."""
    return sorted({metrics["frechet"], metrics["manifold"]})
