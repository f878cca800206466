"""How torch computes in a job: the device, and its precision."""

import logging

import torch

from .errors import InputError
from .gpus import claim_gpu, visible_gpus

logger = logging.getLogger(__name__)


def select_device(name: str) -> torch.device:
    """The torch device called `cpu`, or a CUDA device that no other job has (see claim_gpu).

    Raises InputError where there is no CUDA device.
    """
    if name != "cuda":
        return torch.device(name)
    if not torch.cuda.is_available():
        raise InputError(
            "device: cuda was asked for, but torch sees no CUDA device here; run on a machine with an "
            "NVIDIA GPU and its driver, or set device: cpu in the config"
        )
    names = visible_gpus(torch.cuda.device_count())
    device = torch.device("cuda", claim_gpu(names))
    torch.cuda.set_device(device)
    torch.backends.cudnn.deterministic = True
    logger.info("GPU %s of %s: %s", names[device.index], ",".join(names), torch.cuda.get_device_name(device))
    return device


def allow_tf32(allowed: bool) -> None:
    """Whether GPUs may round the inputs of float32 products to 10 bits, which is faster."""
    precision = "high" if allowed else "highest"
    torch.set_float32_matmul_precision(precision)
    torch.backends.cudnn.allow_tf32 = allowed
