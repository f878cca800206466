"""EDM2's U-Net, whose layers keep the magnitude of what goes through them.

Karras et al. (2024), "Analyzing and Improving the Training Dynamics of Diffusion Models", config G. It is for
sampling: what EDM2 does to weights while it trains is not here. Parameter names are those of the published
checkpoints, so that their weights fit.
"""

from dataclasses import dataclass
from functools import partial
from math import prod, sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .configs import check_number, check_positive, check_shares
from .layers import attended, filter_of, head_count, resampled, split_heads
from .unet_levels import block_count, decoder, encoder, takes_skip

TENSORS_OF_A_BLOCK = 4  # emb_gain, and the weights of emb_linear, conv_res0 and conv_res1
SILU_MAGNITUDE = 0.596  # of silu(x) for x from the unit normal
EPS = 1e-4
OPTIONAL_WIDTHS = ("channel_mult_noise", "channel_mult_emb")


@dataclass(frozen=True)
class EDM2Config:
    """An EDM2 U-Net's size, and how it balances what it adds; the defaults are the published ones.

    channel_mult_noise, channel_mult_emb: of the widths of the noise's features and of the embedding; None for
    the finest level's, and for the widest level's. clip_act: the features' limit; None for none. Balances are
    the share of the second of two things. Raises ValueError, naming the value, for settings that are not
    known here.
    """

    model_channels: int = 192
    channel_mult: tuple[int, ...] = (1, 2, 3, 4)
    num_blocks: int = 3
    attn_resolutions: tuple[int, ...] = (16, 8)
    channel_mult_noise: int | None = None
    channel_mult_emb: int | None = None
    channels_per_head: int = 64
    resample_filter: tuple[int, ...] = (1, 1)
    label_balance: float = 0.5
    concat_balance: float = 0.5
    res_balance: float = 0.3
    attn_balance: float = 0.3
    clip_act: float | None = 256

    def __post_init__(self) -> None:
        check_positive(self, "model_channels", "channel_mult", "num_blocks", "channels_per_head")
        check_shares(self, "label_balance", "concat_balance", "res_balance", "attn_balance")
        check_positive(self, *(name for name in OPTIONAL_WIDTHS if getattr(self, name) is not None))
        if self.clip_act is not None:
            check_number(self, "clip_act")
        if len(self.resample_filter) % 2 or sum(self.resample_filter) == 0:
            raise ValueError(f"resample_filter {self.resample_filter!r}; one of even length is known")

    @property
    def least_tensors(self) -> int:
        """How many parameters and buffers a network of these settings has, or more."""
        return block_count(self) * TENSORS_OF_A_BLOCK

    @property
    def widths(self) -> list[int]:
        """Of the levels, from the finest."""
        return [self.model_channels * mult for mult in self.channel_mult]


def normalized(x: Tensor, *dims: int) -> Tensor:
    """x with a mean square of about 1 over those dimensions."""
    count = prod(x.shape[dim] for dim in dims)
    return x / (EPS + torch.linalg.vector_norm(x, dim=dims, keepdim=True) / sqrt(count))


def mp_silu(x: Tensor) -> Tensor:
    """The paper's Eq. 81."""
    return F.silu(x) / SILU_MAGNITUDE


def mp_sum(a: Tensor, b: Tensor, share: float) -> Tensor:
    """Both added, the second with that share. The paper's Eq. 88."""
    return ((1 - share) * a + share * b) / sqrt((1 - share) ** 2 + share**2)


def mp_cat(a: Tensor, b: Tensor, share: float) -> Tensor:
    """Both along the channels, the second with that share of the magnitude. The paper's Eq. 103."""
    channels = a.shape[1], b.shape[1]
    scale = sqrt(sum(channels) / ((1 - share) ** 2 + share**2))
    return torch.cat(
        [scale * (1 - share) / sqrt(channels[0]) * a, scale * share / sqrt(channels[1]) * b], dim=1
    )


