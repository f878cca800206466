"""Images in the frequency domain, where generators leave traces. Frank et al. (2020)."""

import numpy as np
from scipy.fft import dctn

CHUNK = 4096  # images at once


def log_dct(images: np.ndarray) -> np.ndarray:
    """Ln of the orthonormal type-II DCT's magnitude per channel, of raw pixels: float64 [N, H, W, C].

    images: uint8 [N, H, W, C].
    """
    return np.log(_magnitudes(images) + 1e-12)


def standardised_dct(parts: list[np.ndarray]) -> list[np.ndarray]:
    """log_dct of each part, every coefficient with the mean 0 and the deviation 1 of the first part's."""
    signals = [log_dct(images) for images in parts]
    mean, deviation = signals[0].mean(axis=0), signals[0].std(axis=0)
    deviation[deviation == 0] = 1  # a coefficient that never varies tells nothing
    return [(signal - mean) / deviation for signal in signals]


def mean_spectrum(images: np.ndarray) -> np.ndarray:
    """Ln of the DCT's magnitude averaged over images and channels: [H, W], low frequencies first.

    images: uint8 [N, H, W, C]. The mean comes before the logarithm: a coefficient that is exactly 0 in
    some image would rule the mean of the logarithms.
    """
    total = np.zeros(images.shape[1:3])
    for start in range(0, len(images), CHUNK):
        total += _magnitudes(images[start : start + CHUNK]).sum(axis=(0, 3))
    return np.log(total / (len(images) * images.shape[3]) + 1e-12)


def _magnitudes(images: np.ndarray) -> np.ndarray:
    return np.abs(dctn(images.astype(np.float64), type=2, norm="ortho", axes=(1, 2)))
