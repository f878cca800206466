"""The layers that the U-Nets of networks.py are made of."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Conv2d(nn.Module):
    """A convolution, after resampling by a fixed filter where `up` or `down` is set.

    fused: the convolution comes before the filter of `down`, its border
    included (NCSN++'s residual encoder).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int,
        *,
        up: bool = False,
        down: bool = False,
        resample_filter: tuple[int, ...] = (1, 1),
        fused: bool = False,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        self.up, self.down, self.fused = up, down, fused
        weight = torch.empty(out_channels, in_channels, kernel, kernel)
        self.weight = nn.Parameter(nn.init.xavier_uniform_(weight, gain))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.resample_filter: Tensor
        if up or down:
            taps = torch.tensor(resample_filter, dtype=torch.float32)
            self.register_buffer("resample_filter", torch.outer(taps, taps)[None, None] / taps.sum() ** 2)

    def forward(self, x: Tensor) -> Tensor:
        kernel_border = self.weight.shape[-1] // 2
        if self.fused:
            border = (self.resample_filter.shape[-1] - 1) // 2
            x = F.conv2d(x, self.weight, padding=kernel_border + border)
            return self._filtered(x, padding=0) + self.bias[:, None, None]
        if self.up or self.down:
            x = self._filtered(x, padding=(self.resample_filter.shape[-1] - 1) // 2)
        return F.conv2d(x, self.weight, self.bias, padding=kernel_border)

    def _filtered(self, x: Tensor, padding: int) -> Tensor:
        channels = x.shape[1]
        taps = self.resample_filter.to(x.dtype).expand(channels, 1, -1, -1)
        if self.up:
            return F.conv_transpose2d(x, taps * 4, stride=2, padding=padding, groups=channels)
        return F.conv2d(x, taps, stride=2, padding=padding, groups=channels)


def group_norm(channels: int) -> nn.GroupNorm:
    """Groups of 4 channels or more, at most 32 groups, of one size."""
    groups = next(n for n in range(min(32, max(channels // 4, 1)), 0, -1) if channels % n == 0)
    return nn.GroupNorm(groups, channels, eps=1e-6)


class PositionalEmbedding(nn.Module):
    """[sin, cos] of the noise level at geometric frequencies (DDPM++)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.count = channels // 2

    def forward(self, c_noise: Tensor) -> Tensor:
        powers = torch.arange(self.count, dtype=torch.float32, device=c_noise.device)
        freqs = 10000.0 ** (-powers / max(self.count - 1, 1))
        angle = torch.outer(c_noise, freqs.to(c_noise.dtype))
        return torch.cat([angle.sin(), angle.cos()], dim=1)


class FourierEmbedding(nn.Module):
    """[sin, cos] of the noise level at fixed random frequencies (NCSN++)."""

    def __init__(self, channels: int, scale: float = 16.0) -> None:
        super().__init__()
        self.freqs: Tensor
        self.register_buffer("freqs", torch.randn(channels // 2) * scale)

    def forward(self, c_noise: Tensor) -> Tensor:
        angle = torch.outer(c_noise, (2 * torch.pi * self.freqs).to(c_noise.dtype))
        return torch.cat([angle.sin(), angle.cos()], dim=1)


EMBEDDINGS = {"positional": PositionalEmbedding, "fourier": FourierEmbedding}
