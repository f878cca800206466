"""The header of a safetensors file, checked before the library opens it: it may claim anything."""

import json
import math
import os
from pathlib import Path
from typing import Any

WIDTHS = {"BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2}
WIDTHS |= {"U32": 4, "I32": 4, "F32": 4, "U64": 8, "I64": 8, "F64": 8}
LARGEST_HEADER = 8 * 2**20
MOST_ARRAYS, MOST_DIMENSIONS = 100_000, 16
LENGTH = 8  # bytes that say how long the header is


def check_safetensors(path: str | os.PathLike) -> None:
    """Raise ValueError unless the arrays that the header names lie one behind the other, each of the size of
    its shape, and fill the file.
    """
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        length = int.from_bytes(file.read(LENGTH), "little")
        if length > min(LARGEST_HEADER, size - LENGTH):
            raise ValueError(f"a header of {length} bytes in a file of {size}")
        try:
            header = json.loads(file.read(length).decode(), object_pairs_hook=_without_repeats)
        except RecursionError as error:
            raise ValueError("a header that is nested too deep") from error
    if not isinstance(header, dict) or len(header) > MOST_ARRAYS:
        raise ValueError("a header that names no arrays, or too many")
    end = 0
    spans = sorted(_span(name, entry) for name, entry in header.items() if name != "__metadata__")
    for begin, stop, name in spans:
        if begin != end:
            raise ValueError(f"the array {name[:60]} begins at {begin}, not at {end}")
        end = stop
    if end != size - LENGTH - length:
        raise ValueError(f"arrays of {end} bytes in {size - LENGTH - length}")


def _span(name: str, entry: Any) -> tuple[int, int, str]:
    """Where an array begins and ends."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"the array {name[:60]} isn't described by dtype, shape and data_offsets")
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in WIDTHS:
        raise ValueError(f"the array {name[:60]} is of the type {str(kind)[:20]}")
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"the array {name[:60]} has a shape or offsets that are no sizes")
    if math.prod(shape) * WIDTHS[kind] != offsets[1] - offsets[0]:
        raise ValueError(f"the array {name[:60]} has other than the bytes of its shape")
    return offsets[0], offsets[1], name


def _are_sizes(values: Any) -> bool:
    return (
        isinstance(values, list)
        and len(values) <= MOST_DIMENSIONS
        and all(type(value) is int and 0 <= value < 2**62 for value in values)
    )


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a header that has a name twice")
    return content
