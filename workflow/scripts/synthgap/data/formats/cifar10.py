"""CIFAR-10."""

from ...plan.declarations import DataFormat
from ..cifar import CIFAR10, read_cifar
from ..labelled import Source
from ..sources import SourceConfig, required_path

DECLARATION = DataFormat(
    summary="CIFAR-10, fetched (see downloads), or its archive or folder at `path`.",
    images=(50_000, 10_000),
    shape=(32, 32, 3),
)


def read(config: SourceConfig, downloads: str) -> Source:
    return read_cifar(required_path(config), CIFAR10)
