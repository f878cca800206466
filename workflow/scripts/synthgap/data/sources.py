"""Where data sets come from: one function a kind, images in and nothing decided about them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Source:
    """images: uint8 [N, H, W, C]; labels: int64 [N]; class_names in label order; a description."""

    images: np.ndarray
    labels: np.ndarray
    class_names: list[str]
    description: str


def read_digits() -> Source:
    """scikit-learn's 1,797 handwritten digits: 8x8, 17 grey levels, spread over 0..255."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.round(digits.images * (255 / 16)).astype(np.uint8)[..., None]
    return Source(
        images,
        digits.target.astype(np.int64),
        [str(name) for name in digits.target_names],
        "scikit-learn load_digits (UCI optical recognition of handwritten digits)",
    )


READERS = {"digits": read_digits}
