"""Numeric arrays in MATLAB's files of level 5. scipy's reader of them can be crashed by a damaged file."""

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from .budgets import MIB, check_memory

HEADER, TAG = 128, 8
COMPRESSED, MATRIX = 15, 14
INT32 = 5
TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
COMPLEX = 0x800
BEGINNING = 4096  # bytes in which an array's name and sizes stand
# zlib packs no tighter.
TIGHTEST = 1100


def read_mat(path: Path, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The arrays of these names that there are, of any other only the beginning is unpacked.

    Raises ValueError for anything but a whole file of level 5, and InputError where memory doesn't suffice.
    """
    try:
        return _read(path, names)
    except (struct.error, zlib.error) as error:
        raise ValueError(f"it is damaged ({error})") from error


def _read(path: Path, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    with path.open("rb") as file:
        header = file.read(HEADER)
        if header[:10] != b"MATLAB 5.0" or header[126:] not in (b"IM", b"MI"):
            raise ValueError("no file of MATLAB's level 5; save it with -v7")
        order = "<" if header[126:] == b"IM" else ">"
        found = {}
        for content, packed in _elements(file, path, order):
            beginning = _inflated(content, BEGINNING) if packed else content[:BEGINNING]
            flags, sizes, name, place = _described(memoryview(beginning), order)
            if name not in names:
                continue
            if packed:
                content = _unpacked(content, beginning, path, order)
            found[name] = _array(memoryview(content), place, flags, sizes, order)
    return found


def _elements(file: IO[bytes], path: Path, order: str) -> Iterator[tuple[bytes, bool]]:
    """The file's arrays, tags and all, and whether they are packed."""
    size = path.stat().st_size
    while tag := file.read(TAG):
        kind, length = struct.unpack(f"{order}2I", tag)
        if length > size - file.tell():
            raise ValueError("it is cut")
        check_memory(length, path, "its arrays")
        content = file.read(length)
        if kind in (COMPRESSED, MATRIX):
            yield (content, True) if kind == COMPRESSED else (tag + content, False)


def _inflated(content: bytes, longest: int) -> bytes:
    return zlib.decompressobj().decompress(content, longest)


def _unpacked(content: bytes, beginning: bytes, path: Path, order: str) -> bytes:
    length = TAG + struct.unpack(f"{order}I", beginning[4:TAG])[0]
    if length > TIGHTEST * len(content) + MIB:
        raise ValueError(f"{len(content)} bytes can't unpack to {length}")
    check_memory(2 * length, path, "its arrays")
    return _inflated(content, length)


def _part(content: memoryview, place: int, order: str) -> tuple[int, memoryview, int]:
    """Type and content of a part, and the place behind it."""
    kind, length = struct.unpack(f"{order}2I", content[place : place + TAG])
    if kind >> 16:  # a small one, whose content stands in its tag
        kind, length, start = kind & 0xFFFF, kind >> 16, place + 4
        return kind, content[start : start + min(length, 4)], place + TAG
    start = place + TAG
    return kind, content[start : start + length], start + length + -length % 8


def _described(content: memoryview, order: str) -> tuple[int, tuple[int, ...], str, int]:
    """Flags, sizes and name of an array, and the place of its numbers."""
    _, flags, place = _part(content, TAG, order)
    kind, sizes, place = _part(content, place, order)
    _, name, place = _part(content, place, order)
    shape = struct.unpack(f"{order}{len(sizes) // 4}i", sizes)
    if kind != INT32 or min(shape, default=0) < 0:
        raise ValueError("an array without sizes")
    return struct.unpack(f"{order}I", flags[:4])[0], shape, bytes(name).decode("latin1"), place


def _array(content: memoryview, place: int, flags: int, sizes: tuple[int, ...], order: str) -> np.ndarray:
    kind, numbers, _ = _part(content, place, order)
    if flags & COMPLEX or kind not in TYPES:
        raise ValueError("an array of something else than real numbers")
    dtype = np.dtype(f"{order}{TYPES[kind]}")
    if math.prod(sizes) * dtype.itemsize != len(numbers):
        raise ValueError(f"{len(numbers)} bytes for an array of {list(sizes)}")
    return np.frombuffer(numbers, dtype).reshape(sizes, order="F")
