"""Labelled images as they come from a source, before they are cut into splits."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np


class Images(Protocol):
    """Images that are there, an array, or that are read when they are asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, positions: np.ndarray, /) -> np.ndarray:
        """Those at positions int64 [n]: uint8 [n, H, W, C]."""


@dataclass(frozen=True)
class Labelled:
    """images: uint8 [N, H, W, C] with C = 1 or 3, or what reads them so; labels: int64 [N]."""

    images: Images
    labels: np.ndarray


class LeftOut(NamedTuple):
    """How many images are not used, and why: `in val`."""

    number: int
    why: str


@dataclass(frozen=True)
class Source:
    """A data set: train and test images, or all in `train` where it has no split of its own (test None);
    class names in label order, or None where it has the classes' numbers alone; a description for the
    report; images that were found and are not among these.
    """

    train: Labelled
    test: Labelled | None
    class_names: list[str] | None
    description: str
    left_out: tuple[LeftOut, ...] = ()

    @property
    def labels(self) -> np.ndarray:
        """Of both splits, int64 [N]."""
        parts = [self.train] if self.test is None else [self.train, self.test]
        return np.concatenate([part.labels for part in parts])
