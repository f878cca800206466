"""DhariwalUNet, the U-Net of ADM.

Dhariwal and Nichol (2021), as Karras et al. (2022) use it for ImageNet-64. Parameter names are those of the
published EDM checkpoints, so that their weights fit.
"""

from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .configs import check_positive, check_shares
from .layers import Conv2d, GroupNorm, Resample, attended, head_count, split_heads
from .unet_levels import block_count, decoder, encoder, takes_skip

EPS = 1e-5  # of its group norms
CHANNELS_PER_HEAD = 64
TENSORS_OF_A_BLOCK = 10  # weight and bias of norm0, conv0, affine, norm1 and conv1


@dataclass(frozen=True)
class DhariwalConfig:
    """A DhariwalUNet's size; the defaults are those of ImageNet-64's network.

    Raises ValueError, naming the value, for shares and widths that are none; what else is wrong shows when
    the network is built.
    """

    model_channels: int = 192
    channel_mult: tuple[int, ...] = (1, 2, 3, 4)
    num_blocks: int = 3
    attn_resolutions: tuple[int, ...] = (32, 16, 8)
    dropout: float = 0.1
    channel_mult_emb: int = 4
    augment_dim: int = 0
    label_dropout: float = 0.0

    def __post_init__(self) -> None:
        check_shares(self, "dropout", "label_dropout")
        check_positive(self, "model_channels", "channel_mult", "num_blocks", "channel_mult_emb")
        if self.model_channels % 2:
            raise ValueError(f"model_channels {self.model_channels}; an even number is expected")

    @property
    def least_tensors(self) -> int:
        """How many parameters and buffers a network of these settings has, or more."""
        return block_count(self) * TENSORS_OF_A_BLOCK


class Block(nn.Module):
    """A residual block with features scaled and shifted by the embedding, and optional attention.

    Where it resamples and keeps its width, the filter alone is on its skip.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        emb_channels: int,
        dropout: float,
        *,
        up: bool = False,
        down: bool = False,
        attention: bool = False,
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.norm0 = GroupNorm(in_channels, EPS)
        self.conv0 = Conv2d(in_channels, out_channels, 3, up=up, down=down)
        self.affine = nn.Linear(emb_channels, 2 * out_channels)
        self.norm1 = GroupNorm(out_channels, EPS)
        self.conv1 = Conv2d(out_channels, out_channels, 3, gain=0)
        self.skip: nn.Module | None = None
        if in_channels != out_channels:
            self.skip = Conv2d(in_channels, out_channels, 1, up=up, down=down)
        elif up or down:
            self.skip = Resample(up=up)
        self.heads = head_count(out_channels, CHANNELS_PER_HEAD) if attention else 0
        if self.heads:
            self.norm2 = GroupNorm(out_channels, EPS)
            self.qkv = Conv2d(out_channels, 3 * out_channels, 1)
            self.proj = Conv2d(out_channels, out_channels, 1, gain=0)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        residual = x if self.skip is None else self.skip(x)
        x = self.conv0(F.silu(self.norm0(x)))
        scale, shift = self.affine(emb)[:, :, None, None].chunk(2, dim=1)
        x = F.silu(self.norm1(x) * (1 + scale) + shift)
        x = self.conv1(F.dropout(x, self.dropout, self.training)) + residual
        if self.heads:
            q, k, v = split_heads(self.qkv(self.norm2(x)), self.heads)
            x = x + self.proj(attended(q, k, v, x.shape))
        return x


class DhariwalUNet(nn.Module):
    """The U-Net of ADM. name: in the kind of a denoiser's file."""

    name = "dhariwal"

    def __init__(
        self, resolution: int, channels: int, out_channels: int, num_classes: int, config: DhariwalConfig
    ) -> None:
        super().__init__()
        self.noise_channels = config.model_channels
        width = config.model_channels * config.channel_mult_emb
        self.map_label = nn.Linear(num_classes, width, bias=False) if num_classes else None
        self.map_augment = None
        if config.augment_dim:
            self.map_augment = nn.Linear(config.augment_dim, self.noise_channels, bias=False)
        self.map_layer0 = nn.Linear(self.noise_channels, width)
        self.map_layer1 = nn.Linear(width, width)
        block = partial(Block, emb_channels=width, dropout=config.dropout)
        self.enc, skip_widths = encoder(resolution, config, lambda first: Conv2d(channels, first, 3), block)
        self.dec, last = decoder(resolution, config, skip_widths, block)
        self.out_norm = GroupNorm(last, EPS)
        self.out_conv = Conv2d(last, out_channels, 3, gain=0)

    def forward(
        self, x: Tensor, c_noise: Tensor, labels: Tensor | None, augment_labels: Tensor | None = None
    ) -> Tensor:
        """x [B, C, H, W], c_noise [B], one-hot labels [B, classes] or None -> [B, out, H, W]."""
        emb = self._embedding(c_noise, labels, augment_labels)
        skips: list[Tensor] = []
        for layer in self.enc.values():
            x = layer(x, emb) if isinstance(layer, Block) else layer(x)
            skips.append(x)
        for name, layer in self.dec.items():
            x = layer(torch.cat([x, skips.pop()], dim=1) if takes_skip(name) else x, emb)
        return self.out_conv(F.silu(self.out_norm(x)))

    def _embedding(self, c_noise: Tensor, labels: Tensor | None, augment_labels: Tensor | None) -> Tensor:
        emb = self._noise_embedding(c_noise)
        if self.map_augment is not None and augment_labels is not None:
            emb = emb + self.map_augment(augment_labels)
        emb = self.map_layer1(F.silu(self.map_layer0(emb)))
        if self.map_label is not None and labels is not None:
            emb = emb + self.map_label(labels.to(emb.dtype))
        return F.silu(emb)

    def _noise_embedding(self, c_noise: Tensor) -> Tensor:
        """[cos, sin] at geometric frequencies from 1 to nearly 1 / 10000: [B, noise_channels]."""
        count = self.noise_channels // 2
        powers = torch.arange(count, dtype=torch.float32, device=c_noise.device)
        angle = torch.outer(c_noise, (10000.0 ** (-powers / count)).to(c_noise.dtype))
        return torch.cat([angle.cos(), angle.sin()], dim=1)
