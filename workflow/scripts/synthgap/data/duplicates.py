"""Images that are there more than once, which a score can't tell from good ones."""

import hashlib
from typing import NamedTuple

import numpy as np


class Repeats(NamedTuple):
    """train, test: images that are in their split before, bool [N] each; shared: images of the test split
    that are in the training split too, bool [N]; other_class: how many of all those have another class there.
    """

    train: np.ndarray
    test: np.ndarray
    shared: np.ndarray
    other_class: int

    def text(self) -> str:
        """What there is of them, with its share; "" where there are none."""
        told = [
            (self.shared, "test images are in the training split too"),
            (self.train, "training images repeat others"),
            (self.test, "test images repeat others"),
        ]
        parts = [
            f"{found.sum()} of {len(found)} {words} ({found.mean():.1%})"
            for found, words in told
            if found.any()
        ]
        if self.other_class:
            parts.append(f"{self.other_class} of them have another class there")
        return ", ".join(parts)


def find_repeats(
    train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray
) -> Repeats:
    """Pixel by pixel the same; images uint8 [N, H, W, C], labels int64 [N]."""
    found_train, found = digests(train), digests(test)
    train_again, train_other = _again(found_train, train_labels)
    test_again, test_other = _again(found, test_labels)
    known = dict(zip(reversed(found_train), reversed(train_labels.tolist()), strict=True))
    shared = np.array([digest in known for digest in found], bool)
    other = sum(
        known[digest] != label
        for digest, label in zip(found, test_labels.tolist(), strict=True)
        if digest in known
    )
    return Repeats(train_again, test_again, shared, int(train_other + test_other + other))


def digests(images: np.ndarray) -> list[bytes]:
    """A hash of each image."""
    return [hashlib.blake2b(image.tobytes(), digest_size=16).digest() for image in images]


def _again(found: list[bytes], labels: np.ndarray) -> tuple[np.ndarray, int]:
    """Which were there before, and how many of those with another class."""
    first: dict[bytes, int] = {}
    again = np.zeros(len(found), bool)
    other = 0
    for i, (digest, label) in enumerate(zip(found, labels.tolist(), strict=True)):
        again[i] = digest in first
        other += first.setdefault(digest, label) != label
    return again, other
