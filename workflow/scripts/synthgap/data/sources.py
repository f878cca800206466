"""Reading a data set, whatever kind it is of (see data/formats)."""

from dataclasses import dataclass
from pathlib import Path

from ..plan.tables import PLUGINS, plugin
from ..run.errors import InputError, shown_path
from .labelled import Source


@dataclass(frozen=True)
class SourceConfig:
    """kind: of the data, see plan/tables.py. path: of the data on this machine (None: part of a package, or
    fetched here). resolution: pixels that images of other sizes are cropped and resized to (None: they have
    one size).
    """

    kind: str = "digits"
    path: str | None = None
    resolution: int | None = None


def read_source(config: SourceConfig, downloads: str) -> Source:
    """Read a data set. downloads: folder for what is fetched.

    Raises InputError for a data set that can't be read.
    """
    return plugin("data", config.kind).read(config, downloads)


def kind_of(path: str) -> str:
    """The kind of data at a path: the first whose declaration knows it, folders last, else zip, which
    then says what is wrong.
    """
    known = (name for name in PLUGINS["data"] if plugin("data", name).DECLARATION.matches(Path(path)))
    try:
        return next(known, "zip")
    except OSError:  # required_path tells that it can't be reached
        return "zip"


def required_path(config: SourceConfig) -> Path:
    """Raises InputError where the config names no path, or nothing is there."""
    if config.path is None:
        raise InputError(f"dataset.path: kind {config.kind} needs the path of your data; set it")
    path = Path(config.path)
    try:
        if not path.exists():
            raise InputError(f"dataset.path: {shown_path(path)} does not exist")
    except OSError as error:
        raise InputError(f"dataset.path: {shown_path(path)} can't be reached ({error.strerror})") from error
    if not (path.is_file() or path.is_dir()):
        raise InputError(
            f"dataset.path: {shown_path(path)} is a pipe or a device; expected a file or a folder"
        )
    return path
