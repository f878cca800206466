"""What the calls mean that genuine published files have; every other is refused by name."""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ...data.readers.opcodes import UnsafePickleError
from ...data.readers.pickles import Call, Global, Reading, short
from .records import LONGEST_NAME, NetworkRecord
from .storages import Payloads, StorageRecord, TensorRecord, listed, view_of, whole_numbers

FORMAT_VERSION = 6
LONGEST_DEVICE = 30
NUMPY_TYPE = Global("numpy", "dtype")
# numpy's names of plain numbers in pickles, and the parts of an array's state.
NUMBERS = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}
STATE_PARTS = 5


class Meaning(NamedTuple):
    """What a call becomes: a function of the interpreter and the Call, whose arguments are interpreted.

    arguments: how many there may be; state, items: whether the file may set them.
    """

    function: Callable[["_Interpreter", Call, tuple], Any]
    arguments: range
    state: bool = False
    items: bool = False


def interpreted(reading: Reading) -> Any:
    """The content of a pickle with all calls in it interpreted, also those that nothing refers to.

    Raises UnsafePickleError, saying which, for a call that genuine files don't have.
    """
    interpreter = _Interpreter()
    # An array's type comes after the array: it stands in its state.
    for thing in reading.made:
        if isinstance(thing, Call) and thing.function == NUMPY_TYPE:
            interpreter.interpret(thing)
    for thing in reading.made:
        interpreter.interpret(thing)
    for thing in reading.made:
        interpreter.fill(thing)
    return interpreter.of(reading.content)


class _Interpreter:
    """Goes over what a pickle made in the order in which it was made, so that nothing recurses."""

    def __init__(self) -> None:
        self.payloads = Payloads()
        # By the id of a Call or a tuple, all of which the Reading keeps alive: what it stands for.
        self.values: dict[int, Any] = {}

    def of(self, thing: Any) -> Any:
        return self.values.get(id(thing), thing)

    def interpret(self, thing: Any) -> None:
        if isinstance(thing, tuple):
            renewed = tuple(map(self.of, thing))
            if any(new is not old for new, old in zip(renewed, thing, strict=True)):
                self.values[id(thing)] = renewed
        elif isinstance(thing, Call) and id(thing) not in self.values:
            meaning = ALLOWED_GLOBALS[thing.function.module, thing.function.name]
            arguments = self.of(thing.arguments)
            if len(arguments) not in meaning.arguments:
                raise UnsafePickleError(f"{thing.function} is called with {len(arguments)} arguments")
            if thing.state is not None and not meaning.state:
                raise UnsafePickleError(f"the file sets the state of {thing.function}")
            if thing.items and not meaning.items:
                raise UnsafePickleError(f"the file sets items of {thing.function}")
            self.values[id(thing)] = meaning.function(self, thing, arguments)

    def fill(self, thing: Any) -> None:
        """Put what calls stand for into a list or a dict."""
        if isinstance(thing, list):
            thing[:] = map(self.of, thing)
        elif isinstance(thing, dict | Call):
            items = thing if isinstance(thing, dict) else thing.items
            for key, value in items.items():
                items[key] = self.of(value)


def _network(_: _Interpreter, call: Call, arguments: tuple) -> NetworkRecord:
    (meta,) = arguments
    if not isinstance(meta, dict) or not _is(meta.get("type"), "class"):
        raise UnsafePickleError("a persistent object that is no class")
    version, name, state = meta.get("version"), meta.get("class_name"), meta.get("state")
    if not _is(version, FORMAT_VERSION):
        raise UnsafePickleError(f"persistent object of version {short(version)}; {FORMAT_VERSION} is known")
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isidentifier():
        raise UnsafePickleError("a persistent object without a class name and a state")
    if not isinstance(state, dict):
        raise UnsafePickleError("a persistent object without a class name and a state")
    return NetworkRecord(name, state)


def _container(_: _Interpreter, call: Call, arguments: tuple) -> NetworkRecord:
    """A torch ModuleDict or ModuleList: nothing but its `__dict__`."""
    state = {} if call.state is None else call.state
    if not isinstance(state, dict):
        raise UnsafePickleError("a container's state is no dict")
    return NetworkRecord(call.function.name, state)


def _storage(interpreter: _Interpreter, call: Call, arguments: tuple) -> StorageRecord:
    return interpreter.payloads.storage(arguments[0])


def _tensor(_: _Interpreter, call: Call, arguments: tuple) -> TensorRecord:
    return view_of(*arguments[:4])


def _parameter(_: _Interpreter, call: Call, arguments: tuple) -> Any:
    return arguments[0]


def _size(_: _Interpreter, call: Call, arguments: tuple) -> tuple[int, ...]:
    return whole_numbers(arguments[0])


