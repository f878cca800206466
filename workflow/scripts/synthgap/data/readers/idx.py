"""The idx files of MNIST and its relatives."""

import gzip
import zlib
from pathlib import Path

import numpy as np

from ...run.errors import InputError, in_a_line, shown_path
from .budgets import MIB

# The largest of Fashion-MNIST's four has 47 MB.
LARGEST = 64 * MIB
BYTES = 8  # the type of unsigned bytes


def read_idx(folder: Path, name: str) -> np.ndarray:
    """uint8 of any shape from `name` or `name`.gz. Raises InputError where there is no such file, it unpacks
    to more than the largest genuine one, or holds anything else.
    """
    packed, plain = folder / f"{name}.gz", folder / name
    try:
        if not packed.is_file() and not plain.is_file():
            raise ValueError("there is no such file")
        with gzip.open(packed) if packed.is_file() else plain.open("rb") as source:
            content = source.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError(f"it unpacks to more than {LARGEST} bytes")
        zeros, kind, dimensions = content[:2], content[2], content[3]
        sizes = np.frombuffer(content, ">u4", dimensions, 4).tolist()
        if zeros != bytes(2) or kind != BYTES:
            raise ValueError("it is no idx file of bytes")
        return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(sizes)
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        problem = f"has no readable {name} or {name}.gz ({in_a_line(error, 80)})"
        raise InputError(f"dataset.path: {shown_path(folder)} {problem}") from error
