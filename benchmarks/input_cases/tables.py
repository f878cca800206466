"""Arrays, and the files of hubs and loaders."""

import io
import json
import struct
import tarfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.io import savemat

from .drawing import arrays, drawn, encoded, npz
from .judging import Input, Refused, Taken, data

ZERO_ONE = {"0": 0, "1": 1}
DIGITS = {str(i): i for i in range(10)}
UINT8 = "expected uint8"


def inputs() -> list[Input]:
    return _arrays() + _hubs()


def _arrays() -> list[Input]:
    kind, made = "arrays", arrays()
    images, labels = made["images"], made["labels"]
    two = {
        f"{split}_{name}": array for split in ("train", "test") for name, array in _halves()[split].items()
    }
    keras = {
        f"{axis}_{split}": half[name]
        for split, half in _halves().items()
        for axis, name in (("x", "images"), ("y", "labels"))
    }
    medmnist = {name: array[:, None] if "labels" in name else array for name, array in two.items()}
    val = {"val_images": images[:4], "val_labels": labels[:4, None]}

    def one(name: str, expected: Taken | Refused, **content) -> Input:
        return data(kind, name, expected, lambda at: npz(at, **content))

    names = np.array(["cat", "dog"], object)
    return [
        one("images, labels", Taken(ZERO_ONE), **made),
        one("arr_0, arr_1 (guided-diffusion)", Taken(ZERO_ONE), arr_0=images, arr_1=labels),
        one("image, label", Taken(ZERO_ONE), image=images, label=labels),
        one("MedMNIST", Taken(ZERO_ONE, (6, 6), "4 in val_images"), **medmnist, **val),
        one("Keras' x_train, y_train", Taken(ZERO_ONE), **keras),
        one("an unused array", Taken(ZERO_ONE, (6, 6), "arrays not used: ids"), **made, ids=np.arange(12)),
        one("names as an object array", Taken(ZERO_ONE, (6, 6), "arrays not used: names"), **made, names=names),
        one("no labels", Refused("has no array 'labels'"), images=images),
        one("other names", Refused("holds X, y; expected images and labels"), X=images, y=labels),
        one("images under two names", Refused("leave one of them"), **made, image=images),
        one("float images in 0 to 1", Refused("save them as uint8"), images=images / 255, labels=labels),
        one("float images in 0 to 255", Refused(UINT8), images=images.astype(np.float32), labels=labels),
        one("images of NaN", Refused(UINT8), images=np.full((12, 8, 8), np.nan), labels=labels),
        one("uint16 images", Refused(UINT8), images=images.astype(np.uint16), labels=labels),
        one("int64 images", Refused(UINT8), images=images.astype(int), labels=labels),
        one("bool images", Refused(UINT8), images=images > 99, labels=labels),
        one("NCHW", Refused("move the channels to the end"), images=np.repeat(images[:, None], 3, 1), labels=labels),
        one("NCHW of one channel", Refused("move the channels to the end"), images=images[:, None], labels=labels),
        one("four channels", Refused(UINT8), images=np.repeat(images[..., None], 4, 3), labels=labels),
        one("flat images [N, 64]", Refused(UINT8), images=images.reshape(12, 64), labels=labels),
        one("images that aren't squares", Refused("set dataset.resolution"), images=images[:, :, :6], labels=labels),
        one("no images", Refused(UINT8), images=images[:0], labels=labels[:0]),
        one("one class", Refused("two or more"), images=images, labels=labels * 0),
        one("one image", Refused("two or more"), images=images[:1], labels=labels[:1]),
        one("an object array of images", Refused("objects of Python"), images=np.array([*images, None], object), labels=labels),
        one("Fortran's order", Taken(ZERO_ONE), images=np.asfortranarray(images), labels=labels),
        one("big-endian labels", Taken(ZERO_ONE), images=images, labels=labels.astype(">i4")),
        data(kind, "packed", Taken(ZERO_ONE), lambda at: _compressed(at, made)),
        data(kind, "a .npy called .npz", Refused("is no readable npz"), lambda at: _npy(at, images)),
        data(kind, "cut short", Refused("is no readable npz"), lambda at: _cut(npz(at, **made))),
    ]  # fmt: skip


def _halves() -> dict[str, dict[str, np.ndarray]]:
    made = arrays()
    return {
        split: {name: array[part] for name, array in made.items()}
        for split, part in (("train", slice(6)), ("test", slice(6, 12)))
    }


def _compressed(at: Path, content: dict[str, np.ndarray]) -> Path:
    np.savez_compressed(at / "set.npz", **content)  # type: ignore[arg-type]
    return at / "set.npz"


def _npy(at: Path, images: np.ndarray) -> Path:
    with (at / "set.npz").open("wb") as file:
        np.save(file, images)
    return at / "set.npz"


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-100])
    return path


