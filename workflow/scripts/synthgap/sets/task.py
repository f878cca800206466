"""What a kind of set is given to make images from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data.classes import network_numbers
from ..data.images import DatasetInfo, ImageReader, shard_bounds


@dataclass(frozen=True)
class SetTask:
    """One shard of one split of a set, in one replicate.

    options: of the set's kind. packed: the real images of each split, as packed. others: this split's images
    of the sets that it is made from, by name. network: of its model, a file or whatever the config names;
    guide: likewise, of the model that guides it. classes: for each of both, the class names in the order of
    its numbers where it was trained elsewhere (empty: the config doesn't say), None where it is ours.
    samples: the packed images of a user. chosen: the one of the others that was chosen, where one was.
    sigmas: the fitted noise levels of its walk, where they are. device: cpu or cuda; tf32: see select_device.
    """

    name: str
    options: Any
    split: str
    replicate: int
    shard: int
    shards: int
    seed: int
    batch_size: int
    device: str
    info: DatasetInfo
    packed: Mapping[str, ImageReader]
    others: Mapping[str, ImageReader]
    network: str | None = None
    guide: str | None = None
    classes: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    samples: ImageReader | None = None
    chosen: str | None = None
    sigmas: Sequence[float] | None = None
    tf32: bool = False

    @property
    def real(self) -> ImageReader:
        """The real images of this split."""
        return self.packed[self.split]

    def class_numbers(self, role: str, origin: str) -> np.ndarray:
        """The own numbers of the network or the guide for the data set's labels: int64 [classes].

        Raises InputError where they aren't plain.
        """
        names, classes = self.info.class_names, self.classes.get(role)
        return np.arange(len(names)) if classes is None else network_numbers(names, classes, origin)

    def own_rows(self, total: int) -> slice:
        """The rows of this shard, where the whole set has `total` images in this split."""
        return slice(*shard_bounds(total, self.shard, self.shards))
