"""Image files in a folder."""

from pathlib import Path

from ...plan.declarations import DataFormat
from ..labelled import Source
from ..layouts import read_tree
from ..sources import SourceConfig, required_path
from ..trees import folder_tree

DECLARATION = DataFormat(
    summary="Image files at `path`: a folder per class, below train/ and test/ (or val/) or not; EDM's "
    "output; tiny-imagenet.",
    needs_path=True,
    matches=Path.is_dir,
)


def read(config: SourceConfig, downloads: str) -> Source:
    return read_tree(folder_tree(required_path(config)), config.resolution)
