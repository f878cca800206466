"""Small images in files, folders and zips, and what is made of them."""

import io
import zipfile

import numpy as np
from PIL import Image
from synthgap.data.packing import DatasetConfig, pack_dataset


def picture(seed, size=(20, 30), mode="RGB"):
    generator = np.random.default_rng(seed)
    shape = (size[1], size[0]) if mode == "L" else (size[1], size[0], len(mode))
    return Image.fromarray(generator.integers(0, 256, shape).astype(np.uint8), mode)


def encoded(image, kind="png"):
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def write_tree(root, splits=("train", "test"), classes=("cat", "dog"), count=4, **settings):
    for split in splits:
        for name in classes:
            folder = root / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                (folder / f"{i}.png").write_bytes(encoded(picture(i, **settings)))
    return root


def pack(kind, path, **changes):
    return pack_dataset(DatasetConfig(kind=kind, path=str(path), **changes), seed=0)


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
