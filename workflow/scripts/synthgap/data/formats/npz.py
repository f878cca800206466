"""Arrays of numpy."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...plan.declarations import DataFormat
from ...run.errors import InputError, printable, shown_path
from ..classes import listed
from ..labelled import Labelled, LeftOut, Source
from ..readers.image_files import logger
from ..readers.npz_files import Npz
from ..sources import SourceConfig, required_path

DECLARATION = DataFormat(
    summary="Arrays `images` and `labels` in an npz at `path`, or the same for train_ and test_ (or val_), "
    "or under the names that guided-diffusion (`arr_0`), MedMNIST and Keras (`x_train`) use.",
    needs_path=True,
    matches=lambda path: path.suffix.lower() == ".npz",
)


class Names(NamedTuple):
    """Of the arrays with images and labels."""

    images: str
    labels: str


# All in one, or by split: train, test, and validation images, which are the test split where there is none.
ONE = [Names("images", "labels"), Names("image", "label"), Names("arr_0", "arr_1")]
SPLITS = [
    [Names(f"{split}_images", f"{split}_labels") for split in ("train", "test", "val")],
    [Names(f"x_{split}", f"y_{split}") for split in ("train", "test", "val")],
]


def read(config: SourceConfig, downloads: str) -> Source:
    """Images are uint8 [N, H, W], [N, H, W, 1] or [N, H, W, 3]; labels are whole numbers, [N] or [N, 1]."""
    npz = Npz(required_path(config))
    chosen = _chosen(npz)
    parts = [_part(npz, names) for names in chosen]
    left_out = _unused(npz, {name for names in chosen for name in names})
    test = parts[1] if len(parts) > 1 else None
    return Source(parts[0], test, None, f"{npz.path.name} (npz)", left_out)


def _chosen(npz: Npz) -> Sequence[Names]:
    """The arrays of all images, or of the training and the test images."""
    there = set(npz.names())
    layouts = [[names] for names in ONE if names.images in there]
    for train, test, val in SPLITS:
        if train.images in there or test.images in there:
            layouts.append([train, test if test.images in there or val.images not in there else val])
    if len(layouts) > 1:
        found = listed((layout[0].images for layout in layouts), 60)
        raise InputError(
            f"dataset.path: {shown_path(npz.path)} has images under several names, {found}; leave one of them"
        )
    found = listed(sorted(there), 60) or "nothing"
    if not layouts:
        raise InputError(
            f"dataset.path: {shown_path(npz.path)} holds {found}; expected images and labels, or "
            "train_images, train_labels, test_images, test_labels: rename them"
        )
    if missing := [name for names in layouts[0] for name in names if name not in there]:
        raise InputError(
            f"dataset.path: {shown_path(npz.path)} has no array {missing[0]!r}; it holds {found}; add it"
        )
    return layouts[0]


def _unused(npz: Npz, used: set[str]) -> tuple[LeftOut, ...]:
    """What isn't read is told: images with their number, all else in the log."""
    unused = [name for name in npz.names() if name not in used]
    if unused:
        logger.warning("arrays not used: %s", listed(unused))
    known = {names.images for layout in [ONE, *SPLITS] for names in layout}
    lengths = {name: npz.length(name) for name in unused if name in known}
    return tuple(LeftOut(length, f"in {printable(name)}") for name, length in lengths.items() if length)


def _part(npz: Npz, names: Names) -> Labelled:
    labels, images = npz.read(names.labels), npz.read(names.images)
    place = f"in {shown_path(npz.path)} are"
    known = images.ndim == 3 or (images.ndim == 4 and images.shape[3] in (1, 3))
    if images.dtype != np.uint8 or not known or images[:1].size == 0:
        raise InputError(
            f"dataset.path: {names.images} {place} {images.dtype} {list(images.shape)}; expected uint8 "
            f"[N, H, W], [N, H, W, 1] or [N, H, W, 3]{_advice(images)}"
        )
    if labels.shape in ((len(images),), (len(images), 1)) and labels.dtype.kind in "iu":
        flat = labels.reshape(-1)
        if flat.min(initial=0) >= 0 and flat.max(initial=0) < 2**62:
            return Labelled(images[..., None] if images.ndim == 3 else images, flat.astype(np.int64))
    raise InputError(
        f"dataset.path: {names.labels} {place} {_described(labels, len(images))}; expected one whole number "
        "from 0 for each image, its class"
    )


def _advice(images: np.ndarray) -> str:
    """How to mend images that can't be taken, where that is plain."""
    if images.dtype != np.uint8:
        return "; save them as uint8 with values from 0 to 255"
    return "; move the channels to the end" if images.ndim == 4 and images.shape[1] in (1, 3) else ""


def _described(labels: np.ndarray, images: int) -> str:
    """What is wrong with labels."""
    what = f"{'texts' if labels.dtype.kind in 'US' else labels.dtype} {list(labels.shape)}"
    if labels.ndim == 2 and labels.shape[1] > 1 and len(labels) == images:
        return f"{what}, several for each image"
    if labels.shape not in ((images,), (images, 1)):
        return f"{what} for {images} images"
    if labels.dtype.kind in "iu":
        return f"{what}, from {labels.min()} to {labels.max()}"
    return what
