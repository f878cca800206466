"""Batches of one shape. Kernels round differently for another, and a result would depend on the shards."""

import numpy as np
import torch
from torch import Tensor


def to_batch(array: np.ndarray, size: int, device: torch.device) -> Tensor:
    """The array on the device, its first dimension filled up with zeros to `size`."""
    tensor = torch.from_numpy(np.ascontiguousarray(array))
    padded = torch.cat([tensor, tensor.new_zeros((size - len(tensor), *tensor.shape[1:]))])
    if device.type == "cuda":
        padded = padded.pin_memory()
    return padded.to(device, non_blocking=True)
