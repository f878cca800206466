"""One input: what should become of it, and what does."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from synthgap.data.images import ImageReader, load_info, save_images, save_info
from synthgap.data.packing import DatasetConfig, pack_dataset
from synthgap.data.samples import read_samples
from synthgap.data.sources import kind_of
from synthgap.run.errors import InputError
from synthgap.sets.deal import check_samples

from .drawing import CAT_DOG, drawn_labels, tree, write, zipped

ROOT = Path(__file__).parents[2]
SEVERAL = -1  # classes that the images of one name were drawn with


@dataclass(frozen=True)
class Refused:
    """An InputError whose message holds `told`."""

    told: str


@dataclass(frozen=True)
class Taken:
    """classes: names in the order of the labels, and the class that each one's images were drawn with; sizes:
    images per split, or in all; told: part of the warnings, "" where there must be none.
    """

    classes: Mapping[str, int] = field(default_factory=lambda: CAT_DOG)
    sizes: tuple[int, ...] = (6, 6)
    told: str = ""


class Verdict(Enum):
    ACCEPTED_RIGHTLY = "accepted rightly"
    REFUSED_RIGHTLY = "refused rightly"
    ACCEPTED_WRONGLY = "accepted wrongly"
    REFUSED_WRONGLY = "refused wrongly, or with another message"
    TRACEBACK = "tracebacks"


@dataclass(frozen=True)
class Input:
    """take: writes the input into a folder, hands it to the project and says what became of it."""

    kind: str
    name: str
    expected: Taken | Refused
    take: Callable[[Path], Taken]


@dataclass(frozen=True)
class Judged:
    """happens: the message as the user reads it, or the result in a few words."""

    input: Input
    verdict: Verdict
    happens: str


def data(
    kind: str, name: str, expected: Taken | Refused, build: Callable[[Path], Path], /, **config
) -> Input:
    """A data set. build: writes it and says where; config: of DatasetConfig, its kind as the path says."""

    def take(folder: Path) -> Taken:
        return _packed(build(folder), folder, **config)

    return Input(kind, name, expected, take)


def folder(
    kind: str, name: str, expected: Taken | Refused, files: Mapping[str, bytes | str], /, **config
) -> Input:
    return data(kind, name, expected, lambda at: write(at / "x", files), **config)


def archive(
    kind: str, name: str, expected: Taken | Refused, files: Mapping[str, bytes | str], /, **config
) -> Input:
    return data(kind, name, expected, lambda at: zipped(at / "x.zip", files), **config)


def samples(
    kind: str,
    name: str,
    expected: Taken | Refused,
    classes: Mapping[str, int],
    build: Callable[[Path], Path],
    named: tuple[str, ...] = (),
    count: int = 6,
) -> Input:
    """Samples beside a data set of those classes. named: the config's key `classes`."""

    def take(folder: Path) -> Taken:
        _packed(write(folder / "data", tree(classes, count)), folder)
        info = load_info(folder / "packed.json")
        found = read_samples(str(build(folder)), info, "sets: mine", named)
        real = {split: ImageReader(folder / f"{split}.safetensors") for split in ("train", "test")}
        check_samples(found, real, info.class_names, "sets: mine")
        return _seen(info.class_names, found.images, found.labels, (len(found.labels),))

    return Input(kind, name, expected, take)


def _packed(path: Path, folder: Path, **config: Any) -> Taken:
    config = {"kind": kind_of(str(path))} | config
    train, test, info = pack_dataset(DatasetConfig(path=str(path), **config), seed=0)
    save_info(folder / "packed.json", info)
    for split, images in (("train", train), ("test", test)):
        save_images(folder / f"{split}.safetensors", images)
    images, labels = (np.concatenate([getattr(s, n) for s in (train, test)]) for n in ("images", "labels"))
    return _seen(info.class_names, images, labels, (len(train), len(test)))


def _seen(names: list[str], images: np.ndarray, labels: np.ndarray, sizes: tuple[int, ...]) -> Taken:
    """Which class each name's images were drawn with, or SEVERAL."""
    drawn = drawn_labels(images)
    found = {name: sorted(set(drawn[labels == i].tolist())) for i, name in enumerate(names)}
    return Taken({name: each[0] if len(each) == 1 else SEVERAL for name, each in found.items()}, sizes)


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def judge(each: Input, folder: Path) -> Judged:
    """Hand one input to the project. folder: a new one of its own."""
    folder.mkdir(parents=True)
    handler = _Warnings()
    logger = logging.getLogger("synthgap")
    logger.addHandler(handler)
    try:
        found = each.take(folder)
    except InputError as error:
        message = _without_places(str(error), folder)
        fits = isinstance(each.expected, Refused) and each.expected.told in message
        return Judged(each, Verdict.REFUSED_RIGHTLY if fits else Verdict.REFUSED_WRONGLY, message)
    except Exception as error:
        return Judged(each, Verdict.TRACEBACK, f"{type(error).__name__}: {error}")
    finally:
        logger.removeHandler(handler)
    told = _without_places("; ".join(handler.lines), folder)
    fits = isinstance(each.expected, Taken) and _fits(each.expected, found, told)
    happens = in_words(Taken(found.classes, found.sizes, told))
    return Judged(each, Verdict.ACCEPTED_RIGHTLY if fits else Verdict.ACCEPTED_WRONGLY, happens)


def _without_places(text: str, folder: Path) -> str:
    return text.replace(str(folder), "/data").replace(f"{ROOT}/", "")


def _fits(expected: Taken, found: Taken, told: str) -> bool:
    same = list(expected.classes.items()) == list(found.classes.items()) and expected.sizes == found.sizes
    return same and (expected.told in told if expected.told else not told)


def in_words(result: Taken | Refused) -> str:
    """For the table."""
    if isinstance(result, Refused):
        return f"refused: {result.told}"
    names, drawn = list(result.classes), list(result.classes.values())
    shown = ", ".join(name[:20] for name in names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
    plain = drawn == sorted(set(drawn)) and SEVERAL not in drawn
    order = "" if plain else f" = {', '.join('several' if c == SEVERAL else str(c) for c in drawn)}"
    told = f"; {result.told}" if result.told else ""
    sizes = f"; {' + '.join(map(str, result.sizes))} images" if result.sizes else ""
    return f"{shown}{order}{sizes}{told}"
