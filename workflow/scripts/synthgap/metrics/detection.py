"""Fake detection: can a set be told from real images? Frank et al. (2020)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from ..data.images import ImageSet
from ..data.randomness import derive_seed, random_generator
from ..data.splits import stratified_subset
from ..plan.names import ALL, SCORE_COLUMNS
from ..plan.tables import PLUGINS, plugin
from ..run.errors import InputError
from .configs import DetectionConfig

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Detection:
    """accuracy, auc (area under the ROC curve): on the test part, where 0.5 is a guess; validation: accuracy
    on the validation part; loss: on the training part, in nats, where ln 2 is a guess. sizes: of the train,
    validation and test part, half of each real.
    """

    accuracy: float
    auc: float
    validation: float
    loss: float
    sizes: tuple[int, int, int]


def detect_fakes(
    real: ImageSet,
    fake: ImageSet,
    detector: str,
    config: DetectionConfig,
    *,
    seed: int,
    device: "torch.device",
    key: tuple[str | int, ...] = (),
) -> Detection:
    """Train a detector on part of the images and test it on another.

    Of the larger set, as many as the smaller one has are drawn, class by class. Where both have the same
    number, an image and its counterpart share a position and fall into the same part. detector: one of
    plan/tables.py. key: of the randomness in its training; the parts follow from the seed alone, so that no
    image is in the test part of one replicate and in the validation part of another. Raises InputError
    where a part would be empty.
    """
    real_images, fake_images = equal_numbers(real, fake, seed)
    n = len(real_images)
    order = random_generator(seed, "detection", "parts").permutation(n)
    n_test, n_validation = round(n * config.test), round(n * config.validation)
    test, validation, train = np.split(order, [n_test, n_test + n_validation])
    if 0 in (len(test), len(validation), len(train)):
        raise InputError(f"detection: {n} real images are too few for a train, validation and test part")
    parts = [np.concatenate([real_images[p], fake_images[p]]) for p in (train, validation, test)]
    fakes = [np.arange(len(images)) >= len(images) // 2 for images in parts]
    own_seed = derive_seed(seed, "detection", *key, detector)
    scores = plugin("detectors", detector).scores(parts, fakes, config, seed=own_seed, device=device)
    _, validated, tested = (float(((s > 0) == f).mean()) for s, f in zip(scores, fakes, strict=True))
    auc, loss = float(roc_auc_score(fakes[2], scores[2])), log_loss(scores[0], fakes[0])
    return Detection(tested, auc, validated, loss, (2 * len(train), 2 * len(validation), 2 * len(test)))


def log_loss(scores: np.ndarray, fakes: np.ndarray) -> float:
    """Mean binary cross-entropy in nats. scores: log odds [N]; fakes: bool [N]."""
    return float(np.logaddexp(0, np.where(fakes, -scores, scores).astype(np.float64)).mean())


def equal_numbers(real: ImageSet, fake: ImageSet, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As many images of each: all where both have the same number, else a stratified draw of the larger.

    A slice would not do: folders are packed class by class, and the first images then are the first classes.
    """
    n = min(len(real), len(fake))
    drawn = []
    for name, images in (("real", real), ("fake", fake)):
        chosen = np.arange(n)
        if len(images) > n:
            chosen = stratified_subset(images.labels, n, random_generator(seed, "detection", name))
        drawn.append(images.images[chosen])
    return drawn[0], drawn[1]


def detection_scores(
    name: str,
    replicate: int,
    real: ImageSet,
    fake: ImageSet,
    config: DetectionConfig,
    *,
    seed: int,
    device: "torch.device",
    group: str = ALL,
) -> pd.DataFrame:
    """How well each detector tells a set from the real images, with the columns of every score."""
    rows = []
    for detector in PLUGINS["detectors"]:
        key = (name, group, replicate)
        found = detect_fakes(real, fake, detector, config, seed=seed, device=device, key=key)
        train, validation, test = (size // 2 for size in found.sizes)
        rows += [
            (name, "train", replicate, "paired", detector, f"detection_{metric}", group, value, half, half)
            for metric, value, half in (
                ("accuracy", found.accuracy, test),
                ("auc", found.auc, test),
                ("validation", found.validation, validation),
                ("loss", found.loss, train),
            )
        ]
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def change_pixels(
    images: np.ndarray, grey_levels: np.ndarray, generator: np.random.Generator, share: float
) -> np.ndarray:
    """A positive control: a share of the pixel values moved by one grey level, up or down.

    images: uint8 [N, H, W, C] whose values are among grey_levels (ascending); others move from the
    nearest level above. At an end of the scale the move is inwards.
    """
    levels = np.asarray(grey_levels, np.uint8)
    position = np.searchsorted(levels, images).clip(max=len(levels) - 1)
    step = generator.choice([-1, 1], images.shape)
    step = np.where(position + step < 0, 1, np.where(position + step >= len(levels), -1, step))
    changed = generator.random(images.shape) < share
    return np.where(changed, levels[(position + step).clip(0, len(levels) - 1)], images)
