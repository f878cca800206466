"""The opcodes of a pickle, cut apart without doing what they say.

Arguments are views of the file: nothing is copied, and no claimed length is believed before it is compared
with what is there.
"""

import pickletools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from ...run.errors import InputError


class UnsafePickleError(InputError):
    """A pickle that asks for something else than plain data; the message names it."""


class BrokenPickleError(ValueError):
    """Bytes that are no whole pickle, or one larger than any genuine file; the message says where."""


@dataclass(frozen=True)
class Budget:
    """What a pickle may use. An opcode makes one object at most, so these bound time and memory too.

    size: bytes of the file. text, line and number: bytes of one text, of one line of an opcode that ends
    with it (the names of globals), and of one whole number. key: characters of a dict's key. nesting: how
    many tuples, lists and dicts may be begun at once.
    """

    size: int = 8 << 30
    opcodes: int = 500_000
    nesting: int = 10_000
    text: int = 4 << 20
    line: int = 1000
    number: int = 255
    key: int = 1000


class Token(NamedTuple):
    """An opcode by pickletools' name; argument: its bytes, without length and newlines."""

    name: str
    argument: memoryview
    end: int


# Opcodes that call or import by other ways than a global's name, or that reach outside the file.
FORBIDDEN = {
    "INST", "OBJ", "EXT1", "EXT2", "EXT4", "PERSID", "BINPERSID", "NEXT_BUFFER", "READONLY_BUFFER",
}  # fmt: skip
PUTS = {"PUT", "BINPUT", "LONG_BINPUT"}
PROTOCOLS = range(2, 6)
# How long an argument is: its own bytes, or (bytes of its length, signed), or lines.
_LENGTHS = {
    pickletools.TAKEN_FROM_ARGUMENT1: (1, False),
    pickletools.TAKEN_FROM_ARGUMENT4: (4, True),
    pickletools.TAKEN_FROM_ARGUMENT4U: (4, False),
    pickletools.TAKEN_FROM_ARGUMENT8U: (8, False),
}
_OPCODES = {ord(opcode.code): opcode for opcode in pickletools.opcodes}
_SIZES = {code: opcode.arg.n if opcode.arg else 0 for code, opcode in _OPCODES.items()}
_NAMES = {code: opcode.name for code, opcode in _OPCODES.items()}
_TWO_LINES = {ord("c"), ord("i")}


def tokens(data: memoryview, start: int, budget: Budget) -> Iterator[Token]:
    """The opcodes from `start` to the first STOP. Raises BrokenPickleError where there is none."""
    position = start
    for number in count(1):
        if number > budget.opcodes:
            raise BrokenPickleError(f"more than {budget.opcodes} opcodes")
        if position >= len(data):
            raise BrokenPickleError("it is truncated: no STOP at its end")
        code = data[position]
        if code not in _NAMES:
            raise BrokenPickleError(f"opcode {code:#04x} at byte {position} is unknown")
        begin, end = _argument(data, position + 1, code, budget)
        # A line's newline belongs to the opcode, not to the argument.
        token = Token(_NAMES[code], data[begin:end], end + (_SIZES[code] == pickletools.UP_TO_NEWLINE))
        yield token
        if token.name == "STOP":
            return
        position = token.end


def check_opcodes(data: memoryview, start: int, budget: Budget, forbidden: set[str]) -> None:
    """Raise UnsafePickleError, naming it, for an opcode or a protocol that genuine files don't have, and
    BrokenPickleError for what is no whole pickle.
    """
    for number, token in enumerate(tokens(data, start, budget), start=1):
        if token.name == "PROTO" and token.argument[0] not in PROTOCOLS:
            raise UnsafePickleError(f"pickle protocol {token.argument[0]}; 2 to 5 are known")
        if token.name == "FRAME" and int.from_bytes(token.argument, "little") > len(data) - token.end:
            raise BrokenPickleError("it is truncated: a frame claims more bytes than are left")
        if token.name in forbidden:
            raise UnsafePickleError(f"pickle opcode {token.name}")
        if token.name in PUTS and place(token) > number:
            raise UnsafePickleError(f"memo place {place(token)} before it is needed")


def place(token: Token) -> int:
    """The memo's place in the argument of a GET or PUT."""
    if token.name in ("GET", "PUT"):
        return whole_number(token.argument)
    return int.from_bytes(token.argument, "little")


def whole_number(line: memoryview) -> int:
    """A whole number in a line of digits."""
    digits = bytes(line).removesuffix(b"L")
    if len(digits) > 100:
        raise BrokenPickleError(f"a number of {len(digits)} digits")
    try:
        return int(digits)
    except ValueError:
        raise BrokenPickleError("a number that is none") from None


def _argument(data: memoryview, begin: int, code: int, budget: Budget) -> tuple[int, int]:
    """Where the argument lies that belongs to an opcode whose code ends at `begin`."""
    size = _SIZES[code]
    if size == pickletools.UP_TO_NEWLINE:
        end = _end_of_line(data, begin, budget)
        return begin, _end_of_line(data, end + 1, budget) if code in _TWO_LINES else end
    if size < 0:
        width, signed = _LENGTHS[size]
        length = int.from_bytes(data[begin : begin + width], "little", signed=signed)
        begin += width
    else:
        length = size
    if length < 0 or begin + length > len(data):
        raise BrokenPickleError(
            f"it is truncated: {_NAMES[code]} claims {length} bytes of the {max(len(data) - begin, 0)} left"
        )
    return begin, begin + length


def _end_of_line(data: memoryview, begin: int, budget: Budget) -> int:
    found = bytes(data[begin : begin + budget.line + 1]).find(b"\n")
    if found < 0:
        raise BrokenPickleError(f"a line without an end, or of more than {budget.line} bytes")
    return begin + found
