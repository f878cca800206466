"""Tables for people: text in every cell, and few columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages import MISSING, as_text, unbroken
from .style import format_sigma

if TYPE_CHECKING:
    import pandas as pd

SAID_ELSEWHERE = ("t_re", "high")  # in the samples' names, and beside `low`


def readable(table: pd.DataFrame, unit: str, digits: int) -> pd.DataFrame:
    """The table with mean ± deviation in one column, rounded; excesses before their values, in brackets; an
    interval in one column. unit: of the means, for their headings.
    """
    import pandas as pd

    shown = pd.DataFrame()
    for column in map(str, table):
        heading = column.replace("_", " ")
        if column.endswith("_mean"):
            stem = column.removesuffix("_mean")
            pairs = zip(table[column], table[f"{stem}_std"], strict=True)
            cells = [
                unbroken(rounded(mean, digits) + ("" if std != std else f" ± {std:.{digits}f}"))
                for mean, std in pairs
            ]
            if f"{stem}_excess" in table:
                excesses = [rounded(excess, digits, "+") for excess in table[f"{stem}_excess"]]
                cells = [f"{excess} ({cell})" for excess, cell in zip(excesses, cells, strict=True)]
            shown[stem.replace("_", " ") + unit] = cells
        elif column == "sigma":
            shown[column] = [MISSING if sigma != sigma else format_sigma(sigma) for sigma in table[column]]
        elif column == "low":  # with the next column, the interval
            pairs = zip(table["low"], table["high"], strict=True)
            shown["95 % interval"] = [
                MISSING if low != low else unbroken(f"{rounded(low, digits)} to {rounded(high, digits)}")
                for low, high in pairs
            ]
        elif column in ("p", "p_adjusted"):
            shown[heading] = [rounded(value, 3) for value in table[column]]
        elif column == "difference" or column.endswith("_paired"):
            shown[heading] = [rounded(value, digits) for value in table[column]]
        elif column not in SAID_ELSEWHERE and not column.endswith(("_std", "_excess")):
            shown[heading] = [str(value) for value in table[column]]
    return shown


def rounded(value: float, digits: int, sign: str = "") -> str:
    return MISSING if value != value else f"{value:{sign}.{digits}f}"


def markdown_table(table: pd.DataFrame) -> str:
    """A table of text in Markdown, in which no cell acts."""
    return table.astype(str).map(as_text).to_markdown(index=False, disable_numparse=True)
