"""Shards of WebDataset: tars of KEY.jpg beside KEY.cls."""

import re
import tarfile
from functools import partial
from pathlib import Path

from ...plan.declarations import DataFormat
from ...run.errors import InputError, in_a_line, printable, shown_path
from ..labelled import Source
from ..readers.budgets import LARGEST_FILE, Limited
from ..readers.image_files import SUFFIXES, ImageFile, logger
from ..shards import joined, shard_files
from ..sources import SourceConfig, required_path

SUFFIX = ".tar"

DECLARATION = DataFormat(
    summary="WebDataset's tars, KEY.png or .jpg beside KEY.cls: one, or a folder of them, whose names begin "
    "with train and test (or val) or not.",
    needs_path=True,
    files=SUFFIX,
    matches=lambda path: path.suffix.lower() == SUFFIX or (path.is_dir() and any(path.glob(f"*{SUFFIX}"))),
)
LONGEST_LABEL = 100
PADDING = 20 * tarfile.BLOCKSIZE  # that a reader may ask for behind the end

Rows = tuple[list[ImageFile], list[int | str]]


def read(config: SourceConfig, downloads: str) -> Source:
    path = required_path(config)
    parts: dict[str, Rows] = {}
    for split, shards in shard_files(path, SUFFIX).items():
        files, labels = parts.setdefault(split, ([], []))
        for shard in shards:
            more_files, more_labels = _rows(shard)
            files += more_files
            labels += more_labels
    return joined(parts, None, path, f"{path.name} (WebDataset)", config.resolution)


def _rows(shard: Path) -> Rows:
    """The images of a tar and their labels, in the order of the keys. Images are read when asked for."""
    images: dict[str, ImageFile] = {}
    labels: dict[str, int | str] = {}
    others = 0
    try:
        with shard.open("rb") as file:
            limited = Limited(file, shard.stat().st_size + PADDING)
            with tarfile.open(fileobj=limited, mode="r:") as tar:  # type: ignore[call-overload]
                for member in tar:
                    tar.members = []  # it would keep them all
                    if member.isdir():
                        continue
                    if not member.isreg() or member.issparse() or member.size < 0:
                        raise ValueError(f"{member.name[:60]} is no regular file")
                    key, _, kind = member.name.rpartition("/")[2].partition(".")
                    key = f"{member.name.rpartition('/')[0]}/{key}".lstrip("/")
                    suffix = f".{kind.lower()}"
                    if suffix not in SUFFIXES and kind != "cls":
                        others += 1
                        continue
                    if key in (labels if kind == "cls" else images):
                        raise ValueError(f"{key[:60]} is there twice")
                    if kind == "cls":
                        labels[key] = _label(limited, member)
                    else:
                        get = partial(_content, shard, member.offset_data, member.size)
                        images[key] = ImageFile(f"{key}{suffix}", get)
    except Exception as error:  # tarfile raises whatever a broken file leads it to
        problem = in_a_line(str(error) or type(error).__name__, 120)
        raise InputError(f"dataset.path: {shown_path(shard)} is no readable tar ({problem})") from error
    alone = sorted(images.keys() ^ labels.keys())
    if alone:
        lacks = "label (.cls)" if alone[0] in images else f"image ({', '.join(SUFFIXES)})"
        raise InputError(
            in_a_line(f"dataset.path: {printable(alone[0])} in {shown_path(shard)} has no {lacks}")
        )
    if others:
        logger.warning("%s: %d files are no images and no labels", shard.name, others)
    return [images[key] for key in sorted(images)], [labels[key] for key in sorted(images)]


def _label(file: Limited, member: tarfile.TarInfo) -> int | str:
    if member.size > LONGEST_LABEL:
        raise ValueError(f"the label {member.name[:60]} has {member.size} bytes")
    place = file.tell()
    file.seek(member.offset_data)
    text = file.read(member.size).decode().strip()
    file.seek(place)
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text


def _content(shard: Path, offset: int, size: int) -> bytes:
    if size > LARGEST_FILE:
        raise ValueError(f"it has {size} bytes, {LARGEST_FILE} are the most that is read")
    with shard.open("rb") as file:
        file.seek(offset)
        return file.read(size)
