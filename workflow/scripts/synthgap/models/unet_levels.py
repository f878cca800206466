"""What DhariwalUNet and EDM2's U-Net share: the names, the order and the widths of their blocks."""

from collections.abc import Callable
from typing import Protocol

from torch import nn


class Levels(Protocol):
    """Sizes of such a U-Net: a level's width is model_channels times its number in channel_mult."""

    @property
    def model_channels(self) -> int: ...
    @property
    def channel_mult(self) -> tuple[int, ...]: ...
    @property
    def num_blocks(self) -> int: ...
    @property
    def attn_resolutions(self) -> tuple[int, ...]: ...


class MakeBlock(Protocol):
    """A block that a U-Net is made of."""

    def __call__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        up: bool = False,
        down: bool = False,
        attention: bool = False,
    ) -> nn.Module: ...


def block_count(config: Levels) -> int:
    """How many blocks there are, without those between levels."""
    return len(config.channel_mult) * (2 * config.num_blocks + 1)


def encoder(
    resolution: int, config: Levels, first: Callable[[int], nn.Module], block: MakeBlock
) -> tuple[nn.ModuleDict, list[int]]:
    """The encoder's layers by name, and the width of every skip in order. first: the layer before all blocks,
    of that width.
    """
    layers = nn.ModuleDict()
    skip_widths: list[int] = []
    width = config.model_channels * config.channel_mult[0]
    for level, mult in enumerate(config.channel_mult):
        res = resolution >> level
        if level == 0:
            layers[f"{res}x{res}_conv"] = first(width)
        else:
            layers[f"{res}x{res}_down"] = block(width, width, down=True)
        skip_widths.append(width)
        for i in range(config.num_blocks):
            attention = res in config.attn_resolutions
            layers[f"{res}x{res}_block{i}"] = block(width, config.model_channels * mult, attention=attention)
            width = config.model_channels * mult
            skip_widths.append(width)
    return layers, skip_widths


def decoder(
    resolution: int, config: Levels, skip_widths: list[int], block: MakeBlock
) -> tuple[nn.ModuleDict, int]:
    """The decoder's layers by name, and the width of the last. Those that takes_skip says take a skip."""
    layers, skip_widths = nn.ModuleDict(), list(skip_widths)
    width = skip_widths[-1]
    for level, mult in reversed(list(enumerate(config.channel_mult))):
        res = resolution >> level
        if level == len(config.channel_mult) - 1:
            layers[f"{res}x{res}_in0"] = block(width, width, attention=True)
            layers[f"{res}x{res}_in1"] = block(width, width)
        else:
            layers[f"{res}x{res}_up"] = block(width, width, up=True)
        for i in range(config.num_blocks + 1):
            attention = res in config.attn_resolutions
            layers[f"{res}x{res}_block{i}"] = block(
                width + skip_widths.pop(), config.model_channels * mult, attention=attention
            )
            width = config.model_channels * mult
    return layers, width


def takes_skip(name: str) -> bool:
    """Whether the decoder's layer of that name takes a skip beside what comes from the layer before it."""
    return "_block" in name
