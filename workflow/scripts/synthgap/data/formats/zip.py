"""Image files in a zip."""

from ...plan.declarations import DataFormat
from ..labelled import Source
from ..layouts import read_tree
from ..sources import SourceConfig, required_path
from ..trees import zip_tree

DECLARATION = DataFormat(
    summary="The same in a zip.",
    needs_path=True,
    matches=lambda path: path.suffix.lower() == ".zip",
)


def read(config: SourceConfig, downloads: str) -> Source:
    return read_tree(zip_tree(required_path(config)), config.resolution)
