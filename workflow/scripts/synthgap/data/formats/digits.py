"""scikit-learn's 1,797 handwritten digits: 8x8, 17 grey levels."""

import numpy as np

from ...plan.declarations import DataFormat
from ..labelled import Labelled, Source
from ..sources import SourceConfig

DECLARATION = DataFormat(
    summary="scikit-learn's 1,797 handwritten digits, 8x8, which come with it.",
    takes_path=False,
    images=(1_797, 1_797),
    shape=(8, 8, 1),
)


def read(config: SourceConfig, downloads: str) -> Source:
    """scikit-learn's 1,797 handwritten digits: 8x8, 17 grey levels, spread over 0..255."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.round(digits.images * (255 / 16)).astype(np.uint8)[..., None]
    return Source(
        Labelled(images, digits.target.astype(np.int64)),
        None,
        [str(name) for name in digits.target_names],
        "scikit-learn load_digits (UCI optical recognition of handwritten digits)",
    )
