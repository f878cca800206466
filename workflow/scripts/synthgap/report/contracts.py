"""What the functions of figures, tables and findings are (see plan/declarations.py)."""

from typing import TYPE_CHECKING, Protocol

import pandas as pd

from .evidence import Evidence, Weighed
from .material import Material

if TYPE_CHECKING:
    from collections.abc import Mapping

    import matplotlib.figure

    from ..data.arrays import ArrayReader


class Draw(Protocol):
    """A figure of a run."""

    def __call__(self, material: Material) -> "matplotlib.figure.Figure": ...


class Make(Protocol):
    """A table, from its stages' scores in one table, and the values per image of each stage. with_paper: the
    paper's numbers stand beside.
    """

    def __call__(
        self, scores: pd.DataFrame, values: "Mapping[str, ArrayReader]", with_paper: bool = False
    ) -> pd.DataFrame: ...


class Weigh(Protocol):
    """What a run says of a finding."""

    def __call__(self, evidence: Evidence) -> Weighed: ...
