"""Networks on disk, of every kind that is known here."""

import os

from torch import nn

from .denoisers import DENOISERS
from .formats.pickles import UnsafePickleError
from .generators import GENERATORS
from .storage import read_network, save_network

__all__ = ["UnsafePickleError", "load_network", "save_network"]

KINDS = DENOISERS | GENERATORS


def load_network(path: str | os.PathLike) -> nn.Module:
    """Read a denoiser or a generator, ours or NVIDIA's: see read_network, also for the errors."""
    return read_network(path, KINDS)
