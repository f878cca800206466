"""Image files in a zip."""

from ...plan.declarations import DataFormat
from ..folders import read_zip
from ..labelled import Source
from ..sources import SourceConfig, required_path

DECLARATION = DataFormat(
    summary="The same in a zip, or a zip in EDM's format.",
    needs_path=True,
    matches=lambda path: path.suffix == ".zip",
)


def read(config: SourceConfig, downloads: str) -> Source:
    return read_zip(required_path(config), config.resolution)
