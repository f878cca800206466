"""Scores whose story is known, for tables, findings and figures."""

import itertools

import numpy as np
import pandas as pd
from synthgap.plan.names import RECIPE_COLUMNS, SCORE_COLUMNS
from synthgap.plan.tables import PLUGINS
from synthgap.sets.schedule import SamplerConfig, start_sigma

STEPS = {"real": 0, "t030": 30, "t050": 50, "t070": 70, "t100": 100}
BANDS_AT_1 = (("kernel", 1), ("density", 1), ("coverage", 1))
EXTRACTOR = "efficientnet_lite0"


def story(lost: float, replicates: int = 3, competitor: bool = False) -> pd.DataFrame:
    """Scores of a model that loses a share `lost` of everything at t_re = 100; 0 loses nothing.

    competitor: whether there is a GAN, which loses as much and is more easily told from real images.

    A replicate is off by the same amount in every set, so that sets differ by what is lost alone.
    """
    rows = []

    def add(name, split, reference, extractor, metric, value, noise=0.003, count=replicates):
        for replicate in range(count):
            noisy = value * (1 + noise * np.random.default_rng(replicate).normal())
            rows.append((name, split, replicate, reference, extractor, metric, "all", noisy, 60, 60))

    for name, t_re in (STEPS | {"gan": 100} if competitor else STEPS).items():
        gone = lost * t_re / 100
        add(name, "test", "none", "classifier", "accuracy", 0.9 * (1 - gone))
        for split in ("train", "test"):
            add(name, split, "none", "classifier", "entropy", 0.3 * (1 - gone))
        add(name, "test", "paired", "classifier", "concentration", 1 - gone)
        add(name, "test", "paired", "classifier", "entropy_ratio", 1 - gone)
        add(name, "test", "paired", "classifier", "attention_correlation", 0.7, noise=0.05)
        for split, reference in (("train", "paired"), ("train", "held-out")):
            add(name, split, reference, EXTRACTOR, "frechet", 10 * (1 + gone))
            add(name, split, reference, EXTRACTOR, "precision", 0.8 * (1 - gone / 3))
            add(name, split, reference, EXTRACTOR, "recall", 0.8 * (1 - gone))
            for metric in ("kernel", "density", "coverage"):
                add(name, split, reference, EXTRACTOR, metric, 1 + gone)
    for metric, value in (("frechet", 10), ("precision", 0.8), ("recall", 0.8), *BANDS_AT_1):
        add("real", "train", "re-split", EXTRACTOR, metric, value, noise=0.01, count=20)
    told_apart = {"t100": 0.5 + 0.4 * lost, "negative-control": 0.5, "positive-control": 0.9}
    told_apart |= {"gan": 0.8} if competitor else {}
    for (name, accuracy), detector in itertools.product(told_apart.items(), PLUGINS["detectors"]):
        add(name, "train", "paired", detector, "detection_accuracy", accuracy)
        add(name, "train", "paired", detector, "detection_auc", accuracy)
    scores = pd.DataFrame(rows, columns=SCORE_COLUMNS)
    return scores.merge(described(STEPS | ({"gan": None} if competitor else {})), how="left", on="set")


class Values:
    """Values per image by name, as an ArrayReader gives them."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self.arrays = arrays

    def read(self, name: str) -> np.ndarray:
        return self.arrays[name]


def story_values(lost: float, replicates: int = 3, images: int = 400) -> dict[str, Values]:
    """The values per image behind a story, by stage. Every set has the same easy and hard images."""
    generator = np.random.default_rng(0)
    hardness = (np.arange(images) + 0.5) / images
    own = 1 + 0.3 * generator.normal(size=images)
    stages = {"accuracy": {}, "quality": {}, "attention": {}, "detection": {}}

    def noise(*shape):
        return generator.normal(size=(*shape, images))

    for name, t_re in (STEPS | {"gan": 100}).items():
        gone = lost * t_re / 100
        right = hardness + 0.01 * noise(replicates) < 0.9 * (1 - gone)
        stages["accuracy"][f"accuracy-test/{name}"] = right.astype(np.uint8)
        for split in ("train", "test"):
            stages["quality"][f"entropy-{split}/{name}"] = 0.3 * (1 - gone) * (own + 0.01 * noise(replicates))
        stages["quality"][f"distance-test/{name}"] = (1 - gone) * (own + 0.01 * noise(replicates))
        stages["attention"][f"attention/{name}"] = 0.7 + 0.05 * noise(replicates, replicates)
    return {stage: Values(arrays) for stage, arrays in stages.items()}


def described(steps: dict[str, int | None]) -> pd.DataFrame:
    """What sets.csv says of the sets of a story. steps: t_re of each (None: a generator's)."""
    rows = []
    for name, t_re in steps.items():
        paper = t_re is not None
        title = "real" if t_re == 0 else f"denoiser, t_re = {t_re}" if paper else name
        kind = "real" if t_re == 0 else "reconstruct" if paper else "generate"
        series = "t" if kind == "reconstruct" else name
        sigma = start_sigma(t_re, SamplerConfig()) if t_re else t_re
        rows.append((name, title, kind, series, paper, t_re in (100, None), t_re, sigma))
    return pd.DataFrame(rows, columns=["set", *RECIPE_COLUMNS]).astype({"t_re": "Int64"})
