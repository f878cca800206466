"""How images lie in a folder or a zip: a folder per class, below train and test or not, or as other tools
write them.
"""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..run.errors import InputError, counted, in_a_line, printable, shown_path
from .classes import listed, sorted_classes
from .edm import read_edm
from .labelled import Labelled, LeftOut, Source
from .readers.image_files import ImageFile, ImageFiles, logger
from .tiny_imagenet import read_tiny_imagenet
from .trees import SPLITS, Tree, is_image


def read_tree(tree: Tree, resolution: int | None) -> Source:
    """The labelled images of a tree, whichever of the layouts it has. Raises InputError for any other."""
    tree = tree.inner()
    for read in (read_edm, read_tiny_imagenet):
        source = read(tree, resolution)
        if source is not None:
            return source
    return _class_folders(tree, resolution)


def _class_folders(tree: Tree, resolution: int | None) -> Source:
    everything, tree = tree, tree.checked()
    parts, tree = _splits(tree)
    prefixes = sorted(parts)  # of the training and the test images, or "" for all
    for prefix, files in parts.items():
        _check_depth(files, prefix, tree.path)
    names = sorted_classes(_class_of(file) for files in parts.values() for file in files)
    labels = {name: label for label, name in enumerate(names)}
    left_out = tree.left_out + _classes_without_images(everything, prefixes, set(names))
    train, *test = (
        Labelled(
            ImageFiles(files, tree.path, resolution),
            np.array([labels[_class_of(file)] for file in files], np.int64),
        )
        for files in parts.values()
    )
    description = f"{tree.path.name} (image files)"
    return Source(train, test[0] if test else None, names, description, left_out)


def _class_of(file: ImageFile) -> str:
    return file.name.split("/")[-2]


def _splits(tree: Tree) -> tuple[dict[str, list[ImageFile]], Tree]:
    """The training and the test images by their folder, or all by ""; what lies beside them is left out."""
    below = defaultdict(list)
    for file in tree.files:
        below[file.name.split("/")[0]].append(file)
    nested = {top for top, files in below.items() if any(file.name.count("/") > 1 for file in files)}
    roles: dict[str, list[str]] = defaultdict(list)
    for top in sorted(nested):
        if top.lower() in SPLITS:
            roles[SPLITS[top.lower()]].append(top)
    if not roles:
        return {"": tree.files}, tree
    for role, tops in roles.items():
        if len(tops) > 1 and (role == "train" or role == "test" or not roles.get("test")):
            raise InputError(
                f"dataset.path: {shown_path(tree.path)} has the folders {listed(tops, 60)}, all for {role}; "
                "leave one of them"
            )
    if not roles["train"] or not (roles["test"] or roles["val"]):
        found = (roles["train"] or roles["test"] or roles["val"])[0]
        other = "no test or val" if roles["train"] else "no train"
        raise InputError(
            f"dataset.path: {shown_path(tree.path)} has a folder {found}, but {other} with a folder per "
            "class; add it, or point dataset.path at the folder that holds the classes"
        )
    chosen = [roles["train"][0], (roles["test"] or roles["val"])[0]]
    beside: dict[str, int] = defaultdict(int)
    for top in sorted(set(below) - set(chosen)):
        loose = all("/" not in file.name for file in below[top])
        beside["" if loose else f"in {printable(top, 40)}, "] += len(below[top])
    left_out = tuple(LeftOut(count, f"{place}beside {chosen[0]}") for place, count in beside.items())
    return {top: below[top] for top in chosen}, replace(tree, left_out=tree.left_out + left_out)


def _check_depth(files: list[ImageFile], prefix: str, path: Path) -> None:
    depth = 2 if prefix else 1
    unlabelled = [file.name for file in files if file.name.count("/") != depth]
    if unlabelled:
        expected = f"{prefix}/CLASS/IMAGE" if prefix else "CLASS/IMAGE"
        raise InputError(
            f"dataset.path: {printable(unlabelled[0], 100)} in {shown_path(path)} has no class; expected "
            f"{printable(expected)}, a folder for each class"
        )


def _classes_without_images(tree: Tree, prefixes: list[str], classes: set[str]) -> tuple[LeftOut, ...]:
    """Folders where classes lie that hold no images, which are told.

    Raises InputError where they hold images of formats that aren't read: that class would be lost.
    """
    depth = 1 if prefixes[0] else 0
    level = [name for name in tree.folders if name.count("/") == depth]
    level = [name for name in level if not depth or name.split("/")[0] in prefixes]
    empty = [name for name in level if name.split("/")[-1] not in classes]
    for name in empty:
        unread = [file.name for file in tree.files if file.name.startswith(f"{name}/") and is_image(file)]
        if unread:
            raise InputError(
                in_a_line(
                    f"dataset.path: the class {printable(name)} in {shown_path(tree.path)} has "
                    f"{counted(len(unread), 'image')}, {printable(unread[0])} the first, but none of a "
                    "format that is read; convert them"
                )
            )
    if empty:
        logger.warning("folders without images: %s", listed(empty))
    return (LeftOut(0, f"{listed(empty, 100)} without images"),) if empty else ()
