"""Sizes of networks, and how those that are trained here are trained (no torch)."""

from dataclasses import dataclass
from typing import Any

from ..plan.options import option

POSITIVE = {"minimum": 1}
FEW, MANY = {**POSITIVE, "maximum": 64}, {**POSITIVE, "maximum": 100_000_000}
LARGEST_BATCH = 65_536
RATE = {"exclusiveMinimum": 0, "maximum": 1000}
SHARE = {"minimum": 0, "exclusiveMaximum": 1}
TENSORS_OF_A_BLOCK = 10  # weight and bias of norm0, conv0, affine, norm1 and conv1


def check_shares(config: Any, *names: str) -> None:
    """Raise ValueError, naming the value, where an attribute of these is no share."""
    for name in names:
        value = getattr(config, name)
        if not isinstance(value, int | float) or not 0 <= value < 1:
            raise ValueError(f"{name} {value!r}; a share is expected, from 0 to below 1")


def check_positive(config: Any, *names: str) -> None:
    """Raise ValueError, naming the value, where an attribute of these is no positive whole number, or tuple
    of such.
    """
    for name in names:
        value = getattr(config, name)
        for entry in value if isinstance(value, tuple) else (value,):
            if isinstance(entry, bool) or not isinstance(entry, int) or entry < 1:
                raise ValueError(f"{name} {entry!r}; a positive whole number is expected")