def _device(_: _Interpreter, call: Call, arguments: tuple) -> str:
    for part in arguments:
        if not (isinstance(part, str) and len(part) <= LONGEST_DEVICE) and type(part) is not int:
            raise UnsafePickleError(f"a device that is {short(part)}")
    return ":".join(part if isinstance(part, str) else short(part) for part in arguments)


def _items(_: _Interpreter, call: Call, arguments: tuple) -> dict:
    """dnnlib's EasyDict, a dict whose attributes are its items, and OrderedDict."""
    # Older Pythons wrote the state of an object that has none as an empty dict.
    if call.state is not None and not (isinstance(call.state, dict) and not call.state):
        raise UnsafePickleError(f"the file sets the state of {call.function}")
    return call.items


def _list(_: _Interpreter, call: Call, arguments: tuple) -> list:
    """A set; as a list, since its elements would be hashed."""
    elements = arguments[0] if arguments else []
    if not isinstance(elements, list):
        raise UnsafePickleError(f"a set of {short(elements)}")
    return elements


def _number_type(_: _Interpreter, call: Call, arguments: tuple) -> np.dtype:
    name = arguments[0]
    if not isinstance(name, str) or name not in NUMBERS:
        shown = (
            name if isinstance(name, str) and name.isalnum() and len(name) < LONGEST_DEVICE else short(name)
        )
        raise UnsafePickleError(f"numpy type {shown} is no number")
    state = call.state
    order = state[1] if isinstance(state, tuple) and len(state) > 1 else "="
    return np.dtype(name).newbyteorder(">" if _is(order, ">") else "<" if _is(order, "<") else "=")


def _array(interpreter: _Interpreter, call: Call, arguments: tuple) -> np.ndarray:
    if call.state is None:
        return np.empty(0)
    if not isinstance(call.state, tuple) or len(call.state) != STATE_PARTS:
        raise UnsafePickleError("a numpy array with another state than genuine ones")
    _, shape, dtype, fortran, raw = map(interpreter.of, call.state)
    return _numbers(dtype, whole_numbers(shape), raw, fortran)


def _scalar(_: _Interpreter, call: Call, arguments: tuple) -> Any:
    dtype, raw = arguments
    return _numbers(dtype, (), raw, False).item()


def _numbers(dtype: Any, shape: tuple[int, ...], raw: Any, fortran: Any) -> np.ndarray:
    """A view of the file's bytes."""
    if not isinstance(dtype, np.dtype) or not isinstance(raw, memoryview):
        raise UnsafePickleError("a numpy array without a type or without bytes")
    if min(shape, default=0) < 0 or prod(shape) * dtype.itemsize != len(raw):
        raise UnsafePickleError(f"a numpy array of shape {listed(shape)} in {len(raw)} bytes")
    return np.frombuffer(raw, dtype).reshape(shape, order="F" if fortran is True else "C")


def _is(found: Any, expected: str | int) -> bool:
    """Equality that asks nothing of the found object where it is of another type."""
    return type(found) is type(expected) and found == expected


def _numpy_globals(module: str) -> dict[tuple[str, str], Meaning]:
    return {
        (f"{module}.multiarray", "scalar"): Meaning(_scalar, range(2, 3)),
        (f"{module}.multiarray", "_reconstruct"): Meaning(_array, range(4), state=True),
    }


# The globals of genuine files.
ALLOWED_GLOBALS: dict[tuple[str, str], Meaning] = {
    ("torch_utils.persistence", "_reconstruct_persistent_obj"): Meaning(_network, range(1, 2)),
    ("torch.nn.modules.container", "ModuleDict"): Meaning(_container, range(1), state=True),
    ("torch.nn.modules.container", "ModuleList"): Meaning(_container, range(1), state=True),
    ("torch.nn.modules.container", "Sequential"): Meaning(_container, range(1), state=True),
    ("torch._utils", "_rebuild_tensor_v2"): Meaning(_tensor, range(4, 8)),
    ("torch._utils", "_rebuild_parameter"): Meaning(_parameter, range(1, 4)),
    ("torch.storage", "_load_from_bytes"): Meaning(_storage, range(1, 2)),
    ("torch", "Size"): Meaning(_size, range(1, 2)),
    ("torch", "device"): Meaning(_device, range(1, 3)),
    ("dnnlib.util", "EasyDict"): Meaning(_items, range(1), state=True, items=True),
    ("collections", "OrderedDict"): Meaning(_items, range(1), state=True, items=True),
    ("numpy", "dtype"): Meaning(_number_type, range(1, 4), state=True),
    ("numpy", "ndarray"): Meaning(_array, range(4), state=True),
    ("builtins", "set"): Meaning(_list, range(2)),
    ("__builtin__", "set"): Meaning(_list, range(2)),
    **_numpy_globals("numpy.core"),
    **_numpy_globals("numpy._core"),
}
