"""SVHN, the house numbers, from its .mat files."""

from pathlib import Path

import numpy as np

from ...plan.declarations import DataFormat
from ...run.errors import InputError, in_a_line, shown_path
from ..labelled import Labelled, Source
from ..readers.mat_files import read_mat
from ..sources import SourceConfig, required_path

SUFFIX = ".mat"
FILES = ("train_32x32.mat", "test_32x32.mat")

DECLARATION = DataFormat(
    summary="SVHN: a folder with train_32x32.mat and test_32x32.mat at `path`, or one such file.",
    needs_path=True,
    files=SUFFIX,
    matches=lambda path: path.suffix.lower() == SUFFIX or (path.is_dir() and (path / FILES[0]).exists()),
)
DIGITS = 10


def read(config: SourceConfig, downloads: str) -> Source:
    path = required_path(config)
    files = [path / name for name in FILES] if path.is_dir() else [path]
    parts = [_part(file) for file in files]
    names = [str(digit) for digit in range(DIGITS)]
    return Source(parts[0], parts[1] if len(parts) > 1 else None, names, f"{path.name} (SVHN)")


def _part(file: Path) -> Labelled:
    """X uint8 [H, W, 3, N] and y [N, 1] in 1..10, where 10 is the digit 0."""
    try:
        found = read_mat(file, ("X", "y"))
        if missing := [name for name in ("X", "y") if name not in found]:
            raise ValueError(f"it has no {missing[0]}")
        images, labels = found["X"], found["y"].ravel()
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[2:] != (3, len(labels)):
            raise ValueError(f"X {images.dtype} {list(images.shape)} for {len(labels)} labels")
        if not images.size or not np.isin(labels, np.arange(1, DIGITS + 1)).all():
            raise ValueError("no images, or labels y outside 1 to 10")
    except (OSError, ValueError) as error:
        expected = "expected X uint8 [H, W, 3, N] and y [N, 1] in 1 to 10"
        problem = in_a_line(error, 80)
        raise InputError(f"dataset.path: {shown_path(file)} is not SVHN's ({problem}); {expected}") from error
    digits = labels.astype(np.int64) % DIGITS
    return Labelled(np.ascontiguousarray(images.transpose(3, 0, 1, 2)), digits)
