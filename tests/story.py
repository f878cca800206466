"""Scores whose story is known, for tables, findings and figures."""

import itertools

import numpy as np
import pandas as pd
from synthgap.data.images import DatasetInfo
from synthgap.plan.names import DOSES, RECIPE_COLUMNS, SCORE_COLUMNS, dose_group
from synthgap.plan.tables import PLUGINS
from synthgap.report.overview import overview
from synthgap.report.summary import summary_text
from synthgap.sets.schedule import SamplerConfig, start_sigma

STEPS = {"real": 0, "t030": 30, "t050": 50, "t070": 70, "t100": 100}
EXTRACTOR = "efficientnet_lite0"
STRONGEST = "boosted"


def story(lost: float, replicates: int = 3, competitor: bool = False) -> pd.DataFrame:
    """Scores of a model that loses a share `lost` of everything at t_re = 100; 0 loses nothing.

    competitor: whether there is a GAN, which loses as much and is more easily told from real images.

    A replicate is off by the same amount in every set, so that sets differ by what is lost alone.
    """
    rows = []

    def add(name, split, reference, extractor, metric, value, noise=0.003, count=replicates, group="all"):
        for replicate in range(count):
            noisy = value * (1 + noise * np.random.default_rng(replicate).normal())
            rows.append((name, split, replicate, reference, extractor, metric, group, noisy, 60, 60))

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
            for metric, value in (("kernel", 1 + gone), ("density", 1 - gone), ("coverage", 1 - gone)):
                add(name, split, reference, EXTRACTOR, metric, value)
        for metric in ("copies_train", "copies_test"):
            add(name, "train", "held-out", "pixels", metric, 0.05)
        for label in (0, 1):
            kept = 1 - gone if label else 1
            add(name, "train", "held-out", EXTRACTOR, "coverage", 0.9 * kept, group=f"class {label}")
    band = {"frechet": 10, "kernel": 1, "precision": 0.8, "recall": 0.8, "density": 1, "coverage": 1}
    for metric, value in band.items():
        add("real", "train", "re-split", EXTRACTOR, metric, value, noise=0.01, count=20)
    for group in ("class 0", "class 1"):
        add("real", "train", "re-split", EXTRACTOR, "coverage", 0.9, noise=0.01, count=20, group=group)
    told_apart = {("t100", "all"): 0.5 + 0.4 * lost, ("negative-control", "all"): 0.5}
    told_apart |= {("positive-control", dose_group(share)): 0.5 + 0.4 * share**0.5 for share in DOSES}
    told_apart |= {("gan", "all"): 0.8} if competitor else {}
    for ((name, group), accuracy), detector in itertools.product(told_apart.items(), PLUGINS["detectors"]):
        better = 0.01 if detector == STRONGEST else 0
        of_detection = {"accuracy": accuracy, "auc": accuracy, "validation": accuracy + better, "loss": 0.5}
        for metric, value in of_detection.items():
            add(name, "train", "paired", detector, f"detection_{metric}", value, group=group)
    scores = pd.DataFrame(rows, columns=SCORE_COLUMNS)
    return scores.merge(described(STEPS | ({"gan": None} if competitor else {})), how="left", on="set")


class Values:
    """Values per image by name, as an ArrayReader gives them."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self.arrays = arrays

    def read(self, name: str) -> np.ndarray:
        return self.arrays[name]


# Accuracy after training on each set, and what it costs: evaluations, training steps.
REMEDY_RIGHT = {"real": 0.9, "t100": 0.8, "helped": 0.86, "harmed": 0.7, "same": 0.8, "best": 0.86}
REMEDY_COSTS = {"helped": (398, 500), "harmed": (239, 0), "same": (199, 200), "best": (597, 500)}


def remedies(
    replicates: int = 3, right: dict[str, float] = REMEDY_RIGHT, images: int = 1000
) -> tuple[pd.DataFrame, dict[str, Values]]:
    """Scores and values per image of the paper's series and four remedies for its last set. Classifiers of
    different sets get the same share of easy images right, and differ on few.
    """
    scores = story(0.2, replicates)
    scores = scores[(scores["metric"] == "accuracy") & scores["set"].isin(["real", "t100"])]
    rows = [scores]
    for name, (evaluations, steps) in REMEDY_COSTS.items():
        told = {"title": f"{name}, t_re = 100", "series": name, "paper": False, "remedy_for": "t100"}
        own = scores[scores["set"] == "t100"].assign(set=name, evaluations=evaluations, training_steps=steps)
        rows.append(own.assign(**told))
    candidates = [
        ("best", "train", r, "none", "classifier", "selection_accuracy", name, value + 0.001 * r, 450, 450)
        for name, value in (("weak", 0.91), ("helped", 0.93))
        for r in range(replicates)
    ]
    rows.append(pd.DataFrame(candidates, columns=SCORE_COLUMNS).assign(kind="choice", remedy_for="t100"))
    scores = pd.concat(rows, ignore_index=True)
    scores["evaluations"] = scores["evaluations"].mask(scores["set"] == "t100", 199)
    generator, arrays = np.random.default_rng(0), {}
    hardness = (np.arange(images) + 0.5) / images
    for name, share in right.items():
        noise = 0.003 * generator.normal(size=(replicates, images))
        noise += 0.002 * generator.normal(size=(replicates, 1))
        arrays[f"accuracy-test/{name}"] = (hardness + noise < share).astype(np.uint8)
        means = arrays[f"accuracy-test/{name}"].mean(1)
        of_test = (scores["set"] == name) & (scores["metric"] == "accuracy")
        scores.loc[of_test, "value"] = scores.loc[of_test, "replicate"].map(dict(enumerate(means)))
    return scores, {"accuracy": Values(arrays)}


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
        rows.append({
            "set": name, "title": title, "kind": kind, "series": series, "paper": paper,
            "generated": t_re in (100, None), "judged": name != "real",
            "t_re": t_re, "sigma": sigma, "model": "m", "curve": t_re == 0,
            "evaluations": 0, "training_steps": 0,
        })  # fmt: skip
    return pd.DataFrame(rows, columns=["set", *RECIPE_COLUMNS]).astype({"t_re": "Int64"})


SETS = described({"real": 0, "t100": 100, "gan": None}).assign(n_real=0, n_synthetic=60)
INFO = DatasetInfo(["a", "b"], [0, 255], 8, 1, {"train": 90, "test": 60}, "a test")


def page(lost: float, scores: pd.DataFrame | None = None, replicates: int = 3) -> str:
    """The summary of such a run."""
    scores = story(lost, replicates) if scores is None else scores
    return summary_text(overview(scores, story_values(lost, replicates), SETS, INFO, seed=5, margins={}))
