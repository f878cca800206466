"""The images of a run that a page to look around in shows, on sheets of thumbnails."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..data.images import ImageReader, ImageSet
from ..data.randomness import random_generator
from ..data.splits import nested_order
from ..plan.names import SPLITS
from ..run.errors import in_a_line
from ..sets.recipe import REAL
from .sprites import Extent, sheet

LONGEST = 80  # characters of a name from outside


class Album(NamedTuple):
    """Images of one split and replicate of a set. positions: of the shown ones in the set, int64 [n].
    corresponds: whether each has the place of the real image that is shown at the same place.
    """

    set: str
    split: str
    replicate: int
    corresponds: bool
    positions: np.ndarray
    shown: ImageSet

    def told(self) -> dict[str, Any]:
        """As the page reads it."""
        return {
            "set": self.set,
            "split": self.split,
            "replicate": self.replicate,
            "corresponds": self.corresponds,
            "positions": self.positions.tolist(),
            "labels": self.shown.labels.tolist(),
            **sheet(self.shown.images),
        }


def read_albums(inputs: Any, settings: Mapping[str, Any], fits: Extent) -> list[Album]:
    """Of the train split every replicate that fits; of measured sets also the test split, replicate 0."""
    seed, places, albums = settings["seed"], {}, []

    def chosen(labels: np.ndarray, *key: str | int) -> np.ndarray:
        return nested_order(labels, random_generator(seed, "explorer", *key))[: fits.images]

    for split in SPLITS:
        places[split] = chosen(ImageReader(files_of(inputs, REAL, split, 0)).labels, split)
    for name in fits.sets:
        about = settings["sets"][name]
        keys = [("train", replicate) for replicate in range(min(about["replicates"], fits.replicates))]
        for split, replicate in [*keys, *([("test", 0)] if about["measured"] else [])]:
            reader = ImageReader(files_of(inputs, name, split, replicate))
            own = places[split] if about["placed"] else chosen(reader.labels, split, name, replicate)
            albums.append(Album(name, split, replicate, about["placed"], own, reader[own]))
    return albums


def files_of(inputs: Any, name: str, split: str, replicate: int) -> Any:
    """Those that hold a set's images, among a job's inputs."""
    return inputs[f"train_{name}_{replicate}" if split == "train" else f"test_{name}"]


def shown_name(outside: object) -> str:
    """A name from outside, in a line."""
    return in_a_line(outside, LONGEST)
