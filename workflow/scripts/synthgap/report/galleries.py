"""Lost images and likeliest copies as a page to look around in shows them: rows of pairs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..data.arrays import ArrayReader
from ..data.images import DatasetInfo, ImageSet, load_images
from ..metrics.measurements import load_arrays
from ..plan.names import SPLITS
from ..sets.recipe import REAL
from .albums import files_of, shown_name
from .extremes import farthest, likeliest_copies, nearest_in_pixels
from .sprites import sheet

PAIRS = 8  # of images in a row


def galleries(
    inputs: Any, settings: Mapping[str, Any], sets: pd.DataFrame, info: DatasetInfo
) -> list[dict[str, Any]]:
    """Of each set with a gallery: real test images that it is not near, its images that no real one is near,
    and those closest to training images; last real test images, of which none is a copy. Replicate 0.
    """
    if not settings["galleries"]:
        return []
    train, test = (load_images(files_of(inputs, REAL, split, 0)) for split in SPLITS)
    real, values = np.concatenate([train.images, test.images]), ArrayReader(inputs["values_edges"])
    found = []
    for name in settings["galleries"]:
        own = load_images(files_of(inputs, name, "train", 0))
        near = {
            key: values.read(f"{key}/{name}")[0]
            for key in ("nearest-test", "ratio-test", "nearest-train", "ratio-train")
        }
        copied = load_arrays(inputs[f"features_{name}"], "nearest-train-train")[0]
        rows = [
            _far_row("Real test images that the set is not near, each beside its nearest", info, test,
                     own.images, near["nearest-test"], near["ratio-test"]),
            _far_row("Its images that no real one is near, each beside the nearest", info, own, real,
                     near["nearest-train"], near["ratio-train"]),
            _copied_row("Its images that are the likeliest copies, each beside the nearest training image",
                        info, own, train, copied),
        ]  # fmt: skip
        found.append({"title": shown_name(sets.loc[name, "title"]), "rows": rows})
    fresh = load_arrays(inputs[f"features_{REAL}"], "nearest-train-test")[0]
    title = "Real test images, which are no copies, each beside the nearest training image"
    found.append({"title": "real test images", "rows": [_copied_row(title, info, test, train, fresh)]})
    return found


def _far_row(
    title: str,
    info: DatasetInfo,
    points: ImageSet,
    others: np.ndarray,
    nearest: np.ndarray,
    ratios: np.ndarray,
) -> dict[str, Any]:
    pairs = []
    for i in farthest(ratios, PAIRS):
        found = nearest[i] >= 0
        text = f"{ratios[i]:.2f} ×" if found else "no image of the class"
        pairs.append((points, i, others[nearest[i]] if found else None, text))
    return _row(title, info, pairs)


def _copied_row(
    title: str, info: DatasetInfo, own: ImageSet, train: ImageSet, distances: np.ndarray
) -> dict[str, Any]:
    pairs = []
    for i, ratio in zip(*likeliest_copies(distances, PAIRS), strict=True):
        other = train.images[nearest_in_pixels(own.images[i], train.images)]
        pairs.append((own, i, other, f"d1 = {distances[i, 0]:.1f}\nd1/d2 = {ratio:.2f}"))
    return _row(title, info, pairs)


def _row(title: str, info: DatasetInfo, pairs: list[tuple]) -> dict[str, Any]:
    """pairs: a set, the image's position, the one [H, W, C] beside it or None, and what stands below. On the
    sheet the images of a pair follow each other.
    """
    images = [each for own, i, other, _ in pairs for each in (own.images[i], other)]
    blank = np.zeros((info.resolution, info.resolution, info.channels), np.uint8)
    whole = np.stack([blank, *(blank if image is None else image for image in images)])[1:]
    told = [
        {"class": shown_name(info.class_names[own.labels[i]]), "text": text, "alone": other is None}
        for own, i, other, text in pairs
    ]
    return {"title": title, "pairs": told, **sheet(whole)}
