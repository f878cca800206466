"""Between pixels and the scale that networks see."""

import numpy as np


def to_signal(images: np.ndarray) -> np.ndarray:
    """uint8 pixels to the network's scale: float64 in [-1, 1]."""
    return images / 127.5 - 1.0


def to_pixels(signal: np.ndarray, grey_levels: np.ndarray | None = None) -> np.ndarray:
    """The network's scale to the nearest of the grey levels: uint8 (ties go up).

    grey_levels: ascending, in 0..255; None: all 256.
    """
    levels = np.arange(256) if grey_levels is None else np.asarray(grey_levels)
    boundaries = (levels[1:] + levels[:-1]) / 2
    nearest = np.searchsorted(boundaries, signal * 127.5 + 127.5, side="right")
    return levels.astype(np.uint8)[nearest]
