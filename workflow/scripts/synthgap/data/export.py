"""A set of images in formats that other programs train on."""

import io
import json
import os
import shutil
import uuid
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from ..run.files import whole_file
from .images import ImageSet


def export_zip(path: str | os.PathLike, image_set: ImageSet) -> None:
    """EDM's data set format: PNG files in a zip, and their labels in its dataset.json."""
    names = [f"{i // 1000:05d}/img{i:08d}.png" for i in range(len(image_set))]
    labels = [[name, int(label)] for name, label in zip(names, image_set.labels, strict=True)]
    with whole_file(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, image in zip(names, image_set.images, strict=True):
            archive.writestr(zipfile.ZipInfo(name), _png(image))  # a ZipInfo of its own has no date
        archive.writestr(zipfile.ZipInfo("dataset.json"), json.dumps({"labels": labels}))


def export_npz(path: str | os.PathLike, image_set: ImageSet) -> None:
    """numpy's archive: images uint8 [N, H, W, C], labels int64 [N], index int64 [N] in the packed split."""
    with whole_file(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, images=image_set.images, labels=image_set.labels, index=image_set.index)


def export_folder(path: str | os.PathLike, image_set: ImageSet, class_names: list[str]) -> None:
    """PNG files in one folder a class, named by their position in the packed split.

    A name's / becomes _. The folder appears when it is whole.
    """
    path = Path(path)
    temporary = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}")
    folders = [temporary / name.replace("/", "_") for name in class_names]
    try:
        for folder in folders:
            folder.mkdir(parents=True)
        for image, label, index in zip(image_set.images, image_set.labels, image_set.index, strict=True):
            (folders[label] / f"{index:08d}.png").write_bytes(_png(image))
        shutil.rmtree(path, ignore_errors=True)
        temporary.rename(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _png(image: np.ndarray) -> bytes:
    """The bytes of a PNG of uint8 [H, W, C]."""
    file = io.BytesIO()
    Image.fromarray(image.squeeze(axis=2) if image.shape[2] == 1 else image).save(file, "png")
    return file.getvalue()
