"""Reading NVIDIA's published pickles without executing anything in them.

Such a file is a pickle of a dict of networks. Its usual loader runs Python source that the file carries;
here the file is read as plain data first (see data/pickles.py), and then the calls in it that genuine files
have are interpreted: as networks, settings and tensors, which take no memory but the file's own.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...data.readers.opcodes import BrokenPickleError, Budget, UnsafePickleError
from ...data.readers.pickles import read_plain
from ...run.errors import InputError, about_file, in_a_line
from .calls import ALLOWED_GLOBALS, interpreted
from .records import NetworkRecord

__all__ = ["NetworkRecord", "UnsafePickleError", "naming", "read_pickle"]

# What reading a broken file may end in besides the errors that say so; a RecursionError is a RuntimeError.
FAILURES = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RuntimeError, MemoryError)


def read_pickle(path: str | os.PathLike) -> dict[str, Any]:
    """The dict in a published pickle; its networks are NetworkRecords, its tensors TensorRecords.

    Raises UnsafePickleError, naming what it refuses, and InputError for a file that is no such pickle.
    """
    with naming(path):
        reading = read_plain(_content(path), ALLOWED_GLOBALS)
        content = interpreted(reading)
        if not isinstance(content, dict):
            raise InputError(f"holds a {type(content).__name__}, expected a dict of networks")
        return content


@contextmanager
def naming(path: str | os.PathLike) -> Iterator[None]:
    """Whatever goes wrong with a file's content becomes one line that names the file."""
    try:
        yield
    except UnsafePickleError as error:
        reason = f"refused, nothing in it was executed: {error}"
        raise UnsafePickleError(about_file(path, reason)) from error
    except InputError as error:
        raise InputError(about_file(path, error)) from error
    except OSError as error:
        raise InputError(about_file(path, f"can't be read ({error.strerror or error})")) from error
    except FAILURES as error:
        kind = "" if isinstance(error, BrokenPickleError) else f"{type(error).__name__}: "
        reason = f"not a whole pickle of networks ({kind}{in_a_line(error, 150)})"
        raise InputError(about_file(path, reason)) from error


def _content(path: str | os.PathLike) -> memoryview:
    size = Path(path).stat().st_size
    if size > Budget.size:
        raise ValueError(f"{size} bytes; at most {Budget.size} are known")
    return memoryview(Path(path).read_bytes())
