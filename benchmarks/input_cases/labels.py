"""What numbers and names mean."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from .drawing import (
    CAT_DOG,
    TWELVE,
    arrays,
    drawn,
    edm,
    edm_labels,
    encoded,
    npz,
    splits,
    tree,
    write,
    zipped,
)
from .judging import SEVERAL, Input, Refused, Taken, data, samples

KIND = "labels"
FROM_1 = {str(i): i for i in range(1, 11)}
NATURAL = {"class 1": 0, "class 10": 1, "class 2": 2}
INT = "expected one whole number"


def inputs() -> list[Input]:
    return _data() + _samples()


def _npz(name: str, expected: Taken | Refused, **changes) -> Input:
    return data(KIND, f"npz: {name}", expected, lambda at: npz(at, **(arrays() | changes)))


def _edm(name: str, expected: Taken | Refused, *labels: object) -> Input:
    return data(
        KIND, f"EDM's zip: {name}", expected, lambda at: zipped(at / "x.zip", edm(edm_labels(*labels)))
    )


def _data() -> list[Input]:
    zero_one = np.arange(12) % 2
    numbers = {"0": 0, "1": 1}
    image = encoded(drawn(0, 0))
    return [
        data(KIND, "folders 0 to 11", Taken(TWELVE, (36, 36)), lambda at: write(at / "x", tree(TWELVE))),
        data(KIND, "folders 1 to 10", Taken(FROM_1, (30, 30)), lambda at: write(at / "x", tree(FROM_1))),
        data(
            KIND,
            "folders 001 and 2",
            Taken({"001": 0, "2": 1}),
            lambda at: write(at / "x", tree({"2": 1, "001": 0})),
        ),
        _npz("labels from 1", Taken({"1": 0, "2": 1}), labels=zero_one + 1),
        _npz("labels from 2", Refused("has labels from 2 to 3"), labels=zero_one + 2),
        _npz("float labels", Refused(INT), labels=zero_one + 0.5),
        _npz("float labels that are whole", Refused(INT), labels=zero_one.astype(float)),
        _npz("NaN for a label", Refused(INT), labels=np.where(zero_one, np.nan, 0.0)),
        _npz("strings", Refused(INT), labels=np.where(zero_one, "dog", "cat")),
        _npz("bool labels", Refused(INT), labels=zero_one.astype(bool)),
        _npz("labels [N, 1]", Taken(numbers), labels=zero_one[:, None]),
        _npz("labels [N, 14]", Refused("several for each image"), labels=np.zeros((12, 14), int)),
        _npz("one-hot labels", Refused("several for each image"), labels=np.eye(2, dtype=int)[zero_one]),
        _npz("labels from 10^8", Refused("has labels from 100000000 to 100000001"), labels=zero_one + 10**8),
        _npz("0 and 10^8", Refused("has labels from 0 to 100000000"), labels=zero_one * 10**8),
        _npz("uint64 near 2^64", Refused(INT), labels=np.full(12, 2**64 - 1, np.uint64)),
        _npz("a label -1", Refused("from 0"), labels=zero_one - 1),
        _npz("uint8 labels", Taken(numbers), labels=zero_one.astype(np.uint8)),
        _npz("one label too few", Refused("labels in"), labels=zero_one[:-1]),
        _npz("no image of class 1", Refused("no image has the class 1"), labels=zero_one * 2),
        _npz(
            "the same image with two labels",
            Taken({"0": 0, "1": 0}, (6, 6), "have another class there"),
            images=np.stack([drawn(0)] * 12),
        ),
        data(
            KIND,
            "an image in two class folders",
            Taken({"cat": 0, "dog": SEVERAL}, (7, 6), "have another class there"),
            lambda at: write(at / "x", splits() | {"train/dog/9.png": image}),
        ),
        _edm("labels 0.7 and 1.7", Refused("has the label 0.7"), *np.arange(12) % 2 + 0.7),
        _edm("labels for half", Refused("has no label for 6 images"), *zero_one[:6].tolist()),
        data(
            KIND,
            "EDM's zip: two labels for an image",
            Refused("the labels 0 and 1"),
            lambda at: zipped(at / "x.zip", edm(edm_labels(*zero_one.tolist()) + edm_labels(1))),
        ),
        _edm("labels from 10^8", Refused("has labels from 100000000"), *(zero_one + 10**8).tolist()),
        _edm("labels from 1", Taken({"1": 0, "2": 1}), *(zero_one + 1).tolist()),
        _edm("names for labels", Refused("has the label 'cat'"), *["cat", "dog"] * 6),
        _edm("-1 for none", Refused("has the label -1"), *(zero_one - 1).tolist()),
        _edm("lists for labels", Refused("expected a whole number from 0"), *[[1, 0]] * 12),
    ]


def _numbers(classes: int = 2, count: int = 12, first: int = 0) -> Callable[[Path], Path]:
    return lambda at: npz(at, **arrays(classes, count, first))


def _samples() -> list[Input]:
    nine = dict(list(FROM_1.items())[-1:] + list(FROM_1.items())[:-1])  # SVHN's: 10 is the digit 0
    return [
        samples(KIND, "folders 0 to 11, samples 0 to 11", Taken(TWELVE, (72,)), TWELVE, _numbers(12, 72)),
        samples(
            KIND,
            "folders 1 to 10, samples 1 to 10",
            Taken(FROM_1, (60,)),
            FROM_1,
            lambda at: npz(at, **_shifted(1)),
        ),
        samples(KIND, "folders 1 to 10, samples 0 to 9", Refused("set classes"), FROM_1, _numbers(10, 60)),
        samples(
            KIND,
            "the same, with classes: 10, 1 to 9",
            Taken({name: (i + 1) % 10 for i, name in enumerate(FROM_1)}, (60,)),
            FROM_1,
            _numbers(10, 60),
            tuple(nine),
        ),
        samples(KIND, "class 1, 10, 2, samples 0 to 2", Refused("set classes"), NATURAL, _numbers(3, 18)),
        samples(KIND, "cat and dog, samples 0 and 1", Taken(CAT_DOG, (12,)), CAT_DOG, _numbers()),
        samples(KIND, "cat and dog, samples 1 and 2", Taken(CAT_DOG, (12,)), CAT_DOG, _numbers(first=1)),
        samples(
            KIND,
            "cat and dog, samples 0 and 2",
            Refused("has the classes 0, 2; expected"),
            CAT_DOG,
            lambda at: npz(at, **arrays() | {"labels": np.arange(12) % 2 * 2}),
        ),
        samples(
            KIND, "cat and dog, samples 0 to 2", Refused("has the classes 0, 1, 2"), CAT_DOG, _numbers(3)
        ),
        samples(
            KIND,
            "cat and dog, samples in folders of these names",
            Taken(CAT_DOG, (12,)),
            CAT_DOG,
            lambda at: write(at / "mine", tree()),
        ),
        samples(
            KIND,
            "cat and dog, samples in Cat and Dog",
            Refused("has the classes Cat, Dog; expected"),
            CAT_DOG,
            lambda at: write(at / "mine", tree({"Cat": 0, "Dog": 1})),
        ),
        samples(
            KIND,
            "cat and dog, EDM's zip",
            Taken(CAT_DOG, (12,)),
            CAT_DOG,
            lambda at: zipped(at / "mine.zip", edm()),
        ),
        samples(
            KIND,
            "too few samples of dog",
            Refused("it has 0 images of dog"),
            CAT_DOG,
            lambda at: npz(at, images=arrays()["images"], labels=np.zeros(12, int)),
        ),
        samples(
            KIND,
            "samples of 16 x 16 pixels beside 8 x 8",
            Refused("its images are [16, 16, 1]"),
            CAT_DOG,
            lambda at: npz(
                at, images=np.stack([drawn(i % 2, i, 16) for i in range(12)]), labels=np.arange(12) % 2
            ),
        ),
    ]


def _shifted(first: int) -> dict[str, np.ndarray]:
    """Ten classes drawn and labelled from `first` on."""
    labels = np.arange(60) % 10 + first
    return {"images": np.stack([drawn(n, i // 10) for i, n in enumerate(labels)]), "labels": labels}
