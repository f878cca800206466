"""How far images are from their nearest others, in pixels."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..data.images import ImageSet

LARGEST = 32  # pixels a side: larger images are averaged down to it, so that a comparison stays cheap
BLOCK = 2**24  # distances at once


def nearest_distances(images: ImageSet, others: ImageSet, device: torch.device) -> np.ndarray:
    """Of each image to other images: float32 [N, 3], in grey levels (Euclidean).

    To the nearest one, to the second nearest, and to the nearest of the same class (infinite where there is
    none). Sums of squares are whole numbers in float64, so they are exact, whatever the block or the device.
    """
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


def _vectors(images: np.ndarray, device: torch.device) -> Tensor:
    """Pixels float64 [N, D], of whole numbers."""
    pixels = torch.from_numpy(images).to(device).permute(0, 3, 1, 2)
    if max(images.shape[1:3]) > LARGEST:
        parts = pixels.split(256)
        pixels = torch.cat([F.adaptive_avg_pool2d(part.float(), LARGEST).round() for part in parts])
    return pixels.flatten(1).double()
