"""How torch computes in a job: device, threads, and scoped seeds."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from .errors import InputError


def select_device(name: str) -> torch.device:
    """The torch device called `cpu` or `cuda`. Raises InputError where there is no CUDA device."""
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError(
            "device: cuda was asked for, but torch sees no CUDA device here; run on a machine with an "
            "NVIDIA GPU and its driver, or set device: cpu in the config"
        )
    return torch.device(name)


def allow_tf32(allowed: bool) -> None:
    """Whether GPUs may round the inputs of float32 products to 10 bits, which is faster."""
    precision = "high" if allowed else "highest"
    torch.set_float32_matmul_precision(precision)
    torch.backends.cudnn.allow_tf32 = allowed


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed torch's own generators within the block, and leave them as they were."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
