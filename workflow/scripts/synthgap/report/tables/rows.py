"""What the tables' rows share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def describe_set(row: Any) -> dict[str, Any]:
    """The first columns of a set's row. row: what it is (see series.sets_in)."""
    import pandas as pd

    sigma = math.nan if pd.isna(row["sigma"]) else row["sigma"]
    return {"samples": row["title"], "t_re": row["t_re"], "sigma": sigma}


def table_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows).astype({"t_re": "Int64"})  # whole numbers beside missing ones
