"""Reading NVIDIA's published pickles without executing anything in them.

Such a file is a pickle of a dict of networks. Its usual loader runs Python source that the file
carries; here the pickle machine may only call the few stand-ins below, and what it builds are plain
records of class names, settings and tensors.
"""

import io
import os
import pickle
import pickletools
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...run.errors import InputError

# Opcodes that call or import by other ways than a global's name, or that reach outside the file.
FORBIDDEN_OPCODES = {"INST", "OBJ", "EXT1", "EXT2", "EXT4", "PERSID", "BINPERSID", "NEXT_BUFFER"}
PROTOCOLS = range(2, 6)
FORMAT_VERSION = 6


class UnsafePickleError(InputError):
    """A pickle that asks for something else than tensors and settings; the message names it."""


@dataclass
class NetworkRecord:
    """A network object of the file: its class and its `__dict__`, as data."""

    class_name: str
    state: dict[str, Any]

    @property
    def init_kwargs(self) -> dict[str, Any]:
        return dict(_dict_in(self.state, "_init_kwargs"))

    def tensors(self) -> dict[str, Tensor]:
        """Parameters and buffers by their names in a state dict.

        Raises UnsafePickleError where modules contain each other, or a name holds no tensor.
        """
        found: dict[str, Tensor] = {}
        seen: set[int] = set()
        waiting: list[tuple[str, Any]] = [("", self)]
        while waiting:
            prefix, record = waiting.pop()
            if id(record) in seen or not hasattr(record, "state") or not isinstance(record.state, dict):
                raise UnsafePickleError(f"module {prefix or 'at the top'} is shared, or no module")
            seen.add(id(record))
            for kind in ("_parameters", "_buffers"):
                for name, tensor in _dict_in(record.state, kind).items():
                    if tensor is not None and not isinstance(tensor, Tensor):
                        raise UnsafePickleError(f"{prefix}{name} is no tensor")
                    if tensor is not None:
                        found[f"{prefix}{name}"] = tensor
            for name, module in _dict_in(record.state, "_modules").items():
                if module is not None:
                    waiting.append((f"{prefix}{name}.", module))
        return found


@dataclass(eq=False)
class _Container:
    """A torch ModuleDict or ModuleList: nothing but its `__dict__`."""

    state: dict[str, Any] = field(default_factory=dict)

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict):
            raise UnsafePickleError("a container's state is no dict")
        self.state = state


class _PlainDict(dict):
    """dnnlib's EasyDict: a dict whose attributes are its items."""

    def __setstate__(self, state: Any) -> None:
        self.update(state if isinstance(state, dict) else {})


class _NumpyType:
    """numpy.dtype: the name and byte order of a number's type."""

    def __init__(self, name: Any, *_: Any) -> None:
        self.name, self.order = str(name), "="

    def __setstate__(self, state: Any) -> None:
        self.order = state[1]

    def resolve(self) -> np.dtype:
        dtype = np.dtype(self.name)
        if dtype.hasobject or dtype.fields is not None:
            raise UnsafePickleError(f"numpy type {self.name} is no number")
        return dtype.newbyteorder(">" if self.order == ">" else "<" if self.order == "<" else "=")


class _NumpyArray:
    """numpy.ndarray, filled by its state."""

    def __init__(self, *_: Any) -> None:
        self.value = np.empty(0)

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, fortran, raw = state
        self.value = _from_bytes(dtype, tuple(shape), raw, fortran)


class _NothingToSet:
    """A global's stand-in. It can be called, and nothing else can be done to it."""

    __slots__ = ("_call",)
    _call: Callable[..., Any]

    def __init__(self, call: Callable[..., Any]) -> None:
        object.__setattr__(self, "_call", call)

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __setattr__(self, name: str, value: Any) -> None:
        raise UnsafePickleError(f"the file sets {name} of a global")

    def __setstate__(self, state: Any) -> None:
        raise UnsafePickleError("the file sets the state of a global")


def read_pickle(path: str | os.PathLike) -> dict[str, Any]:
    """The dict in a published pickle; its networks are NetworkRecords.

    Raises UnsafePickleError, naming what it refuses, and InputError for a file that is no such pickle.
    """
    data = Path(path).read_bytes()
    try:
        _check_opcodes(data)
        content = _SafeUnpickler(io.BytesIO(data)).load()
    except UnsafePickleError as error:
        raise UnsafePickleError(f"{path}: refused, nothing in it was executed: {error}") from error
    except Exception as error:  # a malformed pickle fails in any way; none of them may pass
        problem = f"{type(error).__name__}: {error}"
        raise InputError(f"{path}: not a whole pickle of networks ({problem})") from error
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds a {type(content).__name__}, expected a dict of networks")
    return content


def _check_opcodes(data: bytes) -> None:
    """Walk over the opcodes without executing them: known ones, whole arguments, sane memo places."""
    for count, (opcode, argument, _) in enumerate(pickletools.genops(data), start=1):
        if opcode.name == "PROTO" and argument not in PROTOCOLS:
            raise UnsafePickleError(f"pickle protocol {argument}; 2 to 5 are known")
        if opcode.name in FORBIDDEN_OPCODES:
            raise UnsafePickleError(f"pickle opcode {opcode.name}")
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(argument or 0) > count:
            raise UnsafePickleError(f"memo place {argument} before it is needed")


