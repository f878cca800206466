"""What the tables' rows share."""

import math
from typing import Any

import pandas as pd


def describe_set(row: Any) -> dict[str, Any]:
    """The first columns of a set's row. row: what it is (see series.sets_in)."""
    sigma = math.nan if pd.isna(row["sigma"]) else row["sigma"]
    return {"samples": row["title"], "t_re": row["t_re"], "sigma": sigma}


def table_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"t_re": "Int64"})  # whole numbers beside missing ones
