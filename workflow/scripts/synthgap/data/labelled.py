"""Labelled images as they come from a source, before they are cut into splits."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Labelled:
    """images: uint8 [N, H, W, C] with C = 1 or 3; labels: int64 [N]."""

    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Source:
    """A data set: train and test images, or all in `train` where it has no split of its own (test None);
    class names in label order; a description for the report; whether it has the classes' numbers alone, which
    are their names then.
    """

    train: Labelled
    test: Labelled | None
    class_names: list[str]
    description: str
    numbered: bool = False
