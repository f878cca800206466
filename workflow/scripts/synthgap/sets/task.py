"""What a kind of set is given to make images from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.classes import network_numbers
from ..data.images import DatasetInfo, ImageReader, shard_bounds


@dataclass(frozen=True)
class SetTask:
    """One shard of one split of a set, in one replicate.

    options: of the set's kind. packed: the real images of each split, as packed. others: this split's images
    of the sets that it is made from, by name. network: of its model, a file or whatever the config names.
    classes: the names in the order of its numbers, where it was trained elsewhere (empty: the config doesn't
    say); None where it is ours. samples: the packed images of a user. device: cpu or cuda.
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
    classes: tuple[str, ...] | None = None
    samples: ImageReader | None = None

    @property
    def real(self) -> ImageReader:
        """The real images of this split."""
        return self.packed[self.split]

    def condition(self, labels: np.ndarray, origin: str) -> np.ndarray:
        """The network's own numbers for labels int64 [N]. Raises InputError where they aren't plain."""
        if self.classes is None:
            return labels
        return network_numbers(self.info.class_names, self.classes, origin)[labels]

    def own_rows(self, total: int) -> slice:
        """The rows of this shard, where the whole set has `total` images in this split."""
        return slice(*shard_bounds(total, self.shard, self.shards))
