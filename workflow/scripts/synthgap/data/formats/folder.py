"""Image files in a folder."""

from pathlib import Path

from ...plan.declarations import DataFormat
from ..folders import read_folder
from ..labelled import Source
from ..sources import SourceConfig, required_path

DECLARATION = DataFormat(
    summary="Image files at `path`, a folder per class, below train/ and test/ or not.",
    needs_path=True,
    matches=Path.is_dir,
)


def read(config: SourceConfig, downloads: str) -> Source:
    return read_folder(required_path(config), config.resolution)