class _SafeUnpickler(pickle.Unpickler):
    """Finds stand-ins for the globals of genuine files, and refuses every other by name."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return ALLOWED_GLOBALS[module, name]
        except KeyError:
            raise UnsafePickleError(f"global {module}.{name} is not among those of genuine files") from None

    def persistent_load(self, pid: Any) -> Any:
        raise UnsafePickleError(f"persistent id {pid!r}")


def _network(meta: Any) -> NetworkRecord:
    if not isinstance(meta, dict) or meta.get("type") != "class":
        raise UnsafePickleError("a persistent object that is no class")
    if meta.get("version") != FORMAT_VERSION:
        raise UnsafePickleError(
            f"persistent object of version {meta.get('version')!r}; {FORMAT_VERSION} is known"
        )
    name, state = meta.get("class_name"), meta.get("state")
    if not isinstance(name, str) or not name.isidentifier() or not isinstance(state, dict):
        raise UnsafePickleError("a persistent object without a class name and a state")
    return NetworkRecord(name, state)


def _storage(payload: Any) -> Tensor:
    """The flat tensor in the bytes of a nested torch.save."""
    if not isinstance(payload, bytes):
        raise UnsafePickleError("a nested payload that is no bytes")
    try:
        storage = torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
    except Exception as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
        reason = next((line for line in lines if re.search(r"\bGLOBAL\b|Unpickler error", line)), lines[0])
        raise UnsafePickleError(f"nested torch payload: {reason}") from error
    if not isinstance(storage, torch.storage.TypedStorage):
        raise UnsafePickleError(f"nested torch payload of type {type(storage).__name__}")
    return torch.empty(0, dtype=storage.dtype).set_(storage._untyped_storage)


def _tensor(storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> Tensor:
    """A view of a storage that stays within it."""
    if not isinstance(storage, Tensor):
        raise UnsafePickleError("a tensor without a storage")
    size, stride = tuple(map(int, size)), tuple(map(int, stride))
    if len(size) != len(stride) or min((*size, *stride, int(offset)), default=0) < 0:
        raise UnsafePickleError("a tensor of negative or unmatched sizes")
    last = int(offset) + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    # An expanded tensor stays within a storage that it is larger than: a few bytes could ask for any memory.
    if 0 not in size and max(last + 1, prod(size)) > storage.numel():
        raise UnsafePickleError(f"a tensor of size {list(size)} beyond its storage of {storage.numel()}")
    return storage.as_strided(size, stride, int(offset))


def _from_bytes(dtype: Any, shape: tuple[int, ...], raw: Any, fortran: Any = False) -> np.ndarray:
    if not isinstance(dtype, _NumpyType) or not isinstance(raw, bytes):
        raise UnsafePickleError("a numpy array without a type or without bytes")
    resolved = dtype.resolve()
    if min(shape, default=0) < 0 or prod(shape) * resolved.itemsize != len(raw):
        raise UnsafePickleError(f"a numpy array of shape {list(shape)} in {len(raw)} bytes")
    return np.frombuffer(raw, resolved).reshape(shape, order="F" if fortran else "C").copy()


def _scalar(dtype: Any, raw: Any) -> Any:
    return _from_bytes(dtype, (), raw).item()


def _small_set(items: Any = ()) -> set:
    return set(items)


def _numpy_globals(module: str) -> dict[tuple[str, str], Any]:
    return {
        (f"{module}.multiarray", "scalar"): _NothingToSet(_scalar),
        (f"{module}.multiarray", "_reconstruct"): _NothingToSet(_NumpyArray),
    }


# The globals of genuine files. NEWOBJ wants classes; ours cannot be harmed by what a file does to them,
# as their attributes are only read through instances that carry their own.
ALLOWED_GLOBALS: dict[tuple[str, str], Any] = {
    ("torch_utils.persistence", "_reconstruct_persistent_obj"): _NothingToSet(_network),
    ("torch.nn.modules.container", "ModuleDict"): _Container,
    ("torch.nn.modules.container", "ModuleList"): _Container,
    ("torch.nn.modules.container", "Sequential"): _Container,
    ("torch._utils", "_rebuild_tensor_v2"): _NothingToSet(_tensor),
    ("torch._utils", "_rebuild_parameter"): _NothingToSet(lambda tensor, *_: tensor),
    ("torch.storage", "_load_from_bytes"): _NothingToSet(_storage),
    ("torch", "Size"): _NothingToSet(tuple),
    ("torch", "device"): _NothingToSet(lambda *parts: ":".join(map(str, parts))),
    ("dnnlib.util", "EasyDict"): _PlainDict,
    ("collections", "OrderedDict"): OrderedDict,
    ("numpy", "dtype"): _NothingToSet(_NumpyType),
    ("numpy", "ndarray"): _NumpyArray,
    ("builtins", "set"): _NothingToSet(_small_set),
    ("__builtin__", "set"): _NothingToSet(_small_set),
    **_numpy_globals("numpy.core"),
    **_numpy_globals("numpy._core"),
}


def _dict_in(state: dict[str, Any], name: str) -> dict[str, Any]:
    value = state.get(name) or {}
    if not isinstance(value, dict) or not all(isinstance(key, str) and key.isprintable() for key in value):
        raise UnsafePickleError(f"{name} is no dict of names")
    return value
