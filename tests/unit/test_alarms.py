"""Sets of digits whose story is known, from their images to the alarms; pixels are their features."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from synthgap.data.images import ImageSet
from synthgap.metrics.configs import ScoreConfig
from synthgap.metrics.measurements import SplitMeasurements
from synthgap.metrics.neighbours import nearest_distances
from synthgap.metrics.scores import score_baseline, score_set
from synthgap.plan.names import RECIPE_COLUMNS
from synthgap.report.alarms import alarms, worst_class

CONFIG = ScoreConfig(resplits=8)


def measure(images: ImageSet, real: dict[str, ImageSet]) -> SplitMeasurements:
    pixels = images.images.reshape(len(images), -1).astype(np.float32)
    nearest = {split: nearest_distances(images, part, torch.device("cpu")) for split, part in real.items()}
    logits = np.eye(10)[images.labels]
    return SplitMeasurements({CONFIG.manifold: pixels}, logits, pixels, images.labels, nearest)


@pytest.fixture(scope="module")
def scores(packed) -> pd.DataFrame:
    """Of sets that are the training images, the test images, fresh ones, and fresh ones without nines."""
    both = [np.concatenate([getattr(part, n) for part in packed[:2]]) for n in ("images", "labels", "index")]
    order = np.random.default_rng(0).permutation(len(both[0]))
    train, test, fresh = (ImageSet(*both)[part] for part in np.array_split(order, 3))
    real = {"train": train, "test": test}
    measured = {split: measure(images, real) for split, images in real.items()}
    rows = [score_baseline(measured["train"], measured["test"], CONFIG, 0)]
    nines = np.flatnonzero(fresh.labels == 9)
    images = fresh.images.copy()
    images[nines] = fresh.images[np.flatnonzero(fresh.labels != 9)[: len(nines)]]
    sets = {"real": train, "copy": train, "leak": test, "fresh": fresh}
    sets["no-nines"] = replace(fresh, images=images, labels=np.where(fresh.labels == 9, 0, fresh.labels))
    for name, images in sets.items():
        fake = {"train": measure(images, real), "test": measured["test"]}
        scored = score_set(name, 0, fake, measured, CONFIG, 0)
        rows += [scored.assign(replicate=replicate) for replicate in range(3)]
    told = dict.fromkeys(RECIPE_COLUMNS, "samples") | {"generated": True}
    return pd.concat(rows).assign(**told)


def raised(scores, name):
    return [check.words for check in alarms(scores)[0] if check.name == name]


def test_copies_of_training_images_raise_their_alarms_and_no_other(scores):
    assert raised(scores, "copy") == [
        "it holds copies of real training images",
        "it lies nearer to the training images than fresh real images do (C_T)",
    ]


def test_a_leak_scores_best_and_is_an_alarm(scores):
    words = raised(scores, "leak")
    assert "it holds copies of real test images" in words
    assert "its recall is better than that of real images against real ones" in words
    assert not any("training" in each for each in words)


def test_fresh_real_images_raise_no_alarm(scores):
    assert raised(scores, "fresh") == []
    assert worst_class(scores, "fresh").deficit < 0.15
    assert worst_class(scores, "fresh").p_adjusted > 0.01


def test_a_class_that_is_left_out_is_named(scores):
    worst = worst_class(scores, "no-nines")
    assert (worst.label, worst.coverage) == (9, 0)
    assert worst.deficit > 0.8
    assert worst.p_adjusted < 0.001
    assert raised(scores, "no-nines") == []
