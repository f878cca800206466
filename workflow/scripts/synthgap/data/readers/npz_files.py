"""Arrays in a stranger's npz: only those asked for are unpacked, and no size that is claimed is believed."""

import math
import re
import zipfile
from pathlib import Path

import numpy as np

from ...run.errors import InputError, in_a_line
from .archives import Archive
from .budgets import MIB, check_memory

# The header as numpy writes it. Its own reader hands the text to Python's parser.
HEADER = re.compile(
    r"\{'descr': '([<>|=]?[a-zA-Z][0-9]{0,9})', 'fortran_order': (True|False), "
    r"'shape': \(([0-9L, ]*)\),? *\} *\n?"
)
MAGIC, LONGEST_HEADER = b"\x93NUMPY", 10_000
# Deflate packs no tighter.
TIGHTEST = 1100
PIECE = 16 * MIB


class Npz:
    """The arrays of an npz by name. Raises InputError where it is none, or is packed as a bomb is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._archive = Archive(path)
        entries = {entry.filename: entry for entry in self._archive.entries}
        self._entries = {name.removesuffix(".npy"): entry for name, entry in entries.items()}

    def names(self) -> list[str]:
        return sorted(self._entries)

    def length(self, name: str) -> int | None:
        """How many rows an array says it has; None where it says nothing."""
        try:
            with self._archive.open(self._entries[name]) as file:
                return int(_header(file)[0][0])
        except Exception:  # nobody asked for this array: it may be anything
            return None

    def read(self, name: str) -> np.ndarray:
        """An array. Raises InputError naming one that is broken, or holds anything but plain numbers."""
        entry = self._entries[name]
        self._archive.check(entry)
        try:
            return self._read(entry)
        except InputError:
            raise
        except Exception as error:  # numpy, zipfile and zlib raise whatever a broken file leads them to
            raise self._archive.refusal(name, f"which can't be read ({in_a_line(error, 70)})") from error

    def _read(self, entry: zipfile.ZipInfo) -> np.ndarray:
        with self._archive.open(entry) as file:
            shape, fortran, dtype = _header(file)
            size = math.prod(shape) * dtype.itemsize
            if size != entry.file_size - file.tell():
                raise ValueError(f"{entry.file_size} bytes don't fit its shape {list(shape)} of {dtype}")
            if entry.file_size > TIGHTEST * entry.compress_size + MIB:
                raise ValueError(f"{entry.compress_size} bytes can't unpack to {entry.file_size}")
            check_memory(size, self.path, "its arrays")
            content = np.empty(size, np.uint8)
            place = 0
            while piece := file.read(PIECE):
                content[place : place + len(piece)] = np.frombuffer(piece, np.uint8)
                place += len(piece)
            if place != size:
                raise ValueError(f"it ends after {place} of {size} bytes")
        return content.view(dtype).reshape(shape, order="F" if fortran else "C")


def _header(file: zipfile.ZipExtFile) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether the order is Fortran's, and type of an array, from the beginning of its file."""
    start = file.read(len(MAGIC) + 2)
    width = {1: 2, 2: 4, 3: 4}.get(start[-2] if len(start) == len(MAGIC) + 2 else 0)
    if not start.startswith(MAGIC) or width is None:
        raise ValueError("it is no array of numpy")
    length = int.from_bytes(file.read(width), "little")
    if length > LONGEST_HEADER:
        raise ValueError(f"its header has {length} bytes")
    text = file.read(length).decode("latin1")
    found = HEADER.fullmatch(text)
    if found is None or "O" in found[1]:
        raise ValueError("it holds objects of Python or fields, expected plain numbers")
    shape = tuple(int(size.strip(" L")) for size in found[3].split(",") if size.strip())
    return shape, found[2] == "True", np.dtype(found[1])
