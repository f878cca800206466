"""Progress of long loops: to standard error, which a job sends to its log and the terminal."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def progress(
    items: Iterable[Item], label: str, unit: str = "it", *, total: int | None = None, initial: int = 0
) -> Iterator[Item]:
    """Pass the items on and show how many are done, how fast, and the time left."""
    yield from tqdm(
        items, label, total, unit=unit, initial=initial, file=sys.stderr, mininterval=2, maxinterval=10
    )
