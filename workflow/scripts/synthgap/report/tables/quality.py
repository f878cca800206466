"""The quality metrics of each set."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...metrics.summaries import summarise
from ...plan.declarations import Table
from ...plan.tables import PLUGINS, plugin
from ...sets.recipe import REAL
from ..series import by_set, select, sets_in
from .rows import describe_set, table_of

if TYPE_CHECKING:
    import pandas as pd

DECLARATION = Table(
    title="Sample quality",
    caption="Every quality metric of each set's training images against as many held-out real images, with "
    "its standard deviation over n replicates. The first row is what random re-splits of the real images give"
    " against each other; excess is the difference to it. frechet_paired is the Fréchet distance to the "
    "training images themselves, all of them: probably what the paper reports. pair_images: images on each "
    "side in precision, recall, density, coverage and the kernel distance. Where these are fewer "
    "(metrics.pair_images), the scores are means over four random parts, with their standard error in "
    "metrics.csv as METRIC_part_error.",
    scores=("quality",),
    tells=("metrics",),
)


def make(scores: pd.DataFrame, values: Any = None, with_paper: bool = False) -> pd.DataFrame:
    """A row for real against real (re-splits) and one for every set, with images on each side.

    The real set's row has no deviation: its images are the same in every replicate. A set that is compared at
    another size than the re-splits has no excess, as the metrics depend on the number of images.
    """
    metrics = [name for each in PLUGINS["metrics"] for name in plugin("metrics", each).DECLARATION.scores]
    bands = {metric: summarise(select(scores, metric, reference="re-split")["value"]) for metric in metrics}
    columns = {metric: by_set(scores, metric, reference="held-out") for metric in metrics}
    paired = by_set(scores, "frechet", reference="paired", split="train", extractor=_extractor(scores))
    sizes = select(scores, "frechet", reference="held-out").groupby("set")["n_real"].first()
    in_pairs = select(scores, "precision", reference="held-out").groupby("set")["n_real"].first()
    resplit_size = int(select(scores, "frechet", reference="re-split")["n_real"].iloc[0])
    resplit_pairs = int(select(scores, "precision", reference="re-split")["n_real"].iloc[0])
    sets, rows = sets_in(scores), [_band_row(bands, resplit_size, resplit_pairs)]
    for name, first in columns["frechet"].items():
        row = describe_set(sets.loc[name])
        for metric, summaries in columns.items():
            comparable = sizes[name] == resplit_size
            row[f"{metric}_excess"] = summaries[name].mean - bands[metric].mean if comparable else math.nan
            row[f"{metric}_mean"] = summaries[name].mean
            row[f"{metric}_std"] = math.nan if name == REAL else summaries[name].std
        row["frechet_paired"] = paired[name].mean
        rows.append(
            row | {"n": 1 if name == REAL else first.n, "images": sizes[name], "pair_images": in_pairs[name]}
        )
    return table_of(rows)


def _band_row(bands: dict[str, Any], images: int, pair_images: int) -> dict[str, Any]:
    resplits = next(iter(bands.values())).n
    row = {"samples": "real against real (re-splits)", "t_re": None, "sigma": math.nan}
    for metric, band in bands.items():
        row |= {f"{metric}_excess": 0.0, f"{metric}_mean": band.mean, f"{metric}_std": band.std}
    return row | {"frechet_paired": math.nan, "n": resplits, "images": images, "pair_images": pair_images}


def _extractor(scores: pd.DataFrame) -> str:
    """That of the Fréchet distance, which the classifier has another of."""
    return str(select(scores, "frechet", reference="held-out")["extractor"].iloc[0])
