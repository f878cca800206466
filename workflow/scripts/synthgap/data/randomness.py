"""Random numbers that belong to names, not to the order in which they are drawn.

Every generator is Philox (Salmon et al. 2011), a counter-based one: the numbers depend on the key
alone, so a job may draw them in any order, on any machine, after any interruption.
"""

import hashlib
import json

import numpy as np


def derive_key(seed: int, *names: str | int) -> int:
    """A 128-bit key for (seed, names): distinct names give unrelated keys.

    Raises ValueError for a negative seed.
    """
    if seed < 0:
        raise ValueError(f"a seed is a whole number from 0 up, not {seed}")
    text = json.dumps([seed, *names])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")


def derive_seed(seed: int, *names: str | int) -> int:
    """A seed below 2**63 for (seed, names), for libraries that take one number."""
    return derive_key(seed, *names) >> 65


def random_generator(seed: int, *names: str | int) -> np.random.Generator:
    """A numpy generator of its own for (seed, names)."""
    return np.random.Generator(np.random.Philox(key=derive_key(seed, *names)))
