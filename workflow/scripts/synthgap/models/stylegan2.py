"""The generator of StyleGAN2 and StyleGAN2-ADA.

Karras et al. (2020), "Analyzing and Improving the Image Quality of StyleGAN". Parameter names are those of
the published checkpoints, so that their weights fit.
"""

from dataclasses import dataclass
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .configs import check_number, check_positive
from .stylegan_layers import (
    MAX_LAYERS,
    FullyConnected,
    Generator,
    activate,
    clamped,
    modulated_conv2d,
)

ARCHITECTURES = ("orig", "resnet", "skip")
SMALLEST = 4


@dataclass(frozen=True)
class StyleGAN2Config:
    """A generator's size and kind; the defaults are the published ones.

    architecture: "skip" adds up RGB images of all resolutions, "resnet" has residual blocks, "orig" neither
    (the paper's Fig. 7b and c). A layer of resolution r has min(channel_base / r, channel_max) channels.
    conv_clamp: the features' limit; None for none. resample_filter: symmetric, of even length.
    Raises ValueError, naming the value, for settings that are not known here.
    """

    z_dim: int = 512
    w_dim: int = 512
    mapping_layers: int = 8
    architecture: str = "skip"
    channel_base: int = 32768
    channel_max: int = 512
    conv_clamp: float | None = None
    resample_filter: tuple[float, ...] = (1, 3, 3, 1)

    def __post_init__(self) -> None:
        check_positive(self, "z_dim", "w_dim", "mapping_layers", "channel_base", "channel_max")
        if self.mapping_layers > MAX_LAYERS:
            raise ValueError(f"mapping_layers {self.mapping_layers}; at most {MAX_LAYERS} are known")
        if self.architecture not in ARCHITECTURES:
            raise ValueError(f"architecture {self.architecture!r}; {', '.join(ARCHITECTURES)} are known")
        if self.conv_clamp is not None:
            check_number(self, "conv_clamp")
        taps = self.resample_filter
        if not taps or len(taps) % 2 or sum(taps) == 0 or tuple(taps) != tuple(reversed(taps)):
            raise ValueError(f"resample_filter {taps!r}; a symmetric one of even length is known")

    def channels_at(self, resolution: int) -> int:
        return min(self.channel_base // resolution, self.channel_max)


class StyleGAN2(Generator):
    """StyleGAN2's generator (see Generator).

    The noise inputs are the constant ones of the checkpoint, not drawn anew: so an image is a function of
    its z and label alone.
    """

    kind = "stylegan2"

    def __init__(self, resolution: int, channels: int, num_classes: int, config: StyleGAN2Config) -> None:
        super().__init__(resolution, channels, num_classes, config, Synthesis, SMALLEST)


class Synthesis(nn.Module):
    """From the styles to the image: a block for each resolution from 4 on, `b4`, `b8`, ..."""

    def __init__(self, resolution: int, channels: int, config: StyleGAN2Config) -> None:
        super().__init__()
        self.resolutions = [1 << i for i in range(2, resolution.bit_length())]
        for size in self.resolutions:
            to_rgb = config.architecture == "skip" or size == resolution
            self.add_module(f"b{size}", Block(size, channels, config, to_rgb))
        # An RGB layer shares its w with the convolution after it.
        self.num_ws = 2 * len(self.resolutions)

    def forward(self, ws: Tensor) -> Tensor:
        """w [B, num_ws, w_dim] -> image [B, C, H, W]."""
        x, image = ws.new_empty(0), None
        for i, size in enumerate(self.resolutions):
            first = max(2 * i - 1, 0)
            x, image = self.get_submodule(f"b{size}")(x, image, ws[:, first : 2 * i + 2].unbind(1))
        assert image is not None  # the last block has an RGB layer
        return image


class Block(nn.Module):
    """The layers of one resolution; that of 4 starts from a learned constant."""

    def __init__(self, resolution: int, channels: int, config: StyleGAN2Config, to_rgb: bool) -> None:
        super().__init__()
        width = config.channels_at(resolution)
        self.conv0 = self.skip = self.torgb = None
        if resolution == SMALLEST:
            self.const = nn.Parameter(torch.randn(width, resolution, resolution))
        else:
            width_before = config.channels_at(resolution // 2)
            self.conv0 = StyledConv(width_before, width, resolution, config, up=True)
            if config.architecture == "resnet":
                self.skip = SkipConv(width_before, width, config)
        self.conv1 = StyledConv(width, width, resolution, config)
        if to_rgb:
            self.torgb = ToRGB(width, channels, config)
        self.resample_filter: Tensor
        self.register_buffer("resample_filter", _filter_of(config))

    def forward(
        self, x: Tensor, image: Tensor | None, ws: tuple[Tensor, ...]
    ) -> tuple[Tensor, Tensor | None]:
        """Features and image of half the resolution, and a w for each layer -> those of this resolution."""
        if self.conv0 is None:
            x = self.conv1(self.const.expand(len(ws[0]), -1, -1, -1), ws[0])
        else:
            residual = None if self.skip is None else self.skip(x)
            x = self.conv1(self.conv0(x, ws[0]), ws[1])
            if residual is not None:
                x = (x + residual) * sqrt(0.5)
        if image is not None:
            image = _upsampled(image, self.resample_filter)
        if self.torgb is not None:
            rgb = self.torgb(x, ws[-1])
            image = rgb if image is None else image + rgb
        return x, image


class StyledConv(nn.Module):
    """The paper's Fig. 2d, modulated 3x3 convolution, noise, bias, leaky ReLU; the noise is constant."""

    def __init__(
        self, in_channels: int, out_channels: int, resolution: int, config: StyleGAN2Config, up: bool = False
    ) -> None:
        super().__init__()
        self.up, self.conv_clamp = up, config.conv_clamp
        self.affine = FullyConnected(config.w_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, 3, 3))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.noise_const: Tensor
        self.register_buffer("noise_const", torch.randn(resolution, resolution))
        # Layers without `up` don't use it, but the checkpoints hold it in each.
        self.resample_filter: Tensor
        self.register_buffer("resample_filter", _filter_of(config))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        x = modulated_conv2d(x, self.weight, self.affine(w), padding=1, up=self.up)
        if self.up:
            x = _smoothed(x, self.resample_filter)
        x = x + self.noise_const * self.noise_strength + self.bias[:, None, None]
        return clamped(activate(x), self.conv_clamp)


class SkipConv(nn.Module):
    """The residual path of "resnet": upsampling, and a 1x1 convolution without bias."""

    def __init__(self, in_channels: int, out_channels: int, config: StyleGAN2Config) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, 1, 1))
        self.resample_filter: Tensor
        self.register_buffer("resample_filter", _filter_of(config))

    def forward(self, x: Tensor) -> Tensor:
        # The filter comes last: it has fewer channels to go over, and commutes with a 1x1 convolution.
        return _upsampled(F.conv2d(x, self.weight / sqrt(self.weight.shape[1])), self.resample_filter)


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to the image's channels, not demodulated."""

    def __init__(self, in_channels: int, channels: int, config: StyleGAN2Config) -> None:
        super().__init__()
        self.conv_clamp = config.conv_clamp
        self.affine = FullyConnected(config.w_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.randn(channels, in_channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.affine(w) / sqrt(self.weight.shape[1])
        x = modulated_conv2d(x, self.weight, style, demodulate=False)
        return clamped(x + self.bias[:, None, None], self.conv_clamp)


def _filter_of(config: StyleGAN2Config) -> Tensor:
    """The 2-D filter [f, f] of sum 1."""
    taps = torch.tensor(config.resample_filter, dtype=torch.float32)
    return torch.outer(taps, taps) / taps.sum() ** 2


def _upsampled(x: Tensor, taps: Tensor) -> Tensor:
    """Zeros between the pixels, then the filter: [B, C, H, W] -> [B, C, 2H, 2W]."""
    kernel, padding = (4 * taps).expand(x.shape[1], 1, -1, -1), len(taps) // 2 - 1
    return F.conv_transpose2d(x, kernel, stride=2, padding=padding, groups=x.shape[1])


def _smoothed(x: Tensor, taps: Tensor) -> Tensor:
    """The filter after a transposed 3x3 convolution: [B, C, 2H + 1, 2W + 1] -> [B, C, 2H, 2W]."""
    kernel, padding = (4 * taps).expand(x.shape[1], 1, -1, -1), len(taps) // 2 - 1
    return F.conv2d(x, kernel, padding=padding, groups=x.shape[1])
