"""CIFAR-10 and CIFAR-100, read from their archive or from what it unpacks to.

The batches are pickles. Those of the genuine files hold arrays, lists and text; nothing else is let through.
"""

import io
import pickle
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..run.errors import InputError
from .labelled import Labelled, Source


@dataclass(frozen=True)
class CifarFormat:
    """Names in an archive: the file itself, its folder, the batches of each split, and the keys."""

    title: str
    archive: str
    folder: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    meta: str
    labels_key: str
    names_key: str


CIFAR10 = CifarFormat(
    title="CIFAR-10",
    archive="cifar-10-python.tar.gz",
    folder="cifar-10-batches-py",
    train=tuple(f"data_batch_{i}" for i in range(1, 6)),
    test=("test_batch",),
    meta="batches.meta",
    labels_key="labels",
    names_key="label_names",
)
CIFAR100 = CifarFormat(
    title="CIFAR-100",
    archive="cifar-100-python.tar.gz",
    folder="cifar-100-python",
    train=("train",),
    test=("test",),
    meta="meta",
    labels_key="fine_labels",
    names_key="fine_label_names",
)


def read_cifar(path: Path, layout: CifarFormat) -> Source:
    """path: the archive, a folder that holds it, or one that holds what it unpacks to.

    Raises InputError where the files aren't all there, or aren't what they should be.
    """
    archive = path / layout.archive if path.is_dir() and (path / layout.archive).exists() else path
    try:
        files = _unpacked(archive, layout) if archive.is_dir() else _packed(archive, layout)
        names = [str(name) for name in _read_batch(files[layout.meta])[layout.names_key]]
        train, test = (
            _joined([_read_batch(files[name]) for name in part], layout)
            for part in (layout.train, layout.test)
        )
    except Exception as error:  # a broken archive or pickle fails in any way
        problem = f"no file {error}" if isinstance(error, KeyError) else " ".join(str(error).split())
        raise InputError(
            f"dataset: {archive} is no readable {layout.title} ({problem}); expected {layout.archive}, or a "
            f"folder that holds it or {layout.folder}"
        ) from error
    return Source(train, test, names, layout.title)


def _packed(archive: Path, layout: CifarFormat) -> Mapping[str, bytes]:
    """The archive's batches by name. Nothing is written to the disk."""
    wanted = {f"{layout.folder}/{name}": name for name in (*layout.train, *layout.test, layout.meta)}
    files = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.name in wanted else None
            if content is not None:
                files[wanted[member.name]] = content.read()
    return files


def _unpacked(folder: Path, layout: CifarFormat) -> Mapping[str, bytes]:
    if (folder / layout.folder).is_dir():
        folder = folder / layout.folder
    return {name: (folder / name).read_bytes() for name in (*layout.train, *layout.test, layout.meta)}


class _ByteType:
    """Stands in for numpy.dtype: only that of bytes is known."""

    __slots__ = ()

    def __new__(cls, name: Any, *_: Any) -> "_ByteType":
        if name not in ("u1", "uint8", "|u1"):
            raise pickle.UnpicklingError(
                f"an array of numpy type {str(name)[:20]}; those of genuine files are u1"
            )
        return super().__new__(cls)

    def __setstate__(self, state: Any) -> None:
        pass


class _ByteArray:
    """Stands in for numpy.ndarray, whose state would take addresses: bytes and their shape."""

    __slots__ = ("values",)

    def __init__(self, *_: Any) -> None:
        self.values = np.empty((0, 0), np.uint8)

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, fortran, raw = state
        if not isinstance(dtype, _ByteType) or not isinstance(raw, bytes | str) or fortran is not False:
            raise pickle.UnpicklingError("an array that is not plain bytes")
        content = raw.encode("latin1") if isinstance(raw, str) else raw
        self.values = np.frombuffer(content, np.uint8).reshape([int(size) for size in shape])


class _BatchUnpickler(pickle.Unpickler):
    """Finds stand-ins for what genuine files name, and refuses every other global by name."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return STAND_INS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"global {module}.{name} is not among those of genuine files"
            ) from None


def _encode(text: str, encoding: str) -> bytes:
    """Stands in for _codecs.encode, by which Python 3 writes bytes in the protocol of Python 2."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"text in {encoding[:20]!r}; that of genuine files is latin1")
    return text.encode(encoding)


STAND_INS: dict[tuple[str, str], Any] = {
    ("numpy", "dtype"): _ByteType,
    ("numpy", "ndarray"): _ByteArray,
    ("numpy.core.multiarray", "_reconstruct"): _ByteArray,
    ("numpy._core.multiarray", "_reconstruct"): _ByteArray,
    ("_codecs", "encode"): _encode,
}


def _read_batch(data: bytes) -> dict[str, Any]:
    # The genuine files come from Python 2, whose text was bytes.
    return _BatchUnpickler(io.BytesIO(data), encoding="latin1").load()


def _joined(batches: list[dict[str, Any]], layout: CifarFormat) -> Labelled:
    """Rows of 3 x 32 x 32 bytes, a plane a colour, as images."""
    arrays = [batch["data"] for batch in batches]
    if not all(isinstance(array, _ByteArray) for array in arrays):
        raise ValueError("data that is no array")
    rows = np.concatenate([array.values for array in arrays])
    labels = np.array([int(label) for batch in batches for label in batch[layout.labels_key]], np.int64)
    if rows.shape != (len(labels), 3 * 32 * 32):
        raise ValueError(f"rows {list(rows.shape)} for {len(labels)} labels")
    return Labelled(np.ascontiguousarray(rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), labels)
