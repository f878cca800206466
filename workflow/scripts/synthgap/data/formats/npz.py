"""Arrays of numpy."""

from pathlib import Path

import numpy as np

from ...plan.declarations import DataFormat
from ...run.errors import InputError
from ..labelled import Labelled, Source
from ..sources import SourceConfig, required_path

DECLARATION = DataFormat(
    summary="Arrays `images` and `labels` in an npz at `path`, or the same for train_ and test_.",
    needs_path=True,
    matches=lambda path: path.suffix == ".npz",
)


def read(config: SourceConfig, downloads: str) -> Source:
    """`images` and `labels`, or `train_images`, `train_labels`, `test_images`, `test_labels`, in one npz.

    Images are uint8 [N, H, W], [N, H, W, 1] or [N, H, W, 3]; labels are whole numbers from 0.
    """
    path = required_path(config)
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            content = {name: arrays[name] for name in arrays.files}
    except Exception as error:  # numpy and zipfile raise whatever a broken file leads them to
        raise InputError(f"dataset.path: {path} is no readable npz ({error})") from error
    if "images" in content:
        parts = [_npz_part(content, "", path)]
    else:
        parts = [_npz_part(content, "train_", path), _npz_part(content, "test_", path)]
    classes = 1 + max(int(part.labels.max(initial=0)) for part in parts)
    test = parts[1] if len(parts) > 1 else None
    return Source(parts[0], test, [str(i) for i in range(classes)], f"{path.name} (npz)", True)


def _npz_part(content: dict[str, np.ndarray], prefix: str, path: Path) -> Labelled:
    missing = [f"{prefix}{name}" for name in ("images", "labels") if f"{prefix}{name}" not in content]
    if missing:
        found = ", ".join(sorted(content)) or "nothing"
        raise InputError(f"dataset.path: {path} has no array {missing[0]!r}; it holds {found}")
    images, labels = content[f"{prefix}images"], content[f"{prefix}labels"]
    known = images.ndim == 3 or (images.ndim == 4 and images.shape[3] in (1, 3))
    if images.dtype != np.uint8 or not known:
        raise InputError(
            f"dataset.path: {prefix}images in {path} are {images.dtype} {list(images.shape)}; expected uint8 "
            "[N, H, W], [N, H, W, 1] or [N, H, W, 3]"
        )
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu" or labels.min(initial=0) < 0:
        raise InputError(
            f"dataset.path: {prefix}labels in {path} are {labels.dtype} {list(labels.shape)}; expected one "
            "whole number from 0 per image"
        )
    if images.ndim == 3:
        images = images[..., None]
    return Labelled(images, labels.astype(np.int64))
