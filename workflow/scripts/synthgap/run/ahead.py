"""Work for the processor while a GPU is busy."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


def made_ahead(make: Callable[[Key], Made], keys: Iterable[Key]) -> Iterator[Made]:
    """make(key) of each key, in order, each made by a thread while the one before is in use.

    make: gives the same whatever thread calls it, and when. Its errors come where its result would.
    """
    with ThreadPoolExecutor(1) as thread:
        last: Future[Made] | None = None
        for key in keys:
            coming = thread.submit(make, key)
            if last is not None:
                yield last.result()
            last = coming
        if last is not None:
            yield last.result()
