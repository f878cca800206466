"""Tensors of a pickle and the nested payloads that hold their numbers, read without torch.load.

torch.save writes a storage in two ways: as a run of small pickles with the numbers behind them (its
"legacy" format, which the published files hold), or as a zip.
"""

from dataclasses import dataclass, field
from math import prod
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from ...data.readers.opcodes import BrokenPickleError, Budget, UnsafePickleError
from ...data.readers.pickles import Global, PersistentId, read_plain, short
from ...run.errors import printable
from .torch_zips import stored_members

# The numbers that storages of published networks hold: their type, and whole numbers of the same size.
STORAGES = {
    "DoubleStorage": (torch.float64, "<i8"),
    "FloatStorage": (torch.float32, "<i4"),
    "HalfStorage": (torch.float16, "<i2"),
    "BFloat16Storage": (torch.bfloat16, "<i2"),
    "LongStorage": (torch.int64, "<i8"),
    "IntStorage": (torch.int32, "<i4"),
    "ShortStorage": (torch.int16, "<i2"),
    "CharStorage": (torch.int8, "u1"),
    "ByteStorage": (torch.uint8, "u1"),
    "BoolStorage": (torch.bool, "u1"),
}
STORAGE_GLOBALS = {("torch", name) for name in STORAGES}
BUDGET = Budget(opcodes=64, nesting=8, text=1000)
MOST_DIMENSIONS = 16
MOST_PAYLOADS = 5_000
LARGEST = 1 << 40
LEGACY_START = [0x1950A86A20F9469CFC6C, 1001]  # what its first two pickles hold
COUNT_BYTES = 8


@dataclass(frozen=True, eq=False, repr=False)
class StorageRecord:
    """Numbers in a row. kind: a key of STORAGES."""

    title: ClassVar[str] = "storage"
    kind: str
    words: np.ndarray

    @property
    def size(self) -> int:
        return len(self.words)


@dataclass(frozen=True, eq=False, repr=False)
class TensorRecord:
    """A part of a storage that stays within it; strides in numbers, 0 where they don't matter."""

    title: ClassVar[str] = "tensor"
    storage: StorageRecord
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]

    def tensor(self) -> Tensor:
        """The tensor, with memory of its own."""
        words = self.storage.words[self.offset :]
        strides = [step * words.itemsize for step in self.stride]
        view = np.lib.stride_tricks.as_strided(words, self.size, strides, writeable=False)
        own = torch.from_numpy(np.array(view, order="C"))
        dtype = STORAGES[self.storage.kind][0]
        return own != 0 if dtype == torch.bool else own.view(dtype)


@dataclass
class Payloads:
    """The nested payloads of a file; each is read once, however often it is named."""

    read: dict[int, tuple[memoryview, StorageRecord]] = field(default_factory=dict)

    def storage(self, payload: Any) -> StorageRecord:
        """The storage in the bytes. Raises UnsafePickleError, saying what they are, where it is none."""
        if not isinstance(payload, memoryview):
            raise UnsafePickleError("a nested payload that is no bytes")
        if id(payload) not in self.read:
            if len(self.read) >= MOST_PAYLOADS:
                raise UnsafePickleError(f"more than {MOST_PAYLOADS} nested payloads")
            try:
                found = _zipped(payload) if payload[:2] == b"PK" else _legacy(payload)
            except (UnsafePickleError, BrokenPickleError) as error:
                joint = " " if str(error).startswith("of type") else ": "
                raise UnsafePickleError(f"nested torch payload{joint}{error}") from error
            # The payload is kept: its id is known only as long as it lives.
            self.read[id(payload)] = payload, found
        return self.read[id(payload)][1]


