"""SongUNet, the U-Net of DDPM++ and NCSN++.

Song et al. (2021), as Karras et al. (2022) use it. Parameter names are those of the published EDM
checkpoints, so that their weights fit.
"""

from functools import partial
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .configs import UNetConfig
from .layers import EMBEDDINGS, Conv2d, GroupNorm, attended, split_heads


class UNetBlock(nn.Module):
    """A residual block with the noise embedding added, and optional single-head attention."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        emb_channels: int,
        config: UNetConfig,
        *,
        up: bool = False,
        down: bool = False,
        attention: bool = False,
    ) -> None:
        super().__init__()
        resample = partial(Conv2d, up=up, down=down, resample_filter=config.resample_filter)
        self.dropout = config.dropout
        self.norm0 = GroupNorm(in_channels)
        self.conv0 = resample(in_channels, out_channels, 3)
        self.affine = nn.Linear(emb_channels, out_channels)
        self.norm1 = GroupNorm(out_channels)
        self.conv1 = Conv2d(out_channels, out_channels, 3, gain=1e-5)
        changes_shape = up or down or in_channels != out_channels
        self.skip = resample(in_channels, out_channels, 1) if changes_shape else None
        self.norm2 = None
        if attention:
            self.norm2 = GroupNorm(out_channels)
            self.qkv = Conv2d(out_channels, 3 * out_channels, 1)
            self.proj = Conv2d(out_channels, out_channels, 1, gain=1e-5)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        residual = x if self.skip is None else self.skip(x)
        x = self.conv0(F.silu(self.norm0(x)))
        x = F.silu(self.norm1(x + self.affine(emb)[:, :, None, None]))
        x = self.conv1(F.dropout(x, self.dropout, self.training))
        x = (x + residual) * sqrt(0.5)
        if self.norm2 is not None:
            q, k, v = split_heads(self.qkv(self.norm2(x)), heads=1)
            x = (x + self.proj(attended(q, k, v, x.shape))) * sqrt(0.5)
        return x


class SongUNet(nn.Module):
    """The U-Net of DDPM++ and NCSN++. name: in the kind of a denoiser's file, which this one leaves out."""

    name = ""

    def __init__(
        self, resolution: int, channels: int, out_channels: int, num_classes: int, config: UNetConfig
    ) -> None:
        super().__init__()
        noise_channels = config.model_channels * config.channel_mult_noise
        emb_channels = config.model_channels * config.channel_mult_emb
        self.num_classes = num_classes
        self.map_noise = EMBEDDINGS[config.embedding](noise_channels)
        self.map_label = nn.Linear(num_classes, noise_channels) if num_classes else None
        self.map_augment = (
            nn.Linear(config.augment_dim, noise_channels, bias=False) if config.augment_dim else None
        )
        self.map_layer0 = nn.Linear(noise_channels, emb_channels)
        self.map_layer1 = nn.Linear(emb_channels, emb_channels)
        self.enc, skip_widths = _encoder(resolution, channels, emb_channels, config)
        self.dec = _decoder(resolution, out_channels, emb_channels, config, skip_widths)

    def forward(
        self, x: Tensor, c_noise: Tensor, labels: Tensor | None, augment_labels: Tensor | None = None
    ) -> Tensor:
        """x [B, C, H, W], c_noise [B], one-hot labels [B, classes] or None -> [B, out, H, W]."""
        emb = self._embedding(c_noise, labels, augment_labels)
        skips: list[Tensor] = []
        aux = x
        for name, layer in self.enc.items():
            if name.endswith("aux_residual"):
                x = skips[-1] = aux = (x + layer(aux)) * sqrt(0.5)
            else:
                x = layer(x, emb) if isinstance(layer, UNetBlock) else layer(x)
                skips.append(x)
        for name, layer in self.dec.items():
            if name.endswith("aux_norm"):
                x = F.silu(layer(x))
            elif name.endswith("aux_conv"):
                x = layer(x)
            else:
                if "_block" in name:
                    x = torch.cat([x, skips.pop()], dim=1)
                x = layer(x, emb)
        return x

    def _embedding(self, c_noise: Tensor, labels: Tensor | None, augment_labels: Tensor | None) -> Tensor:
        emb = self.map_noise(c_noise)
        if self.map_label is not None:
            if labels is None:
                labels = emb.new_zeros(1, self.num_classes)
            emb = emb + self.map_label(labels.to(emb.dtype) * sqrt(self.num_classes))
        if self.map_augment is not None and augment_labels is not None:
            emb = emb + self.map_augment(augment_labels)
        return F.silu(self.map_layer1(F.silu(self.map_layer0(emb))))


def _encoder(
    resolution: int, channels: int, emb_channels: int, config: UNetConfig
) -> tuple[nn.ModuleDict, list[int]]:
    """The encoder's layers by name, and the width of every skip in order."""
    layers, skip_widths = nn.ModuleDict(), []
    width, aux_width = config.model_channels, channels
    for level, mult in enumerate(config.channel_mult):
        res = resolution >> level
        if level == 0:
            layers[f"{res}x{res}_conv"] = Conv2d(channels, width, 3)
        else:
            layers[f"{res}x{res}_down"] = UNetBlock(width, width, emb_channels, config, down=True)
            if config.encoder == "residual":
                layers[f"{res}x{res}_aux_residual"] = Conv2d(
                    aux_width, width, 3, down=True, fused=True, resample_filter=config.resample_filter
                )
                aux_width = width
        skip_widths.append(width)
        for i in range(config.num_blocks):
            layers[f"{res}x{res}_block{i}"] = UNetBlock(
                width,
                config.model_channels * mult,
                emb_channels,
                config,
                attention=res in config.attn_resolutions,
            )
            width = config.model_channels * mult
            skip_widths.append(width)
    return layers, skip_widths


def _decoder(
    resolution: int, out_channels: int, emb_channels: int, config: UNetConfig, skip_widths: list[int]
) -> nn.ModuleDict:
    layers, skip_widths = nn.ModuleDict(), list(skip_widths)
    width = skip_widths[-1]
    for level, mult in reversed(list(enumerate(config.channel_mult))):
        res = resolution >> level
        if level == len(config.channel_mult) - 1:
            layers[f"{res}x{res}_in0"] = UNetBlock(width, width, emb_channels, config, attention=True)
            layers[f"{res}x{res}_in1"] = UNetBlock(width, width, emb_channels, config)
        else:
            layers[f"{res}x{res}_up"] = UNetBlock(width, width, emb_channels, config, up=True)
        for i in range(config.num_blocks + 1):
            layers[f"{res}x{res}_block{i}"] = UNetBlock(
                width + skip_widths.pop(),
                config.model_channels * mult,
                emb_channels,
                config,
                attention=i == config.num_blocks and res in config.attn_resolutions,
            )
            width = config.model_channels * mult
    layers[f"{resolution}x{resolution}_aux_norm"] = GroupNorm(width)
    layers[f"{resolution}x{resolution}_aux_conv"] = Conv2d(width, out_channels, 3, gain=1e-5)
    return layers