def _hubs() -> list[Input]:
    kind = "parquet, WebDataset, SVHN, idx"
    zero_one = [0, 1] * 6
    named = Taken({"dog": 0, "cat": 1})
    return [
        data(kind, "parquet with names", named, lambda at: _parquet(at, zero_one, ["dog", "cat"])),
        data(kind, "parquet with numbers", Taken(ZERO_ONE), lambda at: _parquet(at, zero_one)),
        data(kind, "parquet with names for labels", Taken({"cat": 1, "dog": 0}), lambda at: _parquet(at, ["dog", "cat"] * 6)),
        data(kind, "parquet: a label beyond the names", Refused("has the label 2"), lambda at: _parquet(at, [0, 2] * 6, ["dog", "cat"])),
        data(kind, "parquet: float labels", Refused("more than whole numbers"), lambda at: _parquet(at, [0.5] * 12)),
        data(kind, "parquet: a label is missing", Refused("more than whole numbers"), lambda at: _parquet(at, [0, None] * 6)),
        data(kind, "parquet: paths instead of images", Refused("its bytes are not in the file"), lambda at: _parquet(at, zero_one, paths=True)),
        data(kind, "parquet: no columns of images", Refused("0 columns may be the images"), lambda at: _table(at, pa.table({"label": zero_one}))),
        data(kind, "parquet: cut short", Refused("is no readable parquet"), lambda at: _cut(_parquet(at, zero_one))),
        data(kind, "WebDataset with numbers", Taken(ZERO_ONE), lambda at: _tar(at, zero_one)),
        data(kind, "WebDataset with names", Taken({"cat": 1, "dog": 0}), lambda at: _tar(at, ["dog", "cat"] * 6)),
        data(kind, "WebDataset: numbers and names", Refused("numbers and names for labels"), lambda at: _tar(at, [0, "cat"] * 6)),
        data(kind, "WebDataset: an image without label", Refused("has no label (.cls)"), lambda at: _tar(at, [*zero_one, None])),
        data(kind, "WebDataset: cut short", Refused("no readable tar"), lambda at: _halved(_tar(at, zero_one))),
        data(kind, "WebDataset: labels from 10^8", Refused("has labels from 100000000"), lambda at: _tar(at, [10**8, 10**8 + 1] * 6)),
        data(kind, "SVHN, where 10 is the digit 0", Taken(DIGITS, (30, 30)), _svhn),
        data(kind, "SVHN: labels from 0", Refused("labels y outside 1 to 10"), lambda at: _svhn(at, 0)),
        data(kind, "a .mat of version 7.3", Refused("save it with -v7"), _hdf5),
        data(kind, "idx of Fashion-MNIST", Taken({name: i for i, name in enumerate(FASHION)}, (30, 30)), _idx, kind="fashion_mnist"),
        data(kind, "idx: labels are missing", Refused("has no readable train-labels-idx1-ubyte"), lambda at: _idx(at, False), kind="fashion_mnist"),
    ]  # fmt: skip


def _parquet(at: Path, labels: list, names: list[str] | None = None, paths: bool = False) -> Path:
    """As the datasets library writes it; image i is drawn with class i % 2."""
    content = [
        {"bytes": None if paths else encoded(drawn(i % 2, i)), "path": f"{i}.png"} for i in range(len(labels))
    ]
    table = pa.table({"image": content, "label": labels})
    if names:
        label = {"_type": "ClassLabel", "names": names}
        told = json.dumps({"info": {"features": {"image": {"_type": "Image"}, "label": label}}})
        table = table.replace_schema_metadata({b"huggingface": told.encode()})
    return _table(at, table)


def _table(at: Path, table: pa.Table) -> Path:
    pq.write_table(table, at / "set.parquet")
    return at / "set.parquet"


def _tar(at: Path, labels: list) -> Path:
    members = {f"{i:03d}.png": encoded(drawn(i % 2, i)) for i in range(len(labels))}
    members |= {f"{i:03d}.cls": str(label).encode() for i, label in enumerate(labels) if label is not None}
    with tarfile.open(at / "set.tar", "w") as tar:
        for name, content in sorted(members.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return at / "set.tar"


def _halved(path: Path) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 - 100])
    return path


def _svhn(at: Path, ten: int = 10) -> Path:
    digits = np.arange(60) % 10
    images = np.stack([np.repeat(drawn(d, i // 10)[..., None], 3, 2) for i, d in enumerate(digits)])
    told = np.where(digits == 0, ten, digits).astype(np.uint8)[:, None]
    savemat(at / "train_32x32.mat", {"X": images.transpose(1, 2, 3, 0), "y": told})
    return at / "train_32x32.mat"


def _hdf5(at: Path) -> Path:
    (at / "set.mat").write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(999))
    return at / "set.mat"


FASHION = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]  # fmt: skip


def _idx(at: Path, labels: bool = True) -> Path:
    for split, start in (("train", 0), ("t10k", 3)):
        digits = np.arange(30, dtype=np.uint8) % 10
        images = np.stack([drawn(d, start + i // 10) for i, d in enumerate(digits.tolist())])
        for kind, array in (("images-idx3", images), ("labels-idx1", digits))[: 2 if labels else 1]:
            header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            (at / f"{split}-{kind}-ubyte").write_bytes(header + array.tobytes())
    return at
