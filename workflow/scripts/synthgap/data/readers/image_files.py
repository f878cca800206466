"""Image files: which are read, and how they become pixels."""

import io
import logging
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ...run.errors import LONGEST_MESSAGE, InputError, counted, in_a_line, printable, shown_path
from ...run.progress import progress
from .budgets import check_memory

# Pillow decides by the content, not by the name, and hands some formats to other programs (PostScript to
# Ghostscript): it is told which ones to take, these for every name and those of a suffix for its own.
DECODERS = ("PNG", "JPEG", "WEBP")
SUFFIXES = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".webp": "WEBP",
    ".bmp": "BMP", ".tif": "TIFF", ".tiff": "TIFF", ".gif": "GIF", ".avif": "AVIF",
    ".pbm": "PPM", ".pgm": "PPM", ".ppm": "PPM", ".pnm": "PPM",
}  # fmt: skip
# Images too, of formats that are not read.
OTHER_SUFFIXES = {
    ".heic", ".heif", ".jp2", ".j2k", ".jxl", ".svg", ".eps", ".ps", ".psd", ".tga", ".ico", ".dds", ".exr",
    ".hdr", ".raw", ".dng", ".cr2", ".nef", ".arw", ".pcx", ".sgi", ".dcm", ".fits", ".npy", ".apng", ".dib",
}  # fmt: skip
LONGEST_PPM_HEADER = 4096
LOSSY = {"JPEG"}
LFS = b"version https://git-lfs"  # what git has in the place of a large file that wasn't fetched
FEWEST_BITS = 14  # that images of 16 bits use; less is what cameras of 10, 12 or 14 bits write into 16

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImageFile:
    """name: as the user knows it, with / between folders; read: gives its bytes."""

    name: str
    read: Callable[[], bytes]

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


class ImageFiles:
    """Images in files, decoded when they are asked for.

    path: where they lie, for messages; resolution: they are cropped to their central square and resized to
    it (Lanczos), each as it is read; None takes squares of one size as they are.
    """

    def __init__(self, files: Sequence[ImageFile], path: Path, resolution: int | None) -> None:
        self.files, self.path, self.resolution = files, path, resolution

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, positions: np.ndarray, /) -> np.ndarray:
        """Those at positions: uint8 [n, R, R, 3].

        Raises InputError naming the image that can't be decoded, or that has another size while resolution
        is None.
        """
        images, told = np.empty((0, 0, 0, 3), np.uint8), _Told()
        for row, position in enumerate(progress(list(positions), "read images", "image")):
            image = self._read(self.files[position], told)
            if row == 0:
                check_memory(len(positions) * image.nbytes, self.path, f"its {len(positions)} images")
                images = np.empty((len(positions), *image.shape), np.uint8)
            square = image.shape[0] == image.shape[1] or (row == 0 and len(positions) > 1)
            if image.shape != images.shape[1:] or not square:
                found = sorted({image.shape[1::-1], images.shape[2:0:-1]}, key=lambda size: size[::-1])
                raise InputError(
                    f"dataset: the images in {shown_path(self.path)} are "
                    f"{' and '.join(f'{width}x{height}' for width, height in found)} pixels; set "
                    "dataset.resolution to crop and resize them to squares of one size"
                )
            images[row] = image
        told.check(self.path)
        return images

    def _read(self, file: ImageFile, told: "_Told") -> np.ndarray:
        try:
            image = _decoded(file, told)
        except InputError:  # of the archive that it lies in
            raise
        except Exception as error:  # decoders raise whatever a broken file leads them to
            problem = str(error) or type(error).__name__
            if isinstance(error, UnidentifiedImageError):  # its text holds an address
                problem = f"it is no {', '.join(_decoders(file))}"
            found = f"dataset.path: {printable(file.name, 80)} in {shown_path(self.path)} can't be decoded"
            raise InputError(f"{found} ({in_a_line(problem, LONGEST_MESSAGE - len(found) - 3)})") from error
        return image if self.resolution is None else _square(image, self.resolution)


class _Told:
    """What decoding has noticed: images of 16 bits, their highest value, files of several pictures."""

    def __init__(self) -> None:
        self.deep, self.highest, self.several = 0, 0, 0

    def check(self, path: Path) -> None:
        bits = self.highest.bit_length()
        if self.deep and bits <= FEWEST_BITS and self.highest:
            raise InputError(
                f"dataset.path: {counted(self.deep, 'image')} of 16 bits in {shown_path(path)} with "
                f"{bits}-bit values, 0 to {self.highest} of 65535, would be almost black; multiply them by "
                f"{2 ** (16 - bits)} and save them again"
            )
        if self.several:
            logger.warning("files of several pictures: %d; the first of each is read", self.several)


def _decoders(file: ImageFile) -> tuple[str, ...]:
    own = SUFFIXES.get(file.suffix, DECODERS[0])
    return DECODERS if own in DECODERS else (*DECODERS, own)


def _decoded(file: ImageFile, told: _Told) -> np.ndarray:
    """uint8 [H, W, 3]; what is transparent becomes white, 16 bits become 8."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        content = file.read()
        if not content or content.startswith(LFS):
            raise ValueError("it is a pointer; run `git lfs pull`" if content else "it is empty")
        if file.suffix in SUFFIXES and SUFFIXES[file.suffix] == "PPM":
            _check_ppm(content)
        with Image.open(io.BytesIO(content), formats=_decoders(file)) as opened:
            opened_format = opened.format
            if opened_format not in LOSSY and getattr(opened, "is_animated", False):
                told.several += 1
            raw = str([tile.args for tile in opened.tile])  # Pillow keeps 8 of 16 bits of colours
            cut = ";16" in raw and opened_format in ("PNG", "TIFF")
            image: Image.Image = ImageOps.exif_transpose(opened)
            if image.mode.startswith("I;16") or (image.mode == "I" and opened_format == "PPM"):
                return _eight_bits(np.asarray(image), told)
            if image.mode in ("I", "F"):
                raise ValueError("its pixels have 32 bits; save them with 8 or 16")
            if "A" in image.getbands() or "transparency" in image.info:
                image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
            pixels = np.asarray(image.convert("RGB"))
            if cut:
                told.deep += 1
                told.highest = max(told.highest, 256 * int(pixels.max(initial=0)) + 255)
            return pixels


def _check_ppm(content: bytes) -> None:
    """Pillow reads the header byte by byte, however long it is."""
    words = re.sub(rb"#[^\n]*\n?", b" ", content[:LONGEST_PPM_HEADER]).split(maxsplit=3)
    if len(words) < 3:
        raise ValueError(f"its size is not in the first {LONGEST_PPM_HEADER} bytes")


def _eight_bits(grey: np.ndarray, told: _Told) -> np.ndarray:
    told.deep += 1
    told.highest = max(told.highest, int(grey.max(initial=0)))
    pixels = np.round(grey.astype(np.float64) / 257).astype(np.uint8)
    return np.repeat(pixels[..., None], 3, axis=2)


def grey_where_all_are(parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The same with one channel where every image of every part is grey."""
    if all((part == part[..., :1]).all() for part in parts):
        return [part[..., :1] for part in parts]
    return list(parts)


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
    fitted: Any = ImageOps.fit(Image.fromarray(image), size, Image.Resampling.LANCZOS)
    return np.asarray(fitted)