class MPConv(nn.Module):
    """A convolution without bias, or a linear layer where there is no kernel, with normalised weights."""

    def __init__(self, in_channels: int, out_channels: int, *kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, *kernel))

    def forward(self, x: Tensor, gain: Tensor | float = 1.0) -> Tensor:
        dims = tuple(range(1, self.weight.ndim))
        count = prod(self.weight.shape[1:])
        weight = (normalized(self.weight, *dims) * (gain / sqrt(count))).to(x.dtype)
        if self.weight.ndim == 2:
            return F.linear(x, weight)
        return F.conv2d(x, weight, padding=self.weight.shape[-1] // 2)


class MPFourier(nn.Module):
    """Cosines of the noise level at fixed random frequencies and phases: [B] -> [B, channels]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.freqs: Tensor
        self.phases: Tensor
        self.register_buffer("freqs", 2 * torch.pi * torch.randn(channels))
        self.register_buffer("phases", 2 * torch.pi * torch.rand(channels))

    def forward(self, c_noise: Tensor) -> Tensor:
        return sqrt(2) * (torch.outer(c_noise, self.freqs) + self.phases).cos()


class Block(nn.Module):
    """A residual block with features scaled by the embedding, and optional attention.

    decodes: it changes its width after its residual branch has left; in the encoder that comes before, and
    pixels are normalised then.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        emb_channels: int,
        config: EDM2Config,
        decodes: bool,
        *,
        up: bool = False,
        down: bool = False,
        attention: bool = False,
    ) -> None:
        super().__init__()
        self.config, self.decodes, self.up, self.down = config, decodes, up, down
        self.emb_gain = nn.Parameter(torch.zeros(()))
        self.emb_linear = MPConv(emb_channels, out_channels)
        self.conv_res0 = MPConv(in_channels if decodes else out_channels, out_channels, 3, 3)
        self.conv_res1 = MPConv(out_channels, out_channels, 3, 3)
        self.conv_skip = MPConv(in_channels, out_channels, 1, 1) if in_channels != out_channels else None
        self.heads = head_count(out_channels, config.channels_per_head) if attention else 0
        if self.heads:
            self.attn_qkv = MPConv(out_channels, 3 * out_channels, 1, 1)
            self.attn_proj = MPConv(out_channels, out_channels, 1, 1)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        if self.up or self.down:
            x = resampled(x, filter_of(self.config.resample_filter).to(x.device), up=self.up)
        if not self.decodes:
            x = normalized(self._widened(x), 1)
        residual = self.conv_res0(mp_silu(x))
        scale = self.emb_linear(emb, self.emb_gain)[:, :, None, None]
        residual = self.conv_res1(mp_silu(residual * (1 + scale)))
        if self.decodes:
            x = self._widened(x)
        x = mp_sum(x, residual, self.config.res_balance)
        if self.heads:
            q, k, v = (normalized(part, 2) for part in split_heads(self.attn_qkv(x), self.heads))
            x = mp_sum(x, self.attn_proj(attended(q, k, v, x.shape)), self.config.attn_balance)
        limit = self.config.clip_act
        return x if limit is None else x.clamp(-limit, limit)

    def _widened(self, x: Tensor) -> Tensor:
        return x if self.conv_skip is None else self.conv_skip(x)


class EDM2UNet(nn.Module):
    """EDM2's U-Net. name: in the kind of a denoiser's file."""

    name = "edm2"

    def __init__(
        self, resolution: int, channels: int, out_channels: int, num_classes: int, config: EDM2Config
    ) -> None:
        super().__init__()
        self.config, self.num_classes = config, num_classes
        noise_channels, emb_channels = config.widths[0], max(config.widths)
        if config.channel_mult_noise is not None:
            noise_channels = config.model_channels * config.channel_mult_noise
        if config.channel_mult_emb is not None:
            emb_channels = config.model_channels * config.channel_mult_emb
        self.emb_fourier = MPFourier(noise_channels)
        self.emb_noise = MPConv(noise_channels, emb_channels)
        self.emb_label = MPConv(num_classes, emb_channels) if num_classes else None
        block = partial(Block, emb_channels=emb_channels, config=config)
        self.enc, skip_widths = encoder(
            resolution, config, lambda width: MPConv(channels + 1, width, 3, 3), partial(block, decodes=False)
        )
        self.dec, last = decoder(resolution, config, skip_widths, partial(block, decodes=True))
        self.out_conv = MPConv(last, out_channels, 3, 3)
        self.out_gain = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, c_noise: Tensor, labels: Tensor | None) -> Tensor:
        """x [B, C, H, W], c_noise [B], one-hot labels [B, classes] or None -> [B, out, H, W]."""
        emb = self._embedding(c_noise, labels)
        x = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)  # in the place of biases
        skips: list[Tensor] = []
        for layer in self.enc.values():
            x = layer(x, emb) if isinstance(layer, Block) else layer(x)
            skips.append(x)
        for name, layer in self.dec.items():
            if takes_skip(name):
                x = mp_cat(x, skips.pop(), self.config.concat_balance)
            x = layer(x, emb)
        return self.out_conv(x, self.out_gain)

    def _embedding(self, c_noise: Tensor, labels: Tensor | None) -> Tensor:
        emb = self.emb_noise(self.emb_fourier(c_noise))
        if self.emb_label is not None:
            if labels is None:
                labels = emb.new_zeros(1, self.num_classes)
            label = self.emb_label(labels.to(emb.dtype) * sqrt(self.num_classes))
            emb = mp_sum(emb, label, self.config.label_balance)
        return mp_silu(emb)
