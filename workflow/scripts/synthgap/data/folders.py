"""Image files in folders, one a class, or in a zip."""

import io
import json
import logging
import warnings
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageOps

from ..run.errors import InputError
from ..run.progress import progress
from .labelled import Labelled, Source

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
LOSSY_SUFFIXES = {".jpg", ".jpeg"}
# Pillow decides by the content, not by the name, and hands some formats to other programs (PostScript to
# Ghostscript): it is told which ones to take.
DECODERS = ("PNG", "JPEG", "WEBP")
SPLITS = ("train", "test")
# A packed image larger than this, or packed tighter, is taken for a decompression bomb.
LARGEST_FILE, TIGHTEST_PACKING = 512 * 2**20, 1000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImageFile:
    """name: as the user knows it, with / between folders; read: gives its bytes."""

    name: str
    read: Callable[[], bytes]


def read_folder(path: Path, resolution: int | None) -> Source:
    """Class folders below train/ and test/, or below `path` itself; files in the order of their names."""
    files = [
        ImageFile(file.relative_to(path).as_posix(), file.read_bytes)
        for file in sorted(path.rglob("*"))
        if file.is_file()
    ]
    return _source(files, path, resolution)


def read_zip(path: Path, resolution: int | None) -> Source:
    """The same in a zip, or EDM's format: images, and their labels in a dataset.json.

    Raises InputError for names that lead outside, and for decompression bombs.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"dataset.path: {path} is no readable zip ({error})") from error
    with archive:
        entries = sorted((e for e in archive.infolist() if not e.is_dir()), key=lambda e: e.filename)
        for entry in entries:
            _check_entry(entry, path)
        by_name = {
            entry.filename: ImageFile(entry.filename, partial(archive.read, entry)) for entry in entries
        }
        if "dataset.json" in by_name:
            return _edm_source(by_name, path, resolution)
        return _source(_without_common_folder(list(by_name.values())), path, resolution)


def _check_entry(entry: zipfile.ZipInfo, path: Path) -> None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or (name.parts and ":" in name.parts[0]):
        raise InputError(f"dataset.path: {path} holds {entry.filename!r}, which leads outside it; refused")
    packing = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > LARGEST_FILE or packing > TIGHTEST_PACKING:
        raise InputError(
            f"dataset.path: {entry.filename} in {path} unpacks from {entry.compress_size} to "
            f"{entry.file_size} bytes; taken for a decompression bomb and refused"
        )


def _without_common_folder(files: list[ImageFile]) -> list[ImageFile]:
    """A zip often holds a single folder that holds everything."""
    tops = {file.name.split("/")[0] for file in files}
    if len(tops) == 1 and not tops & set(SPLITS) and all(file.name.count("/") > 1 for file in files):
        return [ImageFile(file.name.split("/", 1)[1], file.read) for file in files]
    return files


def _source(files: list[ImageFile], path: Path, resolution: int | None) -> Source:
    images = _image_files(files, path)
    splits = {file.name.split("/")[0] for file in images}
    if splits <= set(SPLITS):
        if splits != set(SPLITS):
            raise InputError(f"dataset.path: {path} has a folder {min(splits)}, but no {_other(min(splits))}")
        groups = {split: [f for f in images if f.name.startswith(f"{split}/")] for split in SPLITS}
    else:
        groups = {"train": images}
    depth = len(groups)
    unlabelled = [file.name for file in images if file.name.count("/") != depth]
    if unlabelled:
        expected = "train/CLASS/IMAGE" if depth == 2 else "CLASS/IMAGE"
        raise InputError(f"dataset.path: {unlabelled[0]} in {path} has no class; expected {expected}")
    names = sorted({file.name.split("/")[-2] for file in images})
    labels = {name: label for label, name in enumerate(names)}
    parts = decode_images([file for group in groups.values() for file in group], path, resolution)
    targets = np.array([labels[f.name.split("/")[-2]] for g in groups.values() for f in g], np.int64)
    first = len(groups["train"])
    test = Labelled(parts[first:], targets[first:]) if len(groups) > 1 else None
    return Source(Labelled(parts[:first], targets[:first]), test, names, f"{path.name} (image files)")


def _edm_source(files: dict[str, ImageFile], path: Path, resolution: int | None) -> Source:
    try:
        labels = json.loads(files["dataset.json"].read())["labels"]
        pairs = sorted((str(name), int(label)) for name, label in labels or [])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"dataset.path: dataset.json in {path} is not EDM's ({error})") from error
    if not pairs:
        raise InputError(f"dataset.path: dataset.json in {path} has no labels; classes are needed")
    missing = [name for name, _ in pairs if name not in files]
    if missing:
        raise InputError(f"dataset.path: dataset.json in {path} names {missing[0]}, which the zip lacks")
    images = decode_images([files[name] for name, _ in pairs], path, resolution)
    targets = np.array([label for _, label in pairs], np.int64)
    if targets.min() < 0:
        raise InputError(f"dataset.path: dataset.json in {path} has the label {targets.min()}; from 0 up")
    names = [str(label) for label in range(targets.max() + 1)]
    return Source(Labelled(images, targets), None, names, f"{path.name} (EDM's zip)", True)


def _image_files(files: list[ImageFile], path: Path) -> list[ImageFile]:
    """The images among the files. What is no image is said, hidden files are not."""
    visible = [
        file for file in files if not any(part.startswith((".", "__MACOSX")) for part in file.name.split("/"))
    ]
    images = [file for file in visible if _suffix(file) in SUFFIXES]
    if not images:
        raise InputError(
            f"dataset.path: {path} holds no images ({', '.join(sorted(SUFFIXES))}) among {len(files)} files"
        )
    if others := [file.name for file in visible if _suffix(file) not in SUFFIXES]:
        logger.warning("left out %d files that are no images, %s the first", len(others), others[0])
    if lossy := [file.name for file in images if _suffix(file) in LOSSY_SUFFIXES]:
        logger.warning(
            "%d images are JPEG, %s the first: its compression leaves traces that a detector may learn",
            len(lossy), lossy[0],
        )  # fmt: skip
    return images


def decode_images(files: Iterable[ImageFile], path: Path, resolution: int | None) -> np.ndarray:
    """uint8 [N, R, R, C]: cropped to their central square, resized (Lanczos), grey where all are grey.

    Raises InputError naming the image that can't be decoded, or that has another size while
    resolution is None.
    """
    decoded = [
        _decode(file, path) if resolution is None else _square(_decode(file, path), resolution)
        for file in progress(list(files), "read images", "image")
    ]
    if resolution is None:
        sizes = {image.shape[:2] for image in decoded}
        if len(sizes) > 1 or len(set(next(iter(sizes)))) > 1:
            found = " and ".join(f"{w}x{h}" for h, w in sorted(sizes)[:2])
            raise InputError(
                f"dataset: the images in {path} are {found} pixels; set dataset.resolution to crop and "
                "resize them to squares of one size"
            )
    stack = np.stack(decoded)
    grey = (stack == stack[..., :1]).all()
    return stack[..., :1] if grey else stack


def _decode(file: ImageFile, path: Path) -> np.ndarray:
    """uint8 [H, W, 3]; what is transparent becomes white, 16 bits become 8."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(file.read()), formats=DECODERS) as opened:
                image: Image.Image = ImageOps.exif_transpose(opened)
                if image.mode.startswith("I;16"):
                    grey = np.asarray(image).astype(np.float64) / 257
                    return np.repeat(np.round(grey).astype(np.uint8)[..., None], 3, axis=2)
                if "A" in image.getbands() or "transparency" in image.info:
                    image = Image.alpha_composite(
                        Image.new("RGBA", image.size, "white"), image.convert("RGBA")
                    )
                return np.asarray(image.convert("RGB"))
    except Exception as error:  # decoders raise whatever a broken file leads them to
        raise InputError(f"dataset.path: {file.name} in {path} can't be decoded ({error})") from error


def square_images(images: np.ndarray, resolution: int) -> np.ndarray:
    """The central squares of uint8 [N, H, W, C], resized (Lanczos): uint8 [N, R, R, C]."""
    if images.shape[1:3] == (resolution, resolution):
        return images
    squares = [_square(image.squeeze(), resolution) for image in images]
    return np.stack(squares).reshape(len(images), resolution, resolution, images.shape[3])


def _square(image: np.ndarray, resolution: int) -> np.ndarray:
    if image.shape[:2] == (resolution, resolution):
        return image
    size = (resolution, resolution)
    return np.asarray(ImageOps.fit(Image.fromarray(image), size, Image.Resampling.LANCZOS))


def _suffix(file: ImageFile) -> str:
    return PurePosixPath(file.name).suffix.lower()


def _other(split: str) -> str:
    return SPLITS[1 - SPLITS.index(split)]
