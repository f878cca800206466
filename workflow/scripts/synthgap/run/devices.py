"""How torch computes in a job: the device, and its precision."""

import logging

import torch

from .errors import InputError
from .gpus import claim_gpu, visible_gpus

logger = logging.getLogger(__name__)


def select_device(name: str, tf32: bool) -> torch.device:
    """The torch device called `cpu`, or a CUDA device that no other job has (see claim_gpu).

    tf32: whether it may use TensorFloat-32 (see set_precision). Raises InputError where there is no CUDA
    device.
    """
    set_precision(tf32)
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
    logger.info("GPU %s of %s: %s", names[device.index], ",".join(names), torch.cuda.get_device_name(device))
    return device


def set_precision(tf32: bool) -> None:
    """Let GPUs compute products and convolutions of float32 in that precision, with repeatable algorithms.

    tf32: whether they may round the inputs to 10 bits, which is faster; torch would by itself in convolutions
    only. cuDNN doesn't time its algorithms to choose one: what it chooses varies from job to job, and with it
    the last bits, which no shard or resumed run may depend on.
    """
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
