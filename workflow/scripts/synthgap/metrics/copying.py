"""Copies: images that lie much nearer to one of a set's images than to any other, in pixels."""

import math
from typing import TYPE_CHECKING

import numpy as np

from ..data.images import ImageSet

if TYPE_CHECKING:
    import torch

LARGEST = 32  # pixels a side: larger images are averaged down to it, so that a comparison stays cheap
BLOCK = 2**24  # distances at once
NEAR = 1 / 3  # nearest over second nearest
FEWEST = 5  # images of a class, on either side, for a rank test


def nearest_distances(images: ImageSet, others: ImageSet, device: "torch.device") -> np.ndarray:
    """Of each image to other images: float32 [N, 3], in grey levels (Euclidean).

    To the nearest one, to the second nearest, and to the nearest of the same class (infinite where there is
    none). Sums of squares are whole numbers in float64, so they are exact, whatever the block or the device.
    """
    import torch

    queries, references = (_vectors(part.images, device) for part in (images, others))
    labels, other_labels = (torch.from_numpy(part.labels).to(device) for part in (images, others))
    lengths, rows = (references**2).sum(dim=1), max(1, BLOCK // len(others))
    found = []
    for block, own in zip(queries.split(rows), labels.split(rows), strict=True):
        squares = (block**2).sum(dim=1, keepdim=True) + lengths - 2 * block @ references.T
        two = squares.topk(2, largest=False).values
        squares[own[:, None] != other_labels] = math.inf
        found.append(torch.cat([two, squares.amin(dim=1, keepdim=True)], dim=1).sqrt().cpu())
    return torch.cat(found).numpy().astype(np.float32)


def _vectors(images: np.ndarray, device: "torch.device") -> "torch.Tensor":
    """Pixels float64 [N, D], of whole numbers."""
    import torch
    import torch.nn.functional as F

    pixels = torch.from_numpy(images).to(device).permute(0, 3, 1, 2)
    if max(images.shape[1:3]) > LARGEST:
        parts = pixels.split(256)
        pixels = torch.cat([F.adaptive_avg_pool2d(part.float(), LARGEST).round() for part in parts])
    return pixels.flatten(1).double()


def copied_share(nearest: np.ndarray) -> float:
    """The share of images that are copies, in [0, 1]: d1 / d2 < 1/3, nearest over second nearest.

    nearest: [N, 2 or 3], from nearest_distances. An image at no distance is a copy, whatever else is near.
    """
    return float(((nearest[:, 0] < NEAR * nearest[:, 1]) | (nearest[:, 0] == 0)).mean())


def copying_test(fake: np.ndarray, fake_labels: np.ndarray, real: np.ndarray, labels: np.ndarray) -> float:
    """C_T of Meehan, Chaudhuri & Dasgupta (2020), with the classes as cells.

    fake [N], real [M]: distances of a set's images, and of real test images, to the nearest training image of
    their class. In each class the Mann-Whitney statistic says, in standard deviations, whether the set's
    distances are larger; the mean is weighted with the real images. Below 0 the set lies nearer to the
    training images than fresh ones do, beyond about -3 it copies. Under chance its deviation is at most 1.
    NaN where no class has 5 images on both sides.
    """
    from scipy.stats import rankdata

    statistics, weights = [], []
    for label in np.unique(labels):
        own, fresh = fake[fake_labels == label], real[labels == label]
        n, m = len(own), len(fresh)
        if min(n, m) < FEWEST or not np.isfinite(own).all():
            continue
        u = rankdata(np.concatenate([own, fresh]))[:n].sum() - n * (n + 1) / 2
        statistics.append((u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12))
        weights.append(m)
    return float(np.average(statistics, weights=weights)) if statistics else math.nan
