"""Denoisers in lower precision."""

import torch
from torch import nn

from .layers import Conv2d


def lower_precision(network: nn.Module, dtype: torch.dtype) -> None:
    """Let a denoiser's network compute in bfloat16 or float16, in place; float32 leaves it alone.

    Of U-Nets of layers.Conv2d the convolutions and what goes from one to the next are of that dtype; norms,
    embeddings and the preconditioning stay float32, as Karras et al. (2022) have it. Other networks compute
    under torch's autocast, which converts their weights anew in every evaluation.
    """
    if dtype == torch.float32:
        return
    convolutions = [module for module in network.modules() if isinstance(module, Conv2d)]
    for convolution in convolutions:
        convolution.to(dtype)
    if not convolutions:
        device = next(network.parameters(), torch.empty(0)).device.type
        network.forward = torch.autocast(device, dtype)(network.forward)
