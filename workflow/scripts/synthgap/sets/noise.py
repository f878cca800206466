"""The noise of every image: a function of names, not of the order of work (numpy)."""

import numpy as np

from ..data.randomness import derive_key


def sampling_noise(
    shape: tuple[int, ...],
    index: np.ndarray,
    *,
    seed: int,
    replicate: int,
    split: str,
    t_re: int,
    step: int,
) -> np.ndarray:
    """Standard normal noise for the images at `index` of a split: float64 [N, *shape].

    step 0 is the noise that corrupts the image; step i > 0 is drawn by the i-th step of a
    stochastic sampler. Philox counts within the lowest word of its counter, so that each
    (image, step) has a stream of its own.
    """
    key = derive_key(seed, "sampling", replicate, split, t_re)
    noise = np.empty((len(index), *shape))
    for row, position in zip(noise, index, strict=True):
        bits = np.random.Philox(key=key, counter=[0, 0, step, int(position)])
        np.random.Generator(bits).standard_normal(out=row)
    return noise
