"""Images in the frequency domain, where generators leave traces. Frank et al. (2020)."""

import numpy as np
from scipy.fft import dctn


def log_dct(images: np.ndarray) -> np.ndarray:
    """Ln of the orthonormal type-II DCT's magnitude per channel, of raw pixels: float64 [N, H, W, C].

    images: uint8 [N, H, W, C].
    """
    coefficients = dctn(images.astype(np.float64), type=2, norm="ortho", axes=(1, 2))
    return np.log(np.abs(coefficients) + 1e-12)
