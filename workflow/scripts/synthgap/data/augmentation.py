"""Augmentation of training batches, each image by its own draw."""

import torch
import torch.nn.functional as F
from torch import Tensor


def crop_and_flip(images: Tensor, generator: torch.Generator) -> Tensor:
    """Pad by an eighth of the height with zeros, crop back at random, flip half of the images.

    images: uint8 [B, C, H, W], the usual augmentation of CIFAR (4 pixels at 32). generator: on the
    CPU, so that the draws don't depend on the device.
    """
    batch, _, height, width = images.shape
    border = height // 8
    offsets = torch.randint(0, 2 * border + 1, (2, batch), generator=generator).to(images.device)
    flips = (torch.rand(batch, generator=generator) < 0.5).to(images.device)
    padded = F.pad(images, (border,) * 4)
    rows = offsets[0][:, None] + torch.arange(height, device=images.device)
    columns = torch.arange(width, device=images.device).expand(batch, -1)
    columns = offsets[1][:, None] + torch.where(flips[:, None], width - 1 - columns, columns)
    items = torch.arange(batch, device=images.device)
    cropped = padded[items[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return cropped.permute(0, 3, 1, 2)  # from [B, H, W, C]
