"""Parquet as the datasets of Hugging Face have it: encoded images, labels, and the names in the metadata."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from ...plan.declarations import DataFormat
from ...run.errors import InputError, in_a_line, shown_path
from ..classes import listed
from ..labelled import Source
from ..readers.budgets import GIB
from ..readers.image_files import ImageFile
from ..shards import joined, shard_files
from ..sources import SourceConfig, required_path

SUFFIX = ".parquet"
PLACES = ("", "data/", "train/")  # where a folder has its files

DECLARATION = DataFormat(
    summary="Parquet of Hugging Face's datasets, a column of images and one of labels: one file, or a folder "
    "of them, whose names begin with train and test (or validation) or not. It needs pyarrow.",
    needs_path=True,
    files=SUFFIX,
    matches=lambda path: (
        path.suffix.lower() == SUFFIX or any(any(path.glob(f"{place}*{SUFFIX}")) for place in PLACES)
    ),
)
LARGEST_GROUP = 2 * GIB  # of rows, unpacked
THRIFT = {"thrift_string_size_limit": 100_000_000, "thrift_container_size_limit": 1_000_000}


class _File:
    """One file, of which a group of rows is held at a time."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self.path, self._held = path, (-1, [b""])
        self._file = pq.ParquetFile(path, memory_map=False, **THRIFT)
        schema = self._file.schema_arrow
        self.names: dict[str, list[str]] = {}
        self.features = _features(schema)
        self.image, self.label = self._image_column(schema), self._label_column(schema)
        metadata = self._file.metadata
        self.groups = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        sizes = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
        if max(sizes, default=0) > LARGEST_GROUP or min([*sizes, *self.groups], default=0) < 0:
            raise ValueError(
                f"a group of rows of {max(sizes)} bytes; {LARGEST_GROUP} are the most that is read"
            )
        if sum(self.groups) > path.stat().st_size:
            raise ValueError(f"{sum(self.groups)} rows in {path.stat().st_size} bytes")

    def labels(self) -> list[int | str]:
        column = self._file.read(columns=[self.label], use_threads=False).column(0).to_pylist()
        if wrong := [value for value in column if type(value) not in (int, str)]:
            raise ValueError(f"the column {self.label} holds {wrong[0]}; expected whole numbers, or names")
        return column

    def files(self) -> list[ImageFile]:
        return [
            ImageFile(f"{self.path.name}/{group}/{row}.png", partial(self._image, group, row))
            for group, rows in enumerate(self.groups)
            for row in range(rows)
        ]

    def _image(self, group: int, row: int) -> bytes:
        if self._held[0] != group:
            column = (
                self._file.read_row_group(group, columns=[self.image], use_threads=False)
                .column(0)
                .combine_chunks()
            )
            if not hasattr(column, "field") or column.type.num_fields == 0:
                self._held = group, column.to_pylist()
            else:
                self._held = group, column.field("bytes").to_pylist()
        content = self._held[1][row]
        if content is None:
            raise ValueError("its bytes are not in the file, which names another")
        return content

    def _image_column(self, schema: Any) -> str:
        import pyarrow.types as types

        def holds_images(kind: Any) -> bool:
            if types.is_struct(kind):
                return kind.get_field_index("bytes") >= 0
            return types.is_binary(kind) or types.is_large_binary(kind)

        return _only([field.name for field in schema if holds_images(field.type)], "images", schema)

    def _label_column(self, schema: Any) -> str:
        import pyarrow.types as types

        named = [name for name, each in self.features.items() if each.get("_type") == "ClassLabel"]
        if "label" in schema.names or not named:
            plain = types.is_integer, types.is_string, types.is_large_string
            columns = [field.name for field in schema if any(known(field.type) for known in plain)]
            return "label" if "label" in schema.names else _only(columns, "labels", schema)
        return _only(named, "labels", schema)

    def class_names(self) -> list[str] | None:
        names = self.features.get(self.label, {}).get("names")
        return [str(name) for name in names] if isinstance(names, list) and names else None


def read(config: SourceConfig, downloads: str) -> Source:
    path = required_path(config)
    parts: dict[str, tuple[list[ImageFile], list[int | str]]] = {}
    names = None
    for split, shards in shard_files(path, SUFFIX).items():
        files, labels = parts.setdefault(split, ([], []))
        for shard in shards:
            opened, more = _opened(shard)
            names = names or opened.class_names()
            files += opened.files()
            labels += more
    return joined(parts, names, path, f"{path.name} (parquet)", config.resolution)


def _opened(path: Path) -> tuple[_File, list[int | str]]:
    try:
        file = _File(path)
        return file, file.labels()
    except ImportError as error:
        raise InputError("dataset.kind: parquet needs pyarrow; run `pip install pyarrow`") from error
    except Exception as error:  # pyarrow raises whatever a broken file leads it to
        problem = in_a_line(str(error) or type(error).__name__, 120)
        raise InputError(f"dataset.path: {shown_path(path)} is no readable parquet ({problem})") from error


def _only(columns: list[str], what: str, schema: Any) -> str:
    if len(columns) != 1:
        found = listed(columns or schema.names, 60)
        raise ValueError(f"{len(columns)} columns may be the {what}, expected one; found {found}")
    return columns[0]


def _features(schema: Any) -> dict[str, Any]:
    """What the datasets library says of the columns; nothing where it wrote no such thing."""
    told = (schema.metadata or {}).get(b"huggingface")
    features = json.loads(told.decode()).get("info", {}).get("features", {}) if told else {}
    return {name: each for name, each in features.items() if isinstance(each, dict)}