def check_number(config: Any, *names: str) -> None:
    """Raise ValueError, naming the value, where an attribute of these is no positive number."""
    for name in names:
        value = getattr(config, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise ValueError(f"{name} {value!r}; a positive number is expected")


@dataclass(frozen=True)
class UNetConfig:
    """A SongUNet's size, and the share of images it was trained on without their label.

    The defaults are DDPM++ ("VP"); NCSN++ ("VE") has embedding "fourier", encoder "residual",
    channel_mult_noise 2 and resample_filter (1, 3, 3, 1). Raises ValueError for shares that are none; what
    else is wrong shows when the network is built.
    """

    model_channels: int = 128
    channel_mult: tuple[int, ...] = (2, 2, 2)
    num_blocks: int = 4
    attn_resolutions: tuple[int, ...] = (16,)
    dropout: float = 0.1
    embedding: str = "positional"
    encoder: str = "standard"
    channel_mult_emb: int = 4
    channel_mult_noise: int = 1
    resample_filter: tuple[int, ...] = (1, 1)
    augment_dim: int = 0
    label_dropout: float = 0.0

    def __post_init__(self) -> None:
        check_shares(self, "dropout", "label_dropout")

    @property
    def least_tensors(self) -> int:
        """How many parameters and buffers a network of these settings has, or more."""
        blocks = len(self.channel_mult) * (2 * self.num_blocks + 1)
        return blocks * TENSORS_OF_A_BLOCK


@dataclass(frozen=True)
class DenoiserConfig(UNetConfig):
    """The U-Net (see UNetConfig; small by default), and how it is trained (Karras et al. 2022, Table 1)."""

    model_channels: int = option("Width of the U-Net.", 16, minimum=4, maximum=4096, multipleOf=4)
    channel_mult: tuple[int, ...] = option(
        "Width per resolution level as multiples of model_channels. Every level halves the resolution.",
        (1, 2), minItems=1, maxItems=8, items={"type": "integer", **FEW},
    )  # fmt: skip
    num_blocks: int = option("Residual blocks per level.", 1, **FEW)
    attn_resolutions: tuple[int, ...] = option(
        "Resolutions at which blocks attend.",
        (),
        maxItems=16,
        items={"type": "integer", **POSITIVE, "maximum": 2048},
    )
    dropout: float = option("Dropout in the residual blocks.", 0.0, **SHARE)
    embedding: str = option(
        "How the noise level is embedded. DDPM++ is positional and NCSN++ fourier.",
        "positional", enum=["positional", "fourier"],
    )  # fmt: skip
    encoder: str = option(
        "DDPM++ is standard and NCSN++ residual.", "standard", enum=["standard", "residual"]
    )
    channel_mult_emb: int = option("Width of the embedding as a multiple of model_channels.", 4, **FEW)
    channel_mult_noise: int = option(
        "Width of the noise embedding as a multiple of model_channels.", 1, **FEW
    )
    resample_filter: tuple[int, ...] = option(
        "Taps of the filter that halves and doubles the resolution. NCSN++ has the longer one.",
        (1, 1), enum=[[1, 1], [1, 3, 3, 1]],
    )  # fmt: skip
    augment_dim: int = option("Width of augmentation labels. Only imported networks have them.", 0, const=0)
    label_dropout: float = option(
        "Share of images trained on without their label. Guidance needs some.", 0.0, **SHARE
    )
    steps: int = option("Optimiser steps.", 2000, **MANY)
    stop: int | None = option(
        "Stop after so many of the steps: an early snapshot, as a guide. null takes all.", None, **MANY
    )
    batch_size: int = option("Images per step.", 64, minimum=1, maximum=LARGEST_BATCH)
    lr: float = option("Adam's learning rate at the start, falling to 0 along a cosine.", 2e-3, **RATE)
    ema_decay: float = option("Decay of the averaged weights, which are the result.", 0.999, **SHARE)
    p_mean: float = option("Mean of ln(sigma) in training.", -1.2, minimum=-20, maximum=20)
    p_std: float = option("Standard deviation of ln(sigma) in training.", 1.2, exclusiveMinimum=0, maximum=20)

    @property
    def steps_taken(self) -> int:
        return self.steps if self.stop is None else self.stop


@dataclass(frozen=True)
class NeonConfig:
    """How a denoiser is trained on images of its own, and how far it is led away from what comes of it.

    Alemohammad et al. (2025), who take this learning rate for EDM on CIFAR-10, and weights up to 2.
    """

    model: str = option("Name of the denoiser, a model above this one.")
    set: str = option("Name of a fully synthetic set (t_re = T) of that denoiser's images.")
    steps: int = option("Optimiser steps: a few in a hundred of the denoiser's own.", 200, **MANY)
    batch_size: int = option("Images per step.", 64, minimum=1, maximum=LARGEST_BATCH)
    lr: float = option("Adam's learning rate at the start, falling to 0 along a cosine.", 1e-4, **RATE)
    ema_decay: float = option("Decay of the averaged weights, which are the result.", 0.999, **SHARE)
    p_mean: float = option("Mean of ln(sigma) in training.", -1.2, minimum=-20, maximum=20)
    p_std: float = option("Standard deviation of ln(sigma) in training.", 1.2, exclusiveMinimum=0, maximum=20)
    weight: float = option("w: 0 is the denoiser itself, more leads away.", 1.0, minimum=0, maximum=100)

    @property
    def steps_taken(self) -> int:
        return self.steps


@dataclass(frozen=True, kw_only=True)
class GuidanceConfig:
    """How far a denoiser is led away from a weaker one, and at which noise levels."""

    weight: float = option(
        "w: 1 is the network itself, more leads away from the weaker one, 0 is the weaker one.",
        minimum=0,
        maximum=100,
    )
    sigma_low: float = option("The noise level above which it leads.", 0.0, minimum=0, maximum=1e6)
    sigma_high: float | None = option(
        "The highest noise level at which it leads. null is all.", None, exclusiveMinimum=0, maximum=1e6
    )


@dataclass(frozen=True)
class GANShape:
    """latent: numbers that an image is made from; width: channels at the full resolution."""

    latent: int = 64
    width: int = 32


@dataclass(frozen=True)
class GANConfig(GANShape):
    """The GAN (see GANShape) and its training."""

    latent: int = option("Numbers that an image is made from.", 64, minimum=1, maximum=65_536)
    width: int = option("Channels at the full resolution.", 32, minimum=1, maximum=4096)
    steps: int = option("Optimiser steps of the generator.", 2000, **MANY)
    critic_steps: int = option("Optimiser steps of the discriminator before each of the generator.", 1, **FEW)
    batch_size: int = option("Images per step.", 64, minimum=2, maximum=LARGEST_BATCH)
    lr: float = option("Adam's learning rate.", 1e-3, **RATE)
    ema_decay: float = option(
        "Decay of the generator's averaged weights, which are the result.",
        0.999, minimum=0, exclusiveMaximum=1,
    )  # fmt: skip
