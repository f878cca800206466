"""Pickles of strangers as plain data. Nothing is imported, called or hashed that a file brings.

What comes out are Python's None, bool, int, float, str, list, tuple and dict, views of the file for its
byte strings, and inert records: a Global is a name, a Call says what the file would have called. What
they mean is for the reader of a format to say. Lists, tuples and dicts may contain themselves, or each
other any number of times: whoever walks over them keeps count.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from ...run.errors import printable
from .opcode_values import VALUES, text
from .opcodes import (
    FORBIDDEN,
    BrokenPickleError,
    Budget,
    Token,
    UnsafePickleError,
    check_opcodes,
    place,
    tokens,
)

__all__ = [
    "BrokenPickleError", "Budget", "Call", "Global", "PersistentId", "Reading", "UnsafePickleError",
    "is_key", "read_plain", "short",
]  # fmt: skip
MOST_ARGUMENTS = 16
LARGEST_KEY = 1 << 31  # as larger whole numbers can be chosen to have one hash


@dataclass(frozen=True, slots=True)
class Global:
    """The name of something importable."""

    module: str
    name: str

    def __str__(self) -> str:
        return printable(f"{self.module}.{self.name}")


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """What the file would have made by calling a global, and what it would have done to it.

    state: that of BUILD, None where there is none; items: those of SETITEM and SETITEMS.
    """

    function: Global
    arguments: tuple
    state: Any = None
    items: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PersistentId:
    """A reference to something outside the pickle."""

    id: Any


@dataclass(frozen=True)
class Reading:
    """A pickle's content; made: its lists, tuples, dicts and Calls, each after its first content.

    A tuple and a Call come after all that they were made from. end: the byte after the pickle.
    """

    content: Any
    made: list[Any]
    end: int


def read_plain(
    data: memoryview,
    allowed: Collection[tuple[str, str]],
    budget: Budget | None = None,
    *,
    start: int = 0,
    encoding: str = "ascii",
    persistent: bool = False,
) -> Reading:
    """The pickle that begins at byte `start`.

    allowed: (module, name) of the globals that may occur; encoding: of Python 2's texts; persistent:
    whether persistent ids may occur. Raises UnsafePickleError, naming it, for another global and for an
    opcode that genuine files don't have, and BrokenPickleError for what is no whole pickle or exceeds
    the budget.
    """
    budget = budget or Budget()
    if len(data) > budget.size:
        raise BrokenPickleError(f"{len(data)} bytes; at most {budget.size} are known")
    forbidden = FORBIDDEN - {"BINPERSID"} if persistent else FORBIDDEN
    check_opcodes(data, start, budget, forbidden)
    machine = _Machine(allowed, budget, encoding)
    end = start
    for token in tokens(data, start, budget):
        machine.step(token)
        end = token.end
    return Reading(machine.top(), machine.made, end)


def is_key(key: Any, longest: int = Budget.key) -> bool:
    """Whether a dict may have the key: text, a small whole number, a truth value, or None."""
    if isinstance(key, str):
        return len(key) <= longest
    return key is None or (isinstance(key, int) and abs(key) < LARGEST_KEY)


def short(value: Any) -> str:
    """What a value is, in at most 60 printable characters, however large or deep it is."""
    if isinstance(value, str):
        return f"'{printable(value, 50)}'"
    if isinstance(value, int) and value.bit_length() > 128:
        return f"a number of {value.bit_length()} bits"
    if value is None or isinstance(value, int | float):
        return repr(value)
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, Global | Call):
        return printable(str(value if isinstance(value, Global) else value.function))
    return printable(getattr(type(value), "title", type(value).__name__))


class _Machine:
    """The stack and the memo of a pickle, filled with plain data."""

    def __init__(self, allowed: Collection[tuple[str, str]], budget: Budget, encoding: str) -> None:
        self.allowed, self.budget, self.encoding = allowed, budget, encoding
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []  # the stacks below each open MARK
        self.memo: dict[int, Any] = {}
        self.made: list[Any] = []

    def step(self, token: Token) -> None:
        if token.name in VALUES:
            self.stack.append(VALUES[token.name](token.argument, self.encoding, self.budget))
        elif token.name in ACTIONS:
            ACTIONS[token.name](self, token)
        elif token.name != "STOP":
            raise UnsafePickleError(f"pickle opcode {token.name}")

    def top(self) -> Any:
        if not self.stack:
            raise BrokenPickleError("an opcode without what it is about")
        return self.stack[-1]

    def pop(self) -> Any:
        self.top()
        return self.stack.pop()

    def mark(self, _: Token) -> None:
        if len(self.below) >= self.budget.nesting:
            raise BrokenPickleError(f"more than {self.budget.nesting} marks in each other")
        self.below.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[Any]:
        if not self.below:
            raise BrokenPickleError("an opcode without its mark")
        items, self.stack = self.stack, self.below.pop()
        return items

    def drop_since_mark(self, _: Token) -> None:
        self.since_mark()

    def several(self, count: int) -> list[Any]:
        return [self.pop() for _ in range(count)][::-1]

    def push(self, made: Any) -> None:
        """Something new that contains, or may come to contain, other things."""
        self.stack.append(made)
        self.made.append(made)

    def pop_one(self, _: Token) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self.since_mark()

    def memoize(self, token: Token) -> None:
        self.memo[len(self.memo) if token.name == "MEMOIZE" else place(token)] = self.top()

    def recall(self, token: Token) -> None:
        number = place(token)
        if number not in self.memo:
            raise BrokenPickleError(f"memo place {short(number)} is empty")
        self.stack.append(self.memo[number])

    def set_items(self, keys_and_values: list[Any]) -> None:
        if len(keys_and_values) % 2:
            raise BrokenPickleError("a key without a value")
        target = self.top()
        if isinstance(target, Call):
            target = target.items
        if not isinstance(target, dict):
            raise UnsafePickleError(f"the file sets an item of {short(target)}")
        for key, value in zip(keys_and_values[::2], keys_and_values[1::2], strict=True):
            if not is_key(key, self.budget.key):
                raise UnsafePickleError(f"a dict's key is {short(key)}")
            target[key] = value

    def append_items(self, items: list[Any]) -> None:
        target = self.top()
        if not isinstance(target, list):
            raise UnsafePickleError(f"the file appends to {short(target)}")
        target.extend(items)

    def new_dict(self, _: Token) -> None:
        items = self.since_mark()
        self.push({})
        self.set_items(items)

    def name(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise UnsafePickleError("a global whose name is no text")
        if (module, name) not in self.allowed:
            raise UnsafePickleError(f"global {Global(module, name)} is not among those of genuine files")
        self.stack.append(Global(module, name))

    def name_in_lines(self, token: Token) -> None:
        module, _, name = bytes(token.argument).partition(b"\n")
        self.name(text(module, "utf-8"), text(name, "utf-8"))

    def call(self, function: Any, arguments: Any) -> None:
        if not isinstance(function, Global):
            raise UnsafePickleError(f"a call of {short(function)}, which is no global")
        if not isinstance(arguments, tuple) or len(arguments) > MOST_ARGUMENTS:
            raise UnsafePickleError(f"{function} is called with {short(arguments)}")
        self.push(Call(function, arguments))

    def call_with_names(self, _: Token) -> None:
        function, arguments, named = self.several(3)
        if named != {}:
            raise UnsafePickleError(f"{short(function)} is called with named arguments")
        self.call(function, arguments)

    def build(self, _: Token) -> None:
        target, state = self.several(2)
        if isinstance(target, Global):
            raise UnsafePickleError("the file sets the state of a global")
        if not isinstance(target, Call) or target.state is not None:
            raise UnsafePickleError(f"the file sets the state of {short(target)}, or sets it twice")
        target.state = state
        self.stack.append(target)


# What the others do. Sets become lists: their elements would be hashed.
ACTIONS: dict[str, Callable[[_Machine, Token], None]] = {
    "PROTO": lambda machine, token: None,
    "FRAME": lambda machine, token: None,
    "MARK": _Machine.mark,
    "POP": _Machine.pop_one,
    "POP_MARK": _Machine.drop_since_mark,
    "DUP": lambda machine, token: machine.stack.append(machine.top()),
    **dict.fromkeys(["PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"], _Machine.memoize),
    **dict.fromkeys(["GET", "BINGET", "LONG_BINGET"], _Machine.recall),
    **dict.fromkeys(["EMPTY_LIST", "EMPTY_SET"], lambda machine, token: machine.push([])),
    **dict.fromkeys(["LIST", "FROZENSET"], lambda machine, token: machine.push(machine.since_mark())),
    "APPEND": lambda machine, token: machine.append_items([machine.pop()]),
    **dict.fromkeys(
        ["APPENDS", "ADDITEMS"], lambda machine, token: machine.append_items(machine.since_mark())
    ),
    "EMPTY_DICT": lambda machine, token: machine.push({}),
    "DICT": _Machine.new_dict,
    "SETITEM": lambda machine, token: machine.set_items(machine.several(2)),
    "SETITEMS": lambda machine, token: machine.set_items(machine.since_mark()),
    "TUPLE": lambda machine, token: machine.push(tuple(machine.since_mark())),
    "TUPLE1": lambda machine, token: machine.push(tuple(machine.several(1))),
    "TUPLE2": lambda machine, token: machine.push(tuple(machine.several(2))),
    "TUPLE3": lambda machine, token: machine.push(tuple(machine.several(3))),
    "GLOBAL": _Machine.name_in_lines,
    "STACK_GLOBAL": lambda machine, token: machine.name(*machine.several(2)),
    "REDUCE": lambda machine, token: machine.call(*machine.several(2)),
    "NEWOBJ": lambda machine, token: machine.call(*machine.several(2)),
    "NEWOBJ_EX": _Machine.call_with_names,
    "BUILD": _Machine.build,
    "BINPERSID": lambda machine, token: machine.stack.append(PersistentId(machine.pop())),
}
