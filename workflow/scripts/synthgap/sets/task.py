"""What a kind of set is given to make images from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..data.images import DatasetInfo, ImageReader, shard_bounds


@dataclass(frozen=True)
class SetTask:
    """One shard of one split of a set, in one replicate.

    options: of the set's kind. packed: the real images of each split, as packed. others: this split's images
    of the sets that it is made from, by name. network: of its model, a file or whatever the config names;
    guide: likewise, of the model that guides it. samples: the packed images of a user. device: cpu or cuda.
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
    samples: ImageReader | None = None

    @property
    def real(self) -> ImageReader:
        """The real images of this split."""
        return self.packed[self.split]

    def own_rows(self, total: int) -> slice:
        """The rows of this shard, where the whole set has `total` images in this split."""
        return slice(*shard_bounds(total, self.shard, self.shards))