def view_of(storage: Any, offset: Any, size: Any, stride: Any) -> TensorRecord:
    """A tensor of a storage. Raises UnsafePickleError where it reaches beyond it."""
    if not isinstance(storage, StorageRecord):
        raise UnsafePickleError("a tensor without a storage")
    size, stride = whole_numbers(size), whole_numbers(stride)
    (offset,) = whole_numbers((offset,))
    if len(size) != len(stride) or min((*size, *stride, offset)) < 0:
        raise UnsafePickleError("a tensor of negative or unmatched sizes")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    # An expanded tensor stays within a storage that it is larger than: a few bytes could ask for any memory.
    if 0 not in size and max(last + 1, prod(size)) > storage.size:
        raise UnsafePickleError(f"a tensor of size {listed(size)} beyond its storage of {storage.size}")
    if prod(n for n in size if n) > LARGEST:
        raise UnsafePickleError(f"a tensor of size {listed(size)}")
    if 0 in size:
        return TensorRecord(storage, 0, size, (0,) * len(size))
    steps = tuple(step if n > 1 else 0 for n, step in zip(size, stride, strict=True))
    return TensorRecord(storage, offset, size, steps)


def whole_numbers(values: Any) -> tuple[int, ...]:
    """Sizes of a file as plain numbers. Raises UnsafePickleError for anything else."""
    if not isinstance(values, tuple | list) or len(values) > MOST_DIMENSIONS:
        raise UnsafePickleError(f"sizes that are {short(values)}")
    for value in values:
        if type(value) is not int:
            raise UnsafePickleError(f"a size that is {short(value)}")
    return tuple(values)


def listed(sizes: tuple[int, ...]) -> str:
    """Sizes as a list, cut where it is long."""
    return printable(str([size if size.bit_length() <= 128 else short(size) for size in sizes[:8]]), 100)


def _zipped(payload: memoryview) -> StorageRecord:
    members = stored_members(payload)
    if "data.pkl" not in members:
        raise UnsafePickleError("a zip without data.pkl")
    kind, key, count = _named(_read(members["data.pkl"], 0)[0])
    if bytes(members.get("byteorder", b"little")[:10]) != b"little":
        raise UnsafePickleError("big-endian numbers; little-endian ones are known")
    if f"data/{key}" not in members:
        raise UnsafePickleError(f"a storage {short(key)} that it doesn't hold")
    return _numbers(members[f"data/{key}"], kind, count)


def _legacy(payload: memoryview) -> StorageRecord:
    parts, end = [], 0
    for _ in range(5):
        part, end = _read(payload, end)
        parts.append(part)
        if len(parts) <= len(LEGACY_START) and part != LEGACY_START[len(parts) - 1]:
            raise UnsafePickleError("neither a zip nor the start of a file of torch.save")
    _, _, system, content, keys = parts
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise UnsafePickleError("big-endian numbers; little-endian ones are known")
    kind, key, count = _named(content)
    if not isinstance(keys, list) or len(keys) != 1 or not isinstance(keys[0], str) or keys[0] != key:
        raise UnsafePickleError(f"a storage {short(key)} that it doesn't hold")
    if int.from_bytes(payload[end : end + COUNT_BYTES], "little") != count:
        raise UnsafePickleError(f"a storage of another size than {short(count)}")
    return _numbers(payload[end + COUNT_BYTES :], kind, count)


def _read(payload: memoryview, start: int) -> tuple[Any, int]:
    reading = read_plain(payload, STORAGE_GLOBALS, BUDGET, start=start, persistent=True)
    return reading.content, reading.end


def _named(content: Any) -> tuple[str, str, int]:
    """The kind, the key and the length of the storage that a payload names as its content."""
    if not isinstance(content, PersistentId):
        raise UnsafePickleError(f"of type {type(content).__name__}")
    match content.id:
        case ("storage", Global(kind_of, kind), str(key), str(_), int(count), *rest) if (
            kind_of == "torch" and rest in ([], [None])
        ):
            return kind, key, count
    raise UnsafePickleError("a persistent id that names no storage")


def _numbers(raw: memoryview, kind: str, count: int) -> StorageRecord:
    word = np.dtype(STORAGES[kind][1])
    if count < 0 or count * word.itemsize != len(raw):
        raise UnsafePickleError(f"a storage of {short(count)} numbers in {len(raw)} bytes")
    return StorageRecord(kind, np.frombuffer(raw, word))
