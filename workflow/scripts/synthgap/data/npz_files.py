"""Arrays in a stranger's npz: only those asked for are unpacked, and no size that is claimed is believed."""

import math
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from ..run.errors import InputError, in_a_line
from .archives import Archive
from .budgets import MIB, check_memory

HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
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
            if dtype.hasobject or dtype.names:
                raise ValueError("it holds objects of Python, expected plain numbers")
            size = math.prod(shape) * dtype.itemsize
            if min(shape, default=0) < 0 or size != entry.file_size - file.tell():
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
    version = npy.read_magic(file)
    if version not in HEADERS:
        raise ValueError(f"npy version {'.'.join(map(str, version))}; 1.0 and 2.0 are read")
    return HEADERS[version](file)
