"""Layers that the U-Nets share. They compute in the precision of their weights (see precision.py)."""

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
            self.register_buffer("resample_filter", filter_of(resample_filter))

    def forward(self, x: Tensor) -> Tensor:
        x = x.to(self.weight.dtype)
        kernel_border = self.weight.shape[-1] // 2
        if self.fused:
            border = (self.resample_filter.shape[-1] - 1) // 2
            x = F.conv2d(x, self.weight, padding=kernel_border + border)
            return resampled(x, self.resample_filter, padding=0) + self.bias[:, None, None]
        if self.up or self.down:
            x = resampled(x, self.resample_filter, up=self.up)
        return F.conv2d(x, self.weight, self.bias, padding=kernel_border)


class Resample(nn.Module):
    """Resampling alone, by the same filter."""

    def __init__(self, *, up: bool = False, resample_filter: tuple[int, ...] = (1, 1)) -> None:
        super().__init__()
        self.up = up
        self.resample_filter: Tensor
        self.register_buffer("resample_filter", filter_of(resample_filter))

    def forward(self, x: Tensor) -> Tensor:
        return resampled(x, self.resample_filter, up=self.up)


def filter_of(taps: tuple[int, ...]) -> Tensor:
    """The 2-D filter [1, 1, f, f] of sum 1 that the taps [f] make."""
    values = torch.tensor(taps, dtype=torch.float32)
    return torch.outer(values, values)[None, None] / values.sum() ** 2


def resampled(x: Tensor, taps: Tensor, *, up: bool = False, padding: int | None = None) -> Tensor:
    """x [B, C, H, W] halved or doubled by a filter [1, 1, f, f]. padding: None for the same field of view."""
    channels = x.shape[1]
    padding = (taps.shape[-1] - 1) // 2 if padding is None else padding
    taps = taps.to(x.dtype).expand(channels, 1, -1, -1)
    if up:
        return F.conv_transpose2d(x, taps * 4, stride=2, padding=padding, groups=channels)
    return F.conv2d(x, taps, stride=2, padding=padding, groups=channels)


class GroupNorm(nn.GroupNorm):
    """Groups of 4 channels or more, at most 32 groups, of one size."""

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        groups = next(n for n in range(min(32, max(channels // 4, 1)), 0, -1) if channels % n == 0)
        super().__init__(groups, channels, eps=eps)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.to(self.weight.dtype))


def head_count(channels: int, channels_per_head: int) -> int:
    """Heads of an attention; 0, so none, of fewer channels. Raises ValueError where their sizes differ."""
    heads = channels // channels_per_head
    if heads and channels % heads:
        raise ValueError(f"{channels} channels in {heads} heads; heads of one size are known")
    return heads


def split_heads(qkv: Tensor, heads: int) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values, each [B heads, H W, d], from [B, 3 C, H, W], whose channels are in the order
    head, feature, q k v.
    """
    batch, channels, height, width = qkv.shape
    parts = qkv.reshape(batch * heads, channels // (3 * heads), 3, height * width).unbind(2)
    q, k, v = (part.transpose(1, 2) for part in parts)
    return q, k, v


def attended(q: Tensor, k: Tensor, v: Tensor, shape: torch.Size) -> Tensor:
    """What the queries get of the values, [B, C, H, W] of that shape; see split_heads."""
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(shape)


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
