"""Image files in a folder."""

from pathlib import Path

from ...plan.declarations import DataFormat
from ...run.errors import InputError, shown_path
from ..labelled import Source
from ..layouts import read_tree
from ..sources import SourceConfig, kind_of, required_path
from ..trees import folder_tree

DECLARATION = DataFormat(
    summary="Image files at `path`: a folder per class, below train/ and test/ (or val/) or not; EDM's "
    "output; tiny-imagenet.",
    needs_path=True,
    matches=Path.is_dir,
)


def read(config: SourceConfig, downloads: str) -> Source:
    path = required_path(config)
    if not path.is_dir():
        raise InputError(
            f"dataset.path: {shown_path(path)} is a file; set dataset.kind: {kind_of(str(path))}"
        )
    return read_tree(folder_tree(path), config.resolution)
