"""A small class-conditional GAN: residual networks, a projection discriminator (Miyato and Koyama 2018)
and spectral normalisation (Miyato et al. 2018).
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from .configs import GANShape

SMALLEST = 4  # the generator starts from so many pixels, or a few more


class GANGenerator(nn.Module):
    """G(z [B, latent], labels int64 [B]) -> images [B, C, H, W] in [-1, 1]."""

    kind = "gan"

    def __init__(self, resolution: int, channels: int, num_classes: int, config: GANShape) -> None:
        super().__init__()
        self.resolution, self.channels, self.num_classes = resolution, channels, num_classes
        self.config, self.z_dim = config, config.latent
        doublings = _doublings(resolution)
        self.start = resolution >> doublings
        width = config.width * 2 ** min(doublings, 2)
        self.first = nn.Linear(config.latent, width * self.start**2)
        self.blocks = nn.ModuleList()
        for level in reversed(range(doublings)):
            out = config.width * 2 ** min(level, 2)
            self.blocks.append(_UpBlock(width, out, num_classes))
            width = out
        self.last = nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        x = self.first(z).unflatten(1, (-1, self.start, self.start))
        for block in self.blocks:
            x = block(x, labels)
        return self.last(F.relu(x)).tanh()


class _UpBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, num_classes: int) -> None:
        super().__init__()
        self.norm0 = _ClassNorm(in_channels, num_classes)
        self.conv0 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.norm1 = _ClassNorm(out_channels, num_classes)
        self.conv1 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.skip = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        h = F.interpolate(F.relu(self.norm0(x, labels)), scale_factor=2)
        h = self.conv1(F.relu(self.norm1(self.conv0(h), labels)))
        return h + F.interpolate(self.skip(x), scale_factor=2)


class _ClassNorm(nn.Module):
    """Batch normalisation with a scale and a shift for every class."""

    def __init__(self, channels: int, num_classes: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale = nn.Embedding.from_pretrained(torch.ones(num_classes, channels), freeze=False)
        self.shift = nn.Embedding.from_pretrained(torch.zeros(num_classes, channels), freeze=False)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        return self.norm(x) * self.scale(labels)[..., None, None] + self.shift(labels)[..., None, None]


class Discriminator(nn.Module):
    """D(images [B, C, H, W], labels int64 [B]) -> score [B], high for real images."""

    def __init__(self, resolution: int, channels: int, num_classes: int, config: GANShape) -> None:
        super().__init__()
        width = config.width
        self.first = spectral_norm(nn.Conv2d(channels, width, 3, padding=1))
        blocks = []
        for level in range(_doublings(resolution)):
            out = config.width * 2 ** min(level + 1, 2)
            blocks.append(_DownBlock(width, out))
            width = out
        self.blocks = nn.Sequential(*blocks)
        self.score = spectral_norm(nn.Linear(width, 1))
        self.projection = spectral_norm(nn.Embedding(num_classes, width))

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        features = F.relu(self.blocks(self.first(images))).sum(dim=(2, 3))
        return self.score(features)[:, 0] + (self.projection(labels) * features).sum(dim=1)


class _DownBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv0 = spectral_norm(nn.Conv2d(in_channels, out_channels, 3, padding=1))
        self.conv1 = spectral_norm(nn.Conv2d(out_channels, out_channels, 3, padding=1))
        self.skip = spectral_norm(nn.Conv2d(in_channels, out_channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(F.relu(self.conv0(F.relu(x))))
        return F.avg_pool2d(h + self.skip(x), 2)


def _doublings(resolution: int) -> int:
    """How often the resolution can be halved without going below SMALLEST or a broken pixel."""
    count = 0
    while resolution % 2 == 0 and resolution // 2 >= SMALLEST:
        resolution, count = resolution // 2, count + 1
    return count
