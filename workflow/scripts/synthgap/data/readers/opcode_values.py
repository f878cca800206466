"""The values that stand in a pickle's opcodes themselves: numbers, texts, bytes."""

import struct
from collections.abc import Callable
from typing import Any

from ...run.errors import printable
from .opcodes import BrokenPickleError, Budget, whole_number


def text(raw: Any, encoding: str) -> str:
    try:
        return bytes(raw).decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError:
        raise BrokenPickleError(f"text that is not {encoding}") from None


def _checked_text(raw: memoryview, encoding: str, budget: Budget) -> str:
    if len(raw) > budget.text:
        raise BrokenPickleError(f"a text of {len(raw)} bytes; at most {budget.text} are known")
    return text(raw, encoding)


def _quoted_text(raw: memoryview, encoding: str, budget: Budget) -> str:
    """STRING, in quotes; those of genuine files hold no escapes."""
    found = _checked_text(raw, encoding, budget)
    if len(found) < 2 or found[0] not in "'\"" or found[0] != found[-1] or "\\" in found:
        raise BrokenPickleError(f"{printable(found)!r} is no plain text in quotes")
    return found[1:-1]


def _unquoted_text(raw: memoryview, encoding: str, budget: Budget) -> str:
    """UNICODE; those of genuine files hold no escapes."""
    found = _checked_text(raw, "latin1", budget)
    if "\\" in found:
        raise BrokenPickleError(f"{printable(found)!r} is no plain text")
    return found


def _integer(raw: memoryview, encoding: str, budget: Budget) -> int | bool:
    if bytes(raw) in (b"00", b"01"):
        return bytes(raw) == b"01"
    return whole_number(raw)


def _long(raw: memoryview, encoding: str, budget: Budget) -> int:
    if len(raw) > budget.number:
        raise BrokenPickleError(f"a whole number of {len(raw)} bytes")
    return int.from_bytes(raw, "little", signed=True)


def _float(raw: memoryview, encoding: str, budget: Budget) -> float:
    try:
        return float(bytes(raw))
    except ValueError:
        raise BrokenPickleError("a number that is none") from None


def _python2(raw: memoryview, encoding: str, budget: Budget) -> str:
    return _checked_text(raw, encoding, budget)


def _python3(raw: memoryview, encoding: str, budget: Budget) -> str:
    return _checked_text(raw, "utf-8", budget)


def _unsigned(raw: memoryview, encoding: str, budget: Budget) -> int:
    return int.from_bytes(raw, "little")


def _view(raw: memoryview, encoding: str, budget: Budget) -> memoryview:
    return raw


# What an opcode puts on the stack, by its argument alone.
VALUES: dict[str, Callable[[memoryview, str, Budget], Any]] = {
    "NONE": lambda raw, *_: None,
    "NEWTRUE": lambda raw, *_: True,
    "NEWFALSE": lambda raw, *_: False,
    "EMPTY_TUPLE": lambda raw, *_: (),
    "INT": _integer,
    "LONG": lambda raw, *_: whole_number(raw),
    "FLOAT": _float,
    "BINFLOAT": lambda raw, *_: struct.unpack(">d", raw)[0],
    "BININT": lambda raw, *_: int.from_bytes(raw, "little", signed=True),
    "STRING": _quoted_text,
    "UNICODE": _unquoted_text,
    **dict.fromkeys(["BININT1", "BININT2"], _unsigned),
    **dict.fromkeys(["LONG1", "LONG4"], _long),
    **dict.fromkeys(["BINSTRING", "SHORT_BINSTRING"], _python2),
    **dict.fromkeys(["SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"], _python3),
    **dict.fromkeys(["SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"], _view),
}
