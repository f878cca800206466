"""Thumbnails of many images in one picture, and how many of them a page has room for."""

import base64
import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

LARGEST = 64  # pixels a side: larger images are averaged down to it
BUDGET = 11_000_000  # bytes of images on a page: as base64 not above 15 MB, even if nothing is compressed
TOLD = 20  # bytes that the page tells of an image besides
MOST, FEWEST = 1000, 10  # images of a set: at most, and before replicates and sets are left out


@dataclass(frozen=True)
class Extent:
    """What fits on a page: the names of sets, the replicates of each, the images of each of them."""

    sets: list[str]
    replicates: int
    images: int


def extent(
    replicates: Mapping[str, int], measured: Collection[str], image_bytes: int, besides: int
) -> Extent:
    """All sets and replicates, or the first replicate, or that of the first sets, so that FEWEST images fit.

    replicates: how many differ, by set. measured: the sets that show test images of one replicate, too.
    image_bytes: of a thumbnail's pixels; besides: thumbnails that the page has besides.
    """
    names, most = list(replicates), max(replicates.values())
    for count, repeats in [(len(names), most), *((count, 1) for count in range(len(names), 0, -1))]:
        kept = names[:count]
        sheets = sum(min(replicates[name], repeats) + (name in measured) for name in kept)
        images = (BUDGET // (image_bytes + TOLD) - besides) // sheets
        if images >= FEWEST:
            break
    return Extent(kept, repeats, min(max(images, 1), MOST))


def thumbnail_size(resolution: int) -> int:
    """Pixels a side of the thumbnails of images with so many."""
    return min(resolution, LARGEST)


def thumbnails(images: np.ndarray) -> np.ndarray:
    """Images uint8 [N, H, H, C], averaged down to LARGEST pixels a side where they are larger."""
    size = thumbnail_size(images.shape[1])
    if size == images.shape[1]:
        return images
    from PIL import Image

    small = np.empty((len(images), size, size, images.shape[3]), np.uint8)
    for place, image in zip(small, images, strict=True):
        shrunk = Image.fromarray(image.squeeze()).resize((size, size), Image.Resampling.BOX)
        place[...] = np.asarray(shrunk).reshape(place.shape)
    return small


def sheet(images: np.ndarray) -> dict[str, Any]:
    """Images uint8 [N, H, H, C] as thumbnails in rows of so many `columns`, nearly a square: the `sheet`, a
    lossless WebP file in base64.
    """
    from PIL import Image

    small = thumbnails(images)
    count, height, width, channels = small.shape
    columns = max(1, math.ceil(math.sqrt(count)))
    rows = np.zeros((max(1, math.ceil(count / columns)), columns, height, width, channels), np.uint8)
    rows.reshape(-1, height, width, channels)[:count] = small
    pixels = rows.swapaxes(1, 2).reshape(len(rows) * height, columns * width, channels)
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze(2) if channels == 1 else pixels).save(file, "WEBP", lossless=True)
    return {"columns": columns, "sheet": base64.b64encode(file.getvalue()).decode()}
