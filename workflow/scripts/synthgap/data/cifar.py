"""CIFAR-10 and CIFAR-100, read from their archive or from what it unpacks to.

The batches are pickles. Those of the genuine files hold arrays, lists and text; nothing else is let through.
"""

import gzip
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..run.errors import LONGEST_MESSAGE, InputError, in_a_line, printable, shown_path
from .labelled import Labelled, Source
from .readers.budgets import Limited, read_bounded
from .readers.opcodes import Budget
from .readers.pickles import Call, Global, read_plain, short

# What genuine files call, and a byte type's names in them.
GLOBALS = {
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("_codecs", "encode"),
}
NUMPY_TYPE, ENCODE = Global("numpy", "dtype"), Global("_codecs", "encode")
BYTE_TYPES = ("u1", "uint8", "|u1")
STATE_PARTS = 5  # of an array: version, shape, type, order, bytes
MOST_DIMENSIONS = 4
LONGEST_NAME = 100
# CIFAR-100's training images are 155 MB, all in one text.
BUDGET = Budget(size=200 << 20, text=200 << 20)
LARGEST_ARCHIVE = 400 << 20


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
        names = _names(_read_batch(files[layout.meta])[layout.names_key])
        train, test = (
            _joined([_read_batch(files[name]) for name in part], layout)
            for part in (layout.train, layout.test)
        )
    except Exception as error:  # a broken archive or pickle fails in any way
        found = f"dataset: {shown_path(archive)} is no readable {layout.title}"
        expected = f"expected {layout.archive}, or a folder that holds it or {layout.folder}"
        problem = f"no file {error}" if isinstance(error, KeyError) else error
        room = LONGEST_MESSAGE - len(f"{found} (); {expected}")
        raise InputError(f"{found} ({in_a_line(problem, room)}); {expected}") from error
    return Source(train, test, names, layout.title)


def _packed(archive: Path, layout: CifarFormat) -> Mapping[str, bytes]:
    """The archive's batches by name. Nothing is written to the disk."""
    wanted = {f"{layout.folder}/{name}": name for name in (*layout.train, *layout.test, layout.meta)}
    files = {}
    with archive.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        content: Any = gzip.GzipFile(fileobj=file) if compressed else file
        with tarfile.open(fileobj=Limited(content, LARGEST_ARCHIVE), mode="r:") as tar:  # type: ignore[call-overload]
            for member in tar:
                batch = tar.extractfile(member) if member.name in wanted and member.isreg() else None
                if batch is not None:
                    files[wanted[member.name]] = batch.read()
    return files


def _unpacked(folder: Path, layout: CifarFormat) -> Mapping[str, bytes]:
    if (folder / layout.folder).is_dir():
        folder = folder / layout.folder
    return {
        name: read_bounded(folder / name, BUDGET.size) for name in (*layout.train, *layout.test, layout.meta)
    }


def _read_batch(data: bytes) -> dict[str, Any]:
    """A batch's dict, in which arrays are still Calls. Raises ValueError for anything else."""
    # The genuine files come from Python 2, whose text was bytes.
    reading = read_plain(memoryview(data), GLOBALS, BUDGET, encoding="latin1")
    if not isinstance(reading.content, dict):
        raise ValueError(f"a batch that is {short(reading.content)}, expected a dict")
    for thing in reading.made:
        if isinstance(thing, Call) and thing.function == NUMPY_TYPE:
            name = thing.arguments[0] if thing.arguments else None
            if not isinstance(name, str) or name not in BYTE_TYPES:
                shown = printable(name, 20) if isinstance(name, str) else short(name)
                raise ValueError(f"an array of numpy type {shown}; those of genuine files are u1")
    return reading.content


def _bytes_of(array: Any) -> np.ndarray:
    """The array that a Call stands for, uint8 of any shape. Raises ValueError for anything else."""
    if not isinstance(array, Call) or array.function.name != "_reconstruct":
        raise ValueError("data that is no array")
    if not isinstance(array.state, tuple) or len(array.state) != STATE_PARTS:
        raise ValueError("an array without its state")
    _, shape, dtype, fortran, raw = array.state
    if isinstance(raw, Call) and raw.function == ENCODE:
        raw = _text_of(raw)
    plain = isinstance(dtype, Call) and dtype.function == NUMPY_TYPE and fortran is False
    if not plain or not isinstance(raw, str | memoryview):
        raise ValueError("an array that is not plain bytes")
    if not isinstance(shape, tuple | list) or len(shape) > MOST_DIMENSIONS:
        raise ValueError(f"an array of shape {short(shape)}")
    sizes = _whole_numbers(shape)
    content = raw.encode("latin1") if isinstance(raw, str) else raw
    return np.frombuffer(content, np.uint8).reshape(sizes)


def _text_of(call: Call) -> Any:
    """The text in a call of _codecs.encode, by which Python 3 writes bytes in the protocol of Python 2."""
    text, encoding = call.arguments if len(call.arguments) == 2 else (None, None)
    if not isinstance(encoding, str) or encoding != "latin1":
        raise ValueError(f"text in {short(encoding)}; that of genuine files is latin1")
    return text


def _whole_numbers(values: Any) -> list[int]:
    if not isinstance(values, list | tuple) or not all(type(value) is int for value in values):
        raise ValueError(f"{short(values)}, expected whole numbers")
    return list(values)


def _names(values: Any) -> list[str]:
    if not isinstance(values, list):
        raise ValueError(f"names that are {short(values)}, expected a list of texts")
    for value in values:
        if not isinstance(value, str) or not value.isprintable() or len(value) > LONGEST_NAME:
            raise ValueError(f"a name that is {short(value)}, expected a short text")
    return values


def _joined(batches: list[dict[str, Any]], layout: CifarFormat) -> Labelled:
    """Rows of 3 x 32 x 32 bytes, a plane a colour, as images."""
    rows = np.concatenate([_bytes_of(batch["data"]) for batch in batches])
    labels = np.array([n for batch in batches for n in _whole_numbers(batch[layout.labels_key])], np.int64)
    if rows.shape != (len(labels), 3 * 32 * 32):
        raise ValueError(f"rows {list(rows.shape)} for {len(labels)} labels")
    return Labelled(np.ascontiguousarray(rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), labels)
