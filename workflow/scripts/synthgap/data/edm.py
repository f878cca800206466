"""The layout that dataset_tool.py of EDM and StyleGAN writes: images in counted folders, labels in
dataset.json.
"""

import json
import re
from collections import Counter
from typing import Any

import numpy as np

from ..run.errors import InputError, counted, in_a_line, printable, shown_path
from .labelled import Labelled, Source
from .readers.image_files import ImageFile, ImageFiles
from .readers.pickles import short
from .trees import Tree, is_image

NAME = "dataset.json"
COUNTED = re.compile(r"([0-9]{5,6})/(?:img)?([0-9]{6,8})\.[a-z]+")


def read_edm(tree: Tree, resolution: int | None) -> Source | None:
    """The images with the labels of dataset.json; None where the tree has no such file.

    Raises InputError for labels that aren't one whole number for each image.
    """
    file = tree.find(NAME)
    if file is None:
        _check_counters(tree)
        return None
    content = _content(file, tree)
    if isinstance(content, dict) and "labels" not in content:
        _check_counters(tree)
        return None  # another tool's
    labels = _labels(content, tree)
    by_name = {image.name: image for image in tree.files}
    for name in labels:
        if name not in by_name:
            kind = "zip" if tree.path.is_file() else "folder"
            raise _refusal(tree, f"names {printable(name, 80)}, which the {kind} lacks")
    unlabelled = [image.name for image in tree.files if is_image(image) and image.name not in labels]
    if unlabelled:
        problem = (
            f"has no label for {counted(len(unlabelled), 'image')}, {printable(unlabelled[0], 60)} the first"
        )
        raise _refusal(tree, f"{problem}; label them, or take them away")
    names = sorted(labels)
    images = ImageFiles([by_name[name] for name in names], tree.path, resolution)
    targets = np.array([labels[name] for name in names], np.int64)
    where = "EDM's zip" if tree.path.is_file() else "EDM's folder"
    return Source(Labelled(images, targets), None, None, f"{tree.path.name} ({where})", tree.left_out)


def _check_counters(tree: Tree) -> None:
    """Raise InputError for its images without their labels: the folders would be taken for classes."""
    names = [COUNTED.fullmatch(image.name) for image in tree.images]
    if names and all(name and int(name[1]) in _counts(int(name[2])) for name in names):
        raise InputError(
            f"dataset.path: the folders of {shown_path(tree.path)} count images, as EDM's tools do, and "
            f"there are no labels; add {NAME} with them, or make a folder for each class"
        )


def _counts(number: int) -> tuple[int, int]:
    """What dataset_tool.py and generate.py call the folder of an image."""
    return number // 1000, number // 1000 * 1000


def _content(file: ImageFile, tree: Tree) -> Any:
    try:
        return json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _refusal(tree, f"is no JSON ({in_a_line(error, 60)})") from error


def _labels(content: Any, tree: Tree) -> dict[str, int]:
    """The label of each name."""
    try:
        pairs = [(str(name), label) for name, label in content["labels"] or []]
    except (TypeError, ValueError) as error:
        raise _refusal(tree, f"is not EDM's ({in_a_line(error, 60)})") from error
    if not pairs:
        raise _refusal(tree, "has no labels; classes are needed")
    for name, label in pairs:
        if isinstance(label, bool) or not isinstance(label, int) or not -(2**31) < label < 2**31:
            problem = f"is not EDM's: {printable(name, 60)} has the label {in_a_line(short(label), 40)}"
            raise _refusal(tree, f"{problem}; expected a whole number from 0")
        if label < 0:
            raise _refusal(tree, f"has the label {label}; expected whole numbers from 0 up")
    labels = dict(pairs)
    if len(labels) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        given = sorted({label for name, label in pairs if name == twice})
        what = f"the labels {given[0]} and {given[1]}" if len(given) > 1 else f"the label {given[0]} twice"
        raise _refusal(tree, f"gives {printable(twice, 60)} {what}; leave one")
    return labels


def _refusal(tree: Tree, problem: str) -> InputError:
    return InputError(f"dataset.path: {NAME} in {shown_path(tree.path)} {problem}")
