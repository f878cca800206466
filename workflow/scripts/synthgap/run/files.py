"""Files that appear whole or not at all."""

import errno
import json
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .digests import BROKEN, sealed, unsealed
from .errors import InputError, about_file

REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR)


@contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it becomes `path` when the block ends well.

    The temporary name keeps the suffix, as writers choose a format by it, and is unique, as a
    job that a scheduler wrongly believes dead may still be writing the same file. Raises InputError where
    the disk is full, or may not be written to.
    """
    path = Path(path)
    temporary = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, path)
    except Exception as error:
        if (problem := refusal(error)) is not None:
            raise InputError(about_file(path, f"can't be written: {problem}")) from error
        raise
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def refusal(error: Exception) -> str | None:
    """Why the machine doesn't read or write a file, where that is what the error says; else None."""
    number = error.errno if isinstance(error, OSError) else None
    if found := re.search(r"\(os error (\d+)\)", str(error)):  # as safetensors says it
        number = int(found[1])
    if number is None or number not in REFUSALS:
        return None
    return f"{os.strerror(number)}; mend that, and run again"


def write_text(path: str | os.PathLike, text: str) -> None:
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | os.PathLike, content: dict) -> None:
    """Write it with its check value."""
    write_text(path, json.dumps(sealed(content), indent=2, ensure_ascii=False) + "\n")


def read_json(path: str | os.PathLike) -> dict:
    """What write_json wrote. Raises InputError for another content than that."""
    try:
        return unsealed(json.loads(Path(path).read_bytes()))
    except ValueError as error:
        raise InputError(about_file(path, BROKEN)) from error
