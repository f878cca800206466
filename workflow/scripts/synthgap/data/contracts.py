"""What the functions of data formats are (see plan/declarations.py)."""

from typing import Protocol

from .sources import Source, SourceConfig


class Read(Protocol):
    """The images and labels of a data set, or of a user's samples.

    downloads: the folder that what is fetched lies in. Raises InputError for what is no such data set.
    """

    def __call__(self, config: SourceConfig, downloads: str) -> Source: ...
