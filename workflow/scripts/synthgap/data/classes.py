"""Names of classes and their numbers, and what a number means where both meet."""

import logging
import re
from collections.abc import Iterable, Sequence

import numpy as np

from ..run.errors import InputError, in_a_line, printable

logger = logging.getLogger(__name__)
MOST_SHOWN = 200  # characters of a mapping or a list of names in a message


def are_numbers(names: Iterable[str]) -> bool:
    """Whether all names are whole numbers."""
    return all(re.fullmatch(r"[0-9]{1,18}", name) for name in names)


def sorted_classes(names: Iterable[str]) -> list[str]:
    """Each name once: as text, or by value where all are whole numbers."""
    each = sorted(set(names))
    return sorted(each, key=lambda name: (int(name), name)) if are_numbers(each) else each


def listed(names: Iterable[object], longest: int = MOST_SHOWN) -> str:
    """The first of the names, as many as there is room for, and how many more there are."""
    shown: list[str] = []
    length, rest = 0, 0
    for name in names:
        text = printable(str(name), 40)
        length += len(text) + 2
        if rest or (shown and length > longest):
            rest += 1
        else:
            shown.append(text)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def shown_mapping(numbers: Iterable[int], names: Iterable[str], longest: int = MOST_SHOWN) -> str:
    """`0 = cat, 1 = dog`."""
    return listed((f"{number} = {name}" for number, name in zip(numbers, names, strict=False)), longest)


def name_numbers(labels: np.ndarray, place: str) -> tuple[np.ndarray, list[str]]:
    """Labels from 0, int64 [N], and the numbers' names, of a data set that has numbers alone, from 0 or 1.

    place: of the labels, for the message. Raises InputError for other numbers, as ids have them: no memory is
    set aside for them.
    """
    low, high = (int(labels.min()), int(labels.max())) if len(labels) else (0, 0)
    if low not in (0, 1) or high >= low + len(labels):
        raise InputError(
            f"dataset.path: {place} has labels from {low} to {high}; expected 0 to the number of classes - "
            "1, or 1 to that number; number the classes anew"
        )
    return labels - low, [str(number) for number in range(low, high + 1)]


def match_numbers(
    numbers: Iterable[int], class_names: Sequence[str], classes: Sequence[str], origin: str
) -> dict[int, int]:
    """The data set's label that each number stands for, which a generator's makers gave its classes.

    classes: the names in the order of the numbers, as the config says, or none. Raises InputError where the
    numbers fit no reading of the names, or more than one.
    """
    found = sorted(set(numbers))
    classes = [str(name) for name in classes]
    if classes:
        names = _given(found, class_names, classes, origin)
    else:
        readings = _readings(found, class_names)
        if len(readings) != 1:
            raise InputError(in_a_line(_question(found, class_names, readings, origin)))
        names = readings[0]
    return {number: class_names.index(name) for number, name in names.items()}


def network_numbers(class_names: Sequence[str], classes: Sequence[str], origin: str) -> np.ndarray:
    """A network's own number for each of the data set's labels: int64 [classes]. See match_numbers."""
    meant = match_numbers(range(len(class_names)), class_names, classes, origin)
    logger.info("classes: %s", shown_mapping(meant, (class_names[label] for label in meant.values()), 10_000))
    return np.argsort(np.array(list(meant.values()), np.int64))


def _given(
    found: list[int], class_names: Sequence[str], classes: Sequence[str], origin: str
) -> dict[int, str]:
    if sorted(classes) != sorted(class_names):
        wrong = [name for name in classes if name not in class_names or list(classes).count(name) > 1]
        missing = [name for name in class_names if name not in classes]
        problem = f"{wrong[0]} is unknown or twice" if wrong else f"{missing[0]} is missing"
        expected = "it holds each class of the data set once, in the order of the numbers: "
        raise InputError(in_a_line(f"{origin}: classes: {problem}; {expected}{listed(class_names, 100)}"))
    for first in (0, 1):
        if reading := _in_places(found, classes, first):
            return reading
    raise InputError(
        f"{origin} has the classes {listed(found, 60)}, but the key classes {len(classes)} names; numbers "
        "start at 0 or 1, and end with the names"
    )


def _readings(found: list[int], class_names: Sequence[str]) -> list[dict[int, str]]:
    """What the numbers may mean: the classes' names, where those are numbers; their places, from 0 or else
    from 1, as the data set has them or as other tools sort them.
    """
    places = _in_places(found, class_names, 0) or _in_places(found, class_names, 1)
    by_value = {int(name): name for name in class_names} if are_numbers(class_names) else {}
    if set(found) <= set(by_value):
        straight = list(by_value) == list(range(len(class_names)))
        from_0 = {} if straight else _in_places(found, class_names, 0)
        candidates = [{number: by_value[number] for number in found}, from_0]
    else:
        candidates = [places]
        in_order = sorted(class_names, key=int) if by_value else sorted(class_names)
        if places and list(class_names) == in_order:
            first = 0 if places == _in_places(found, class_names, 0) else 1
            others = (sorted(class_names), _natural(class_names))
            candidates += [_in_places(found, order, first) for order in others]
    return [each for i, each in enumerate(candidates) if each and each not in candidates[:i]]


def _in_places(found: list[int], names: Sequence[str], first: int) -> dict[int, str]:
    """The names at those places, numbered from `first`; none where there aren't as many."""
    fits = set(found) <= set(range(first, first + len(names)))
    return {number: names[number - first] for number in found} if fits else {}


def _natural(class_names: Sequence[str]) -> list[str]:
    """As file managers sort: class 2 before class 10, whatever the case of letters."""

    def parts(name: str) -> list[tuple[int, str]]:
        pieces = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
        return [(int(piece), "") if are_numbers([piece]) else (10**18, piece) for piece in pieces]

    return sorted(class_names, key=parts)


def _question(
    found: list[int], class_names: Sequence[str], readings: list[dict[int, str]], origin: str
) -> str:
    said = f"{origin} has the classes {listed(found, 30)}"
    if not readings:
        known = shown_mapping(range(len(class_names)), class_names, 60)
        return (
            f"{said}; expected those of the data set, {known}, which has {len(class_names)}; number them so"
        )
    differing = [number for number in found if len({reading[number] for reading in readings}) > 1]
    shown = [shown_mapping(differing, [each[n] for n in differing], 40) for each in readings[:2]]
    # The examples come last, as they are what may be cut.
    return f"{said}; set classes, the names in the order of the numbers: they may mean {', or '.join(shown)}"
