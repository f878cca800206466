"""Small genuine files of every format of data sets, which mutations start from."""

import gzip
import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from scipy.io import savemat
from sklearn.datasets import load_digits
from synthgap.data.images import ImageSet, save_images
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.storage import save_network

COUNT = 12
IMAGE_FORMATS = ["png", "jpg", "webp", "bmp", "tif", "gif", "avif", "ppm"]


class Base(NamedTuple):
    """A genuine file. family: archives or arrays; kind, target: what is read of it; file: what is changed."""

    family: str
    name: str
    kind: str
    target: Path
    file: Path


def pictures() -> np.ndarray:
    """uint8 [12, 8, 8, 3]: digits 0 and 1 in turn."""
    digits = load_digits()
    chosen = [np.flatnonzero(digits.target == i % 2)[i // 2] for i in range(COUNT)]
    return np.repeat(np.round(digits.images[chosen] * 15).astype(np.uint8)[..., None], 3, axis=3)


def encoded(image: np.ndarray, kind: str = "png") -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, {"jpg": "jpeg", "tif": "tiff"}.get(kind, kind))
    return file.getvalue()


def write_all(folder: Path) -> list[Base]:
    """All of them, each in a folder of its own."""
    images, labels = pictures(), np.arange(COUNT) % 2
    bases = [_folder(folder / kind, images, kind) for kind in IMAGE_FORMATS]
    makers = {
        "set.zip": (zipped, "archives"), "edm.zip": (edm, "archives"), "set.tar": (tarred, "archives"),
        "set.parquet": (parquet, "archives"), "set.mat": (mat, "archives"),
        "set.npz": (np.savez, "arrays"), "packed.npz": (np.savez_compressed, "arrays"),
    }  # fmt: skip
    for name, (make, family) in makers.items():
        path = folder / name
        if family == "arrays":
            make(path, images=images, labels=labels)
        else:
            make(path, images, labels)
        bases.append(Base(family, name, "data", path, path))
    bases.append(_idx(folder / "idx", images, labels))
    weights = folder / "weights.safetensors"
    network = EDMPrecond(8, 1, 2, UNetConfig(model_channels=4, channel_mult=(1,), num_blocks=1))
    save_network(weights, network, {})
    bases.append(Base("arrays", weights.name, "network", weights, weights))
    arrays = folder / "arrays.safetensors"
    save_images(arrays, ImageSet(images, labels, np.arange(COUNT)))
    bases.append(Base("arrays", arrays.name, "images", arrays, arrays))
    return bases


def _folder(folder: Path, images: np.ndarray, kind: str) -> Base:
    for i, image in enumerate(images):
        place = folder / "ab"[i % 2]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{i}.{kind}").write_bytes(encoded(image, kind))
    return Base("archives", kind, "data", folder, folder / f"a/0.{kind}")


def zipped(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, image in enumerate(images):
            archive.writestr(f"{'ab'[labels[i]]}/{i}.bmp", encoded(image, "bmp"))


def edm(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    names = [f"00000/img{i:08d}.png" for i in range(len(images))]
    with zipfile.ZipFile(path, "w") as archive:
        for name, image in zip(names, images, strict=True):
            archive.writestr(name, encoded(image))
        told = [[name, int(label)] for name, label in zip(names, labels, strict=True)]
        archive.writestr("dataset.json", json.dumps({"labels": told}))


def tarred(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    with tarfile.open(path, "w") as tar:
        for i, image in enumerate(images):
            for suffix, content in (("png", encoded(image)), ("cls", b"%d" % labels[i])):
                member = tarfile.TarInfo(f"{i:04d}.{suffix}")
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))


def parquet(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    column = [{"bytes": encoded(image), "path": "x.png"} for image in images]
    names = json.dumps({"info": {"features": {"label": {"_type": "ClassLabel", "names": ["a", "b"]}}}})
    table = pa.table({"image": column, "label": labels})
    pq.write_table(table.replace_schema_metadata({b"huggingface": names.encode()}), path)


def mat(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    many = np.repeat(images, 6, axis=0)
    digits = np.arange(len(many), dtype=np.uint8)[:, None] % 10 + 1
    savemat(path, {"X": many.transpose(1, 2, 3, 0), "y": digits})


def _idx(folder: Path, images: np.ndarray, labels: np.ndarray) -> Base:
    folder.mkdir()
    grey, digits = np.repeat(images[..., 0], 10, axis=0), np.arange(10 * len(images)) % 10
    for split in ("train", "t10k"):
        for kind, array in (("images-idx3", grey), ("labels-idx1", digits.astype(np.uint8))):
            sizes = struct.pack(f">{array.ndim}I", *array.shape)
            content = bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()
            (folder / f"{split}-{kind}-ubyte.gz").write_bytes(gzip.compress(content, mtime=0))
    return Base("archives", "idx", "idx", folder, folder / "train-images-idx3-ubyte.gz")
