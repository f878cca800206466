"""Tables that jobs pass on: csv, with a check value in the name of a last, empty column."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..run.digests import BROKEN, SEAL, digest
from ..run.errors import InputError, about_file
from ..run.files import whole_file

if TYPE_CHECKING:
    import pandas as pd

NAMES = (
    "set",
    "group",
    "title",
    "series",
    "model",
    "remedy_for",
)  # columns of names, which may look like numbers
HEADER = re.compile(rf"(.*),{SEAL} ([0-9a-f]{{8}})".encode())


def save_table(path: str | os.PathLike, table: pd.DataFrame) -> None:
    """Write a table, whole and with its check value."""
    header, rest = table.assign(**{SEAL: None}).to_csv(index=False).encode().split(b"\n", 1)
    named = header + f" {_digest(header.removesuffix(f',{SEAL}'.encode()), rest)}".encode()
    with whole_file(path) as temporary:
        temporary.write_bytes(named + b"\n" + rest)


def load_table(path: str | os.PathLike, dtype: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read it. dtype: of columns, as pandas takes it. Raises InputError for what save_table did not write."""
    import pandas as pd

    content = Path(path).read_bytes()
    header, _, rest = content.partition(b"\n")
    found = HEADER.fullmatch(header)
    if found is None or _digest(found[1], rest) != found[2].decode():
        raise InputError(about_file(path, BROKEN))
    names = {name: "str" for name in NAMES if name in header.decode().split(",")}
    return pd.read_csv(io.BytesIO(content), dtype={**names, **(dtype or {})}).iloc[:, :-1]


def load_tables(paths: Iterable[str | os.PathLike], dtype: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Several with the same columns, one below the other. Those without rows tell nothing of their types."""
    import pandas as pd

    tables = [load_table(path, dtype) for path in paths]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def _digest(header: bytes, rows: bytes) -> str:
    return digest(header, b"\n", rows)
