"""Arrays on disk: safetensors, of which a part can be read without the rest."""

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ..run.digests import BROKEN, array_kind, block_digests, block_rows, sealed, unsealed
from ..run.errors import InputError, about_file, in_a_line
from ..run.files import whole_file
from .readers.safetensors_files import check_safetensors

CHUNK = 4096  # rows at once, where scattered ones are read


def save_arrays(path: str | os.PathLike, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays, with check values of their blocks. The same content gives the same bytes."""
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    digests = {name: block_digests(_kind(name, array), array) for name, array in sorted(whole.items())}
    # One key: safetensors writes several in a random order.
    metadata = {"synthgap": json.dumps(sealed({"blocks": digests}))}
    with whole_file(path) as temporary:
        save_file(whole, temporary, metadata)


class ArrayReader:
    """Arrays of the same names in several files, as if each were one array, cut along its first axis.

    Nothing is read before it is asked for, and then the blocks that it lies in, each of which is checked.
    Raises InputError for a file that is none of ours, or changed since it was written.
    """

    def __init__(self, paths: str | os.PathLike | Iterable[str | os.PathLike]) -> None:
        self.paths = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
        self._files: list[Any] = []
        self._digests: list[dict[str, list[str]]] = []
        for path in self.paths:
            try:
                check_safetensors(path)
                file: Any = safe_open(path, "numpy")
                digests = unsealed(json.loads((file.metadata() or {})["synthgap"]))["blocks"]
                if set(digests) != set(file.keys()):
                    raise ValueError("its arrays have other names")
            except (OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
                raise _unreadable(path, error) from error
            self._files.append(file)
            self._digests.append(digests)

    def names(self) -> list[str]:
        return sorted(self._files[0].keys())

    def length(self, name: str) -> int:
        """Rows of an array, in all files together."""
        return sum(self._rows(name))

    def read(self, name: str, selection: slice | np.ndarray = slice(None)) -> np.ndarray:
        """Rows of an array: those of a slice, or at positions int [n], in their order."""
        if isinstance(selection, np.ndarray):
            return self._scattered(name, selection)
        start, stop, _ = selection.indices(self.length(name))
        parts: list[np.ndarray] = []
        first = 0
        for number, rows in enumerate(self._rows(name)):
            low, high = max(start - first, 0), min(stop - first, rows)
            if low < high:
                parts.append(self._checked(number, name, low, high))
            first += rows
        if not parts:
            return self._none(name)
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _checked(self, number: int, name: str, low: int, high: int) -> np.ndarray:
        """Rows of an array of one file, out of the blocks that they lie in."""
        part, digests = self._files[number].get_slice(name), self._digests[number][name]
        size = block_rows(part[0:1].nbytes)
        first, last = low // size, -(-high // size)
        rows = part[first * size : min(last * size, part.get_shape()[0])]
        kind = array_kind(name, rows.dtype, part.get_shape())
        if block_digests(kind, rows, first) != digests[first:last]:
            raise InputError(about_file(self.paths[number], BROKEN))
        return rows[low - first * size : high - first * size]

    def _none(self, name: str) -> np.ndarray:
        """No rows, which safetensors doesn't cut out."""
        file, rows = self._files[0], self._rows(name)[0]
        return file.get_slice(name)[0:1][:0] if rows else file.get_tensor(name)

    def _scattered(self, name: str, positions: np.ndarray) -> np.ndarray:
        """A chunk at a time, so that no more than a chunk is read beside what is wanted."""
        none = self._none(name)
        result = np.empty((len(positions), *none.shape[1:]), none.dtype)
        for start in range(0, self.length(name), CHUNK):
            wanted = np.flatnonzero((positions >= start) & (positions < start + CHUNK))
            if len(wanted):
                chosen = positions[wanted]
                rows = self.read(name, slice(int(chosen.min()), int(chosen.max()) + 1))
                result[wanted] = rows[chosen - chosen.min()]
        return result

    def _rows(self, name: str) -> list[int]:
        rows = []
        for path, file in zip(self.paths, self._files, strict=True):
            try:
                rows.append(file.get_slice(name).get_shape()[0])
            except SafetensorError as error:
                raise _unreadable(path, error) from error
        return rows


def _kind(name: str, array: np.ndarray) -> str:
    return array_kind(name, array.dtype, array.shape)


def _unreadable(path: str | os.PathLike, error: Exception) -> InputError:
    problem = f"not arrays written by synthgap ({in_a_line(error, 80)}); delete it and run again"
    return InputError(about_file(path, problem))
