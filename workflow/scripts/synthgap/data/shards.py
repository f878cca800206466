"""Data sets in several files of one format, whose names say the split."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..run.errors import InputError, shown_path
from .classes import listed, sorted_classes
from .labelled import Labelled, LeftOut, Source
from .readers.image_files import ImageFile, ImageFiles
from .trees import SPLITS, folder_tree


def shard_files(path: Path, suffix: str) -> dict[str, list[Path]]:
    """The files of train, test and val, or of "" where names don't say; their order is that of the names.

    path: one such file, or a folder that holds them, or folders named as the splits. Raises InputError where
    there are none, or where only some say which split they are of.
    """
    files = [path] if path.is_file() else _files(path, suffix)
    if not files:
        raise InputError(f"dataset.path: {shown_path(path)} holds no files named *{suffix}")
    found: dict[str, list[Path]] = {}
    for file in files:
        found.setdefault(_split_of(file, path), []).append(file)
    if len(found) == 1:
        return {"": files}
    if "" in found or "train" not in found:
        told = found.get("") or files
        raise InputError(
            f"dataset.path: {told[0].name} in {shown_path(path)} names no split beside "
            f"{listed(sorted(filter(None, found)))}; begin names with train, and test or val, or none of them"
        )
    return {split: found[split] for split in ("train", "test", "val") if split in found}


def _files(path: Path, suffix: str) -> list[Path]:
    """Those in a folder, and in folders that are linked there."""
    return [path / file.name for file in folder_tree(path).files if file.suffix == suffix]


def _split_of(file: Path, path: Path) -> str:
    """What the beginning of a file's name says, or that of its folder's below `path`."""
    parents = [] if file == path else list(file.relative_to(path).parts[:-1])
    words = [re.split(r"[-_.]", file.name)[0], *reversed(parents)]
    return next((SPLITS[word.lower()] for word in words if word.lower() in SPLITS), "")


def joined(
    parts: Mapping[str, tuple[list[ImageFile], list[int | str]]],
    names: list[str] | None,
    path: Path,
    description: str,
    resolution: int | None,
) -> Source:
    """A source of the images of each split and their labels: numbers, of which -1 means none, or names.

    names: those of the numbers, where they are known. Test images without labels give way to those of val.
    Raises InputError for an image without a label.
    """
    left_out: list[LeftOut] = []
    parts = dict(parts)
    if "test" in parts and "val" in parts:
        unused = "test" if set(parts["test"][1]) <= {-1} else "val"
        left_out.append(LeftOut(len(parts.pop(unused)[0]), f"in {unused}"))
    if not any(files for files, _ in parts.values()):
        raise InputError(f"dataset.path: {shown_path(path)} holds no images")
    everything = [label for _, labels in parts.values() for label in labels]
    texts = [label for label in everything if isinstance(label, str)]
    if texts and len(texts) < len(everything):
        raise InputError(
            f"dataset.path: {shown_path(path)} has numbers and names for labels; expected one of both"
        )
    if texts:
        names = sorted_classes(texts)
    places = {name: place for place, name in enumerate(names or [])} if texts else {}
    last = len(names) - 1 if names else 2**31
    labelled = []
    for files, labels in parts.values():
        plain = [places[label] if isinstance(label, str) else label for label in labels]
        wrong = next((i for i, label in enumerate(plain) if not 0 <= label <= last), None)
        if wrong is not None:
            raise InputError(
                f"dataset.path: {files[wrong].name} in {shown_path(path)} has the label {plain[wrong]}; "
                f"expected whole numbers from 0{f' to {last}' if names else ''}"
            )
        labelled.append(Labelled(ImageFiles(files, path, resolution), np.array(plain, np.int64)))
    test = labelled[1] if len(labelled) > 1 else None
    return Source(labelled[0], test, names, description, tuple(left_out))
