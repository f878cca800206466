"""What a stranger's file may cost: no size that it claims is believed, none is allocated unasked."""

import os
from pathlib import Path
from typing import IO, Any

from ...run.errors import InputError, shown_path
from ...run.machine import machine_memory

MIB, GIB = 2**20, 2**30
LARGEST_FILE = 512 * MIB  # of one image, packed or not


def check_memory(wanted: int, path: object, what: str) -> None:
    """Raise InputError where arrays of so many bytes can't be held."""
    if wanted > (available := machine_memory()):
        raise InputError(
            f"dataset.path: {shown_path(path)}: {what} take {wanted / GIB:.1f} GiB, this machine has "
            f"{available / GIB:.1f}; set dataset.resolution or dataset.max_images lower, or bring fewer"
        )


def read_bounded(path: str | os.PathLike, largest: int = LARGEST_FILE) -> bytes:
    """A regular file's bytes. Raises ValueError for a larger file, and for pipes and devices, which may
    never end.
    """
    file = Path(path)
    if not file.is_file():
        raise ValueError("it is no regular file")
    if file.stat().st_size > largest:
        raise ValueError(f"it has {file.stat().st_size} bytes, {largest} are the most that is read")
    with file.open("rb") as opened:
        return opened.read(largest)


class Limited:
    """A file of which so many bytes may be read, however small it is when compressed."""

    def __init__(self, file: IO[bytes] | Any, largest: int) -> None:
        self.file, self.largest = file, largest

    def read(self, size: int = -1) -> bytes:
        """Raises ValueError where that leads beyond the limit."""
        self._check(self.file.tell() + (size if size >= 0 else 0))
        return self.file.read(size if size >= 0 else self.largest - self.file.tell() + 1)

    def seek(self, position: int) -> int:
        self._check(position)
        return self.file.seek(position)

    def tell(self) -> int:
        return self.file.tell()

    def _check(self, position: int) -> None:
        if not 0 <= position <= self.largest:
            raise ValueError(f"it unpacks to more than {self.largest} bytes")
