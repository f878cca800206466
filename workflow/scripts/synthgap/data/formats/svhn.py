"""SVHN, the house numbers, from its .mat files."""

import math
from pathlib import Path

import numpy as np

from ...plan.declarations import DataFormat
from ...run.errors import InputError, in_a_line, shown_path
from ..budgets import MIB, check_memory
from ..labelled import Labelled, Source
from ..sources import SourceConfig, required_path

FILES = ("train_32x32.mat", "test_32x32.mat")

DECLARATION = DataFormat(
    summary="SVHN: a folder with train_32x32.mat and test_32x32.mat at `path`, or one such file.",
    needs_path=True,
    matches=lambda path: path.suffix.lower() == ".mat" or (path.is_dir() and (path / FILES[0]).exists()),
)
# zlib packs no tighter.
TIGHTEST = 1100
DIGITS = 10


def read(config: SourceConfig, downloads: str) -> Source:
    path = required_path(config)
    files = [path / name for name in FILES] if path.is_dir() else [path]
    parts = [_part(file) for file in files]
    names = [str(digit) for digit in range(DIGITS)]
    return Source(parts[0], parts[1] if len(parts) > 1 else None, names, f"{path.name} (SVHN)")


def _part(file: Path) -> Labelled:
    """X uint8 [H, W, 3, N] and y [N, 1] in 1..10, where 10 is the digit 0."""
    from scipy.io import loadmat, whosmat

    try:
        sizes = {name: shape for name, shape, _ in whosmat(str(file))}
        if missing := {"X", "y"} - set(sizes):
            raise ValueError(f"it has no {min(missing)}, but {', '.join(sizes)}")
        count, *rest = sizes["X"][::-1]
        if rest[:1] != [3] or len(rest) != 3 or math.prod(sizes["y"]) != count:
            raise ValueError(f"X {list(sizes['X'])} and y {list(sizes['y'])}")
        wanted = sum(math.prod(sizes[name]) for name in ("X", "y"))
        if wanted > TIGHTEST * file.stat().st_size + MIB:
            raise ValueError(f"{file.stat().st_size} bytes can't hold {wanted} numbers")
        check_memory(2 * wanted, file, "its arrays")
        content = loadmat(str(file), variable_names=["X", "y"])
        images, labels = content["X"], content["y"].ravel()
        if images.dtype != np.uint8 or images.shape != sizes["X"] or not images.size:
            raise ValueError(f"X {images.dtype} {list(images.shape)}")
        if labels.dtype.kind not in "iuf" or not np.isin(labels, np.arange(1, DIGITS + 1)).all():
            raise ValueError("labels y outside 1 to 10")
    except InputError:
        raise
    except NotImplementedError as error:
        raise InputError(f"dataset.path: {shown_path(file)} is of MATLAB 7.3; save it with -v7") from error
    except Exception as error:  # scipy raises whatever a broken file leads it to
        expected = "expected X uint8 [H, W, 3, N] and y [N, 1] in 1 to 10"
        problem = in_a_line(str(error) or type(error).__name__, 100)
        raise InputError(f"dataset.path: {shown_path(file)} is not SVHN's ({problem}); {expected}") from error
    digits = labels.astype(np.int64) % DIGITS
    return Labelled(np.ascontiguousarray(images.transpose(3, 0, 1, 2)), digits)
