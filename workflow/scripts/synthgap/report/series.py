"""From the tables of scores to what is shown: one aggregation for all figures and tables."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..data.tables import load_tables
from ..metrics.summaries import Summary, summarise
from ..plan.declarations import Score
from ..plan.names import ALL
from ..plan.tables import PLUGINS, plugin
from ..sets.recipe import KNOWN, REAL

if TYPE_CHECKING:
    import pandas as pd

WHOLE_STEPS = {"t_re": "Int64"}  # beside missing ones


def read_scores(files: Iterable[str | os.PathLike]) -> pd.DataFrame:
    """The scores of several stages as one table."""
    return load_tables(files, WHOLE_STEPS)


def select(scores: pd.DataFrame, metric: str, **conditions: str) -> pd.DataFrame:
    """The rows of one metric that meet the conditions (column = value); about all images, unless a group is
    named.

    Raises ValueError where there are none.
    """
    wanted = scores["metric"] == metric
    for column, value in ({"group": ALL} | conditions).items():
        wanted &= scores[column] == value
    chosen = scores[wanted]
    if chosen.empty:
        raise ValueError(f"no scores of {metric} with {conditions}")
    return chosen


def by_set(scores: pd.DataFrame, metric: str, **conditions: str) -> dict[str, Summary]:
    """Mean, deviation and n over replicates, per set, in the table's order."""
    chosen = select(scores, metric, **conditions)
    return {str(name): summarise(rows["value"]) for name, rows in chosen.groupby("set", sort=False)}


def without_known(summaries: dict[str, Summary], sets: pd.DataFrame) -> dict[str, Summary]:
    """Those of sets whose faults aren't known: what metrics make of the others is the league's."""
    return {name: summary for name, summary in summaries.items() if sets.loc[name, "kind"] != KNOWN}


def by_reverse_step(scores: pd.DataFrame, metric: str, **conditions: str) -> dict[int, Summary]:
    """The same for the paper's series and the real set (0), in ascending t_re."""
    chosen = select(scores, metric, **conditions)
    chosen = chosen[chosen["paper"] == True]  # noqa: E712 (controls have none)
    steps = {t_re: summarise(rows["value"]) for t_re, rows in chosen.groupby("t_re")}
    return {int(str(t_re)): summary for t_re, summary in steps.items()}


def sets_in(scores: pd.DataFrame) -> pd.DataFrame:
    """What the sets in a table of scores are (see sets.csv), by name, in the table's order. No controls."""
    return scores.dropna(subset="kind").drop_duplicates("set").set_index("set")


def last_step(scores: pd.DataFrame) -> str:
    """The fully synthetic set of the paper's series."""
    sets = sets_in(scores)
    return str(sets[sets["paper"].astype(bool)]["t_re"].astype(int).idxmax())


def other_generated(scores: pd.DataFrame) -> list[str]:
    """Sets whose images are all generated from labels, other than the paper's."""
    sets = sets_in(scores)
    return list(sets.index[sets["generated"].astype(bool) & ~sets["paper"].astype(bool)])


def titles(scores: pd.DataFrame) -> dict[str, str]:
    """What the sets are called, by name."""
    return dict(sets_in(scores)["title"])


def paper_sets(scores: pd.DataFrame) -> set[str]:
    """The paper's series, without the real set."""
    sets = sets_in(scores)
    return set(sets.index[sets["paper"].astype(bool)]) - {REAL}


def has_paper_series(scores: pd.DataFrame) -> bool:
    return bool(paper_sets(scores))


def score_titles() -> dict[str, Score]:
    """What the metrics say of their scores, by name."""
    declared = (plugin("metrics", name).DECLARATION for name in PLUGINS["metrics"])
    return {name: score for metric in declared for name, score in metric.scores.items()}
