"""The layout of tiny-imagenet-200: train/CLASS/images, and val/images with their classes in a text file."""

import numpy as np

from ..run.errors import InputError, in_a_line, printable, shown_path
from .classes import sorted_classes
from .labelled import Labelled, Source
from .readers.image_files import ImageFile, ImageFiles
from .trees import Tree

ANNOTATIONS = "val/val_annotations.txt"


def read_tiny_imagenet(tree: Tree, resolution: int | None) -> Source | None:
    """Training images, and those of val as the test split; None where the tree has no val_annotations.txt.

    The images in test have no labels, and are left out. Raises InputError for an image without a class.
    """
    file = tree.find(ANNOTATIONS)
    if file is None:
        return None
    tree = tree.without(lambda name: name.startswith("test/"), "in test, which has no labels").checked()
    try:
        lines = [line.split("\t") for line in file.read().decode().splitlines() if line]
        annotated = {f"val/images/{line[0]}": line[1] for line in lines}
    except (ValueError, IndexError) as error:
        problem = f"dataset.path: {ANNOTATIONS} in {shown_path(tree.path)} is not tiny-imagenet's"
        raise InputError(f"{problem} ({in_a_line(error, 60)}); expected IMAGE, tab, CLASS") from error
    parts: dict[str, list[tuple[ImageFile, str]]] = {"train": [], "val": []}
    for image in tree.files:
        split, *inner = image.name.split("/")
        if split == "train" and len(inner) == 3 and inner[1] == "images":
            parts["train"].append((image, inner[0]))
        elif image.name in annotated:
            parts["val"].append((image, annotated.pop(image.name)))
        else:
            raise InputError(
                f"dataset.path: {printable(image.name, 80)} in {shown_path(tree.path)} has no class; "
                f"expected train/CLASS/images/IMAGE, or a line in {ANNOTATIONS}"
            )
    if annotated or not parts["train"]:
        missing = printable(min(annotated), 80) if annotated else "train/CLASS/images"
        raise InputError(f"dataset.path: {shown_path(tree.path)} lacks {missing}; unpack it again")
    names = sorted_classes(name for part in parts.values() for _, name in part)
    labels = {name: label for label, name in enumerate(names)}
    train, test = (
        Labelled(
            ImageFiles([image for image, _ in part], tree.path, resolution),
            np.array([labels[name] for _, name in part], np.int64),
        )
        for part in parts.values()
    )
    return Source(train, test, names, f"{tree.path.name} (tiny-imagenet)", tree.left_out)
