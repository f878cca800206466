"""Networks whose labels are numbers, beside a data set whose classes have names."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from synthgap.data.images import DatasetInfo, ImageSet
from synthgap.models.kinds.file import FileOptions, make
from synthgap.models.task import ModelTask

from .judging import Input, Refused, Taken

KIND = "networks"
GOLDEN = Path(__file__).parents[2] / "tests/golden"
LETTERS = {letter: i for i, letter in enumerate("abcdefghij")}
NUMBERS = {str(i): i for i in range(10)}
FROM_1 = {str(i): i - 1 for i in range(1, 11)}
NATURAL = {f"class {name}": int(name) for name in sorted(map(str, range(10, 20)))}
MIXED = {f"class {i}": i for i in sorted(range(1, 11), key=str)}
EDM = "edm_ddpmpp.pkl"


def inputs() -> list[Input]:
    digits = tuple(sorted(FROM_1, key=lambda name: int(name) % 10))  # SVHN's makers: 10 comes first
    return [
        _network("EDM's pickle, classes a to j", Taken(LETTERS, ()), EDM, LETTERS),
        _network("EDM's pickle, classes 0 to 9", Taken(NUMBERS, ()), EDM, NUMBERS),
        _network("EDM's pickle, classes 1 to 10", Refused("set classes"), EDM, FROM_1),
        _network(
            "the same with classes: 10, 1 to 9",
            Taken({n: int(n) % 10 for n in FROM_1}, ()),
            EDM,
            FROM_1,
            digits,
        ),
        _network("EDM's pickle, class 1, class 10, class 2 ...", Refused("set classes"), EDM, MIXED),
        _network("EDM's pickle, class 10 to class 19", Taken(NATURAL_PLACES, ()), EDM, NATURAL),
        _network("EDM's pickle, two classes", Refused("num_classes"), EDM, {"cat": 0, "dog": 1}),
        _network("EDM's pickle, other resolution", Refused("resolution"), EDM, LETTERS, resolution=28),
        _network(
            "classes with an unknown name",
            Refused("is unknown or twice"),
            EDM,
            LETTERS,
            ("x", *list(LETTERS)[1:]),
        ),
        _network("classes with one too few", Refused("is missing"), EDM, LETTERS, tuple(LETTERS)[1:]),
        _network(
            "StyleGAN2's pickle, classes a to j",
            Taken(LETTERS, ()),
            "stylegan2ada.pkl",
            LETTERS,
            role="generator",
        ),
        _network("StyleGAN2's pickle for a denoiser", Refused("expected"), "stylegan2ada.pkl", LETTERS),
        _network("EDM's pickle for a generator", Refused("expected one of"), EDM, LETTERS, role="generator"),
    ]


NATURAL_PLACES = {name: i for i, name in enumerate(NATURAL)}


def _network(
    name: str,
    expected: Taken | Refused,
    file: str,
    classes: Mapping[str, int],
    named: tuple[str, ...] = (),
    role: str = "denoiser",
    resolution: int | None = None,
) -> Input:
    """The network's number for each class is what it is `drawn with`."""

    def take(folder: Path) -> Taken:
        from synthgap.data.classes import network_numbers
        from synthgap.models.loading import load_network

        network = load_network(GOLDEN / file)
        size = resolution or network.resolution
        info = DatasetInfo(list(classes), [0], size, network.channels, {}, "")
        nothing = ImageSet(
            np.empty((0, size, size, 3), np.uint8), np.empty(0, np.int64), np.empty(0, np.int64)
        )
        options = FileOptions(path=file, classes=named)
        task = ModelTask("net", options, (role,), 0, nothing, info, "cpu", folder, "", str(GOLDEN / file))
        make(task)
        numbers = network_numbers(list(classes), named, file)
        return Taken(dict(zip(classes, numbers.tolist(), strict=True)), ())

    return Input(KIND, name, expected, take)
