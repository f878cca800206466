"""Progress of long loops: to standard error, which a job sends to its log and the terminal."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def progress(
    items: Iterable[Item], label: str, unit: str = "it", *, total: int | None = None, initial: int = 0
) -> Iterator[Item]:
    """Pass the items on and show how many are done, how fast, and the time left."""
    yield from _bar(items, desc=label, total=total, unit=unit, initial=initial)


def batches(total: int, size: int, label: str, quiet: bool = False) -> Iterator[slice]:
    """Slices of `size` over `total` images, the last one shorter; shows the progress, unless quiet."""
    with _bar(desc=label, total=total, unit="image", disable=quiet) as bar:
        for start in range(0, total, size):
            stop = min(start + size, total)
            yield slice(start, stop)
            bar.update(stop - start)


def _bar(items: Iterable[Any] | None = None, **options: Any) -> tqdm:
    return tqdm(items, file=sys.stderr, mininterval=2, maxinterval=10, **options)
