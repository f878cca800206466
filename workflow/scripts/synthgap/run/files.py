"""Files that appear whole or not at all."""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .digests import BROKEN, sealed, unsealed
from .errors import InputError, about_file


@contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it becomes `path` when the block ends well.

    The temporary name keeps the suffix, as writers choose a format by it, and is unique, as a
    job that a scheduler wrongly believes dead may still be writing the same file.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


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
