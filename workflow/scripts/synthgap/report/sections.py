"""The tables of a page, as text."""

from collections.abc import Mapping

import pandas as pd

from ..data.arrays import ArrayReader
from ..data.images import DatasetInfo
from .pages import MISSING
from .readable import readable
from .tables import accuracy, detection, edges, league, quality, remedies, worth
from .tables.copying import copying_table

REMEDY_COLUMNS = (
    "samples",
    "plain",
    "difference",
    "low",
    "high",
    "p_adjusted",
    "verdict",
    "evaluations",
    "training_steps",
)


def tables_for_people(
    scores: pd.DataFrame,
    values: Mapping[str, ArrayReader],
    sets: pd.DataFrame,
    info: DatasetInfo,
    with_paper: bool,
) -> dict[str, pd.DataFrame]:
    """By their titles; every cell is text. Arguments as of summary_text."""
    tables = {
        "The sets": _about_sets(sets),
        "Test accuracy after training on each set (Table 2)": readable(
            accuracy.make(scores, values, with_paper), " (%)", 2
        ),
        "Sample quality against held-out real images (Fig. 3b)": readable(quality.make(scores), "", 3),
        "Copies and the worst class": copying_table(scores, info.class_names),
    }
    if (scores["metric"] == "n_eq").any():
        tables["Worth in real images"] = worth.page_table(scores)
    if edges.has_edges(scores):
        tables["What kind of images is lost"] = edges.page_table(scores)
    weighed = remedies.make(scores, values).rename(columns={"recovered": "difference"})
    if len(weighed):
        tables["What helps: points of accuracy won back"] = readable(weighed[list(REMEDY_COLUMNS)], "", 2)
    if len(league.judged_sets(scores)) >= league.FEWEST:
        tables["Which metric would have told"] = league.page_table(scores)
    if (scores["metric"] == "detection_accuracy").any():
        tables["Telling sets from real images (Table 1)"] = detection.page_table(scores, with_paper)
    return tables


def _about_sets(sets: pd.DataFrame) -> pd.DataFrame:
    """How each set is made, and how many training images it has."""
    shown = sets.assign(
        model=sets["model"].fillna(MISSING),
        t_re=[MISSING if pd.isna(step) else str(int(step)) for step in sets["t_re"]],
    )[["set", "title", "kind", "model", "t_re", "n_real", "n_synthetic"]]
    return shown.rename(columns={"n_real": "real images", "n_synthetic": "synthetic images"}).astype(str)
