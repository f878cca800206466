"""Networks of published pickles as records: class names, settings, and where tensors lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

from torch import Tensor

from ...data.readers.opcodes import UnsafePickleError
from ...run.errors import printable
from .storages import TensorRecord

MOST_NAMES = 10_000
LONGEST_NAME = 200
DEEPEST = 32


@dataclass(eq=False, repr=False)
class NetworkRecord:
    """A network object of the file: its class and its `__dict__`, as data."""

    title: ClassVar[str] = "network"
    class_name: str
    state: dict[str, Any]

    @property
    def init_kwargs(self) -> dict[str, Any]:
        return dict(_dict_in(self.state, "_init_kwargs"))

    def tensors(self) -> dict[str, Tensor]:
        """Parameters and buffers by their names in a state dict, each with memory of its own.

        Raises UnsafePickleError where modules contain each other, or a name holds no tensor, or the tensors
        are more than the file can hold.
        """
        found = dict(self._records())
        storages = {id(record.storage): record.storage for record in found.values()}
        held = sum(storage.words.nbytes for storage in storages.values())
        if sum(prod(record.size) for record in found.values()) > held:
            raise UnsafePickleError(f"tensors that share {held} bytes, and are larger together")
        return {name: record.tensor() for name, record in found.items()}

    def _records(self) -> Iterator[tuple[str, TensorRecord]]:
        seen: set[int] = set()
        names = 0
        waiting: list[tuple[str, int, Any]] = [("", 0, self)]
        while waiting:
            prefix, depth, record = waiting.pop()
            if id(record) in seen or not isinstance(record, NetworkRecord) or depth > DEEPEST:
                place = printable(prefix) or "at the top"
                raise UnsafePickleError(f"module {place} is shared, or no module, or nested too deep")
            seen.add(id(record))
            parts = [_dict_in(record.state, kind) for kind in ("_parameters", "_buffers", "_modules")]
            names += sum(map(len, parts))
            if names > MOST_NAMES:
                raise UnsafePickleError(f"a network of more than {MOST_NAMES} parameters and modules")
            for name, tensor in (parts[0] | parts[1]).items():
                if tensor is not None and not isinstance(tensor, TensorRecord):
                    raise UnsafePickleError(f"{printable(prefix + name)} is no tensor")
                if tensor is not None:
                    yield prefix + name, tensor
            for name, module in parts[2].items():
                if module is not None:
                    waiting.append((f"{prefix}{name}.", depth + 1, module))


def module_of(record: NetworkRecord, name: str) -> NetworkRecord | None:
    """A network's module of that name, where it has one."""
    modules = record.state.get("_modules")
    module = modules.get(name) if isinstance(modules, dict) else None
    return module if isinstance(module, NetworkRecord) else None


def image_sizes(record: NetworkRecord, classes: str) -> dict[str, Any]:
    """The sizes of a network's images by our names. classes: its name of their number."""
    num_classes = record.state.get(classes)
    return {
        "resolution": record.state.get("img_resolution"),
        "channels": record.state.get("img_channels"),
        "num_classes": 0 if num_classes is None else num_classes,
    }


def _dict_in(state: dict[str, Any], name: str) -> dict[str, Any]:
    value = state.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > MOST_NAMES or not all(map(_is_name, value)):
        raise UnsafePickleError(f"{name} is no dict of names")
    return value


def _is_name(key: Any) -> bool:
    return isinstance(key, str) and len(key) <= LONGEST_NAME and key.isprintable()
