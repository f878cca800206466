"""The files of hubs and loaders."""

import io
import json
import struct
import tarfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.io import savemat

from .drawing import cut, drawn, encoded
from .judging import Input, Refused, Taken, data

ZERO_ONE = {"0": 0, "1": 1}
DIGITS = {str(i): i for i in range(10)}


KIND = "parquet, WebDataset, SVHN, idx"
LABELS = [0, 1] * 6


def inputs() -> list[Input]:
    return _parquets() + _tars() + _svhn_and_idx()


def _parquets() -> list[Input]:
    named = Taken({"dog": 0, "cat": 1})
    return [
        data(KIND, "parquet with names", named, lambda at: _parquet(at, LABELS, ["dog", "cat"])),
        data(KIND, "parquet with numbers", Taken(ZERO_ONE), lambda at: _parquet(at, LABELS)),
        data(
            KIND,
            "parquet with names for labels",
            Taken({"cat": 1, "dog": 0}),
            lambda at: _parquet(at, ["dog", "cat"] * 6),
        ),
        data(
            KIND,
            "parquet: a label beyond the names",
            Refused("has the label 2"),
            lambda at: _parquet(at, [0, 2] * 6, ["dog", "cat"]),
        ),
        data(
            KIND,
            "parquet: float labels",
            Refused("expected whole numbers, or names"),
            lambda at: _parquet(at, [0.5] * 12),
        ),
        data(
            KIND,
            "parquet: a label is missing",
            Refused("expected whole numbers, or names"),
            lambda at: _parquet(at, [0, None] * 6),
        ),
        data(
            KIND,
            "parquet: paths instead of images",
            Refused("its bytes are not in the file"),
            lambda at: _parquet(at, LABELS, paths=True),
        ),
        data(
            KIND,
            "parquet: no columns of images",
            Refused("0 columns may be the images"),
            lambda at: _table(at, pa.table({"label": LABELS})),
        ),
        data(
            KIND,
            "parquet: two columns of labels",
            Refused("2 columns may be the labels"),
            lambda at: _renamed(at, "coarse"),
        ),
        data(
            KIND, "parquet: bool labels", Refused("whole numbers"), lambda at: _parquet(at, [False, True] * 6)
        ),
        data(
            KIND,
            "parquet: labels of 2^63",
            Refused("has the label"),
            lambda at: _parquet(at, pa.array([0, 2**63] * 6, pa.uint64())),
        ),
        data(
            KIND,
            "parquet: no rows",
            Refused("holds no images"),
            lambda at: _parquet(at, pa.array([], pa.int64())),
        ),
        data(KIND, "parquet: train is a linked folder", Taken(ZERO_ONE), _linked),
        data(
            KIND,
            "parquet: cut short",
            Refused("is no readable parquet"),
            lambda at: cut(_parquet(at, LABELS)),
        ),
    ]


def _tars() -> list[Input]:
    return [
        data(KIND, "WebDataset with numbers", Taken(ZERO_ONE), lambda at: _tar(at, LABELS)),
        data(
            KIND,
            "WebDataset with names",
            Taken({"cat": 1, "dog": 0}),
            lambda at: _tar(at, ["dog", "cat"] * 6),
        ),
        data(
            KIND,
            "WebDataset: numbers and names",
            Refused("numbers and names for labels"),
            lambda at: _tar(at, [0, "cat"] * 6),
        ),
        data(
            KIND,
            "WebDataset: an image without label",
            Refused("has no label (.cls)"),
            lambda at: _tar(at, [*LABELS, None]),
        ),
        data(
            KIND,
            "WebDataset: cut short",
            Refused("no readable tar"),
            lambda at: _halved(_tar(at, LABELS)),
        ),
        data(
            KIND,
            "WebDataset: labels from 10^8",
            Refused("has labels from 100000000"),
            lambda at: _tar(at, [10**8, 10**8 + 1] * 6),
        ),
        data(KIND, "WebDataset without members", Refused("holds no images"), lambda at: _tar(at, [])),
    ]


def _svhn_and_idx() -> list[Input]:
    return [
        data(KIND, "SVHN, where 10 is the digit 0", Taken(DIGITS, (30, 30)), _svhn),
        data(KIND, "SVHN: labels from 0", Refused("labels y outside 1 to 10"), lambda at: _svhn(at, 0)),
        data(KIND, "a .mat of version 7.3", Refused("save it with -v7"), _hdf5),
        data(
            KIND,
            "idx of Fashion-MNIST",
            Taken({name: i for i, name in enumerate(FASHION)}, (30, 30)),
            _idx,
            kind="fashion_mnist",
        ),
        data(
            KIND,
            "idx: cut short",
            Refused("has no readable train-images-idx3-ubyte"),
            lambda at: _cut_idx(at),
            kind="fashion_mnist",
        ),
        data(
            KIND,
            "idx: labels are missing",
            Refused("has no readable train-labels-idx1-ubyte"),
            lambda at: _idx(at, False),
            kind="fashion_mnist",
        ),
    ]


def _parquet(at: Path, labels: list, names: list[str] | None = None, paths: bool = False) -> Path:
    """As the datasets library writes it; image i is drawn with class i % 2."""
    content = [
        {"bytes": None if paths else encoded(drawn(i % 2, i)), "path": f"{i}.png"} for i in range(len(labels))
    ]
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table({"image": pa.array(content, kind), "label": labels})
    if names:
        label = {"_type": "ClassLabel", "names": names}
        told = json.dumps({"info": {"features": {"image": {"_type": "Image"}, "label": label}}})
        table = table.replace_schema_metadata({b"huggingface": told.encode()})
    return _table(at, table)


def _renamed(at: Path, second: str) -> Path:
    """Labels of two kinds, as CIFAR-100 on the hub has them."""
    table = pq.read_table(_parquet(at, [0, 1] * 6)).rename_columns(["image", "fine"])
    return _table(at, table.append_column(second, table.column("fine")))


def _linked(at: Path) -> Path:
    for split, start in (("train", 0), ("test", 6)):
        (at / "store" / split).mkdir(parents=True)
        content = [{"bytes": encoded(drawn(i % 2, i)), "path": ""} for i in range(start, start + 6)]
        pq.write_table(pa.table({"image": content, "label": [0, 1] * 3}), at / f"store/{split}/0.parquet")
    (at / "x").mkdir()
    for split in ("train", "test"):
        (at / "x" / split).symlink_to(f"../store/{split}")
    return at / "x"


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


FASHION = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]


def _idx(at: Path, labels: bool = True) -> Path:
    for split, start in (("train", 0), ("t10k", 3)):
        digits = np.arange(30, dtype=np.uint8) % 10
        images = np.stack([drawn(d, start + i // 10) for i, d in enumerate(digits.tolist())])
        for kind, array in (("images-idx3", images), ("labels-idx1", digits))[: 2 if labels else 1]:
            header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            (at / f"{split}-{kind}-ubyte").write_bytes(header + array.tobytes())
    return at


def _cut_idx(at: Path) -> Path:
    cut(_idx(at) / "train-images-idx3-ubyte")
    return at
