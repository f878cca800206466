"""What a figure is drawn from, read when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.arrays import ArrayReader
from ..data.images import DatasetInfo, ImageSet, load_images, load_info
from ..data.tables import load_table
from ..metrics.measurements import load_arrays
from .series import WHOLE_STEPS, read_scores

if TYPE_CHECKING:
    import pandas as pd


class Material:
    """inputs: the files that the figure's declaration asks for, by name. settings: its parts of the config,
    and `image_sets` and `feature_sets`, the names of the sets whose files are there.
    """

    def __init__(self, inputs: Any, settings: Mapping[str, Any]) -> None:
        self.inputs, self.settings = inputs, settings

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Of the stages that the figure reads, in one table."""
        names = [name for name in self.inputs.keys() if name.startswith("scores_")]  # noqa: SIM118
        return read_scores(self.inputs[name] for name in names)

    @cached_property
    def sets(self) -> pd.DataFrame:
        """sets.csv, by the sets' names."""
        return load_table(self.inputs["sets"], WHOLE_STEPS).set_index("set")

    def values(self, stage: str) -> ArrayReader:
        """The values per image of a stage that the figure reads, by "value/set"."""
        return ArrayReader(self.inputs[f"values_{stage}"])

    def images(self) -> dict[str, ImageSet]:
        """The training images of the sets that the figure shows, in their order (replicate 0)."""
        return {name: load_images(self.inputs[f"images_{name}"]) for name in self.settings["image_sets"]}

    def features(self, *names: str) -> dict[str, list[np.ndarray]]:
        """Measurements of these names, of the sets that the figure shows (replicate 0)."""
        return {
            name: load_arrays(self.inputs[f"features_{name}"], *names)
            for name in self.settings["feature_sets"]
        }

    def test_images(self) -> ImageSet:
        return load_images(self.inputs["test"])

    def maps(self) -> ArrayReader:
        return ArrayReader(self.inputs["maps"])

    def info(self) -> DatasetInfo:
        return load_info(self.inputs["info"])
