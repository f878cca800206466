"""A denoiser trained on the training images: a class-conditional U-Net with EDM's preconditioning and
loss.
"""

from dataclasses import dataclass

from ...plan.declarations import ModelKind
from ...plan.options import option
from ...plan.settings import narrow_settings
from ..shapes import UNetConfig
from ..task import Made, ModelTask

POSITIVE = {"minimum": 1}
SHARE = {"minimum": 0, "exclusiveMaximum": 1}


@dataclass(frozen=True)
class DenoiserConfig(UNetConfig):
    """The U-Net (see UNetConfig; small by default), and how it is trained (Karras et al. 2022, Table 1)."""

    model_channels: int = option("Width of the U-Net.", 16, minimum=4, multipleOf=4)
    channel_mult: tuple[int, ...] = option(
        "Width per resolution level as multiples of model_channels. Every level halves the resolution.",
        (1, 2), minItems=1, items={"type": "integer", **POSITIVE},
    )  # fmt: skip
    num_blocks: int = option("Residual blocks per level.", 1, **POSITIVE)
    attn_resolutions: tuple[int, ...] = option(
        "Resolutions at which blocks attend.", (), items={"type": "integer", **POSITIVE}
    )
    dropout: float = option("Dropout in the residual blocks.", 0.0, **SHARE)
    embedding: str = option(
        "How the noise level is embedded. DDPM++ is positional and NCSN++ fourier.",
        "positional", enum=["positional", "fourier"],
    )  # fmt: skip
    encoder: str = option(
        "DDPM++ is standard and NCSN++ residual.", "standard", enum=["standard", "residual"]
    )
    channel_mult_emb: int = option("Width of the embedding as a multiple of model_channels.", 4, **POSITIVE)
    channel_mult_noise: int = option(
        "Width of the noise embedding as a multiple of model_channels.", 1, **POSITIVE
    )
    resample_filter: tuple[int, ...] = option(
        "Taps of the filter that halves and doubles the resolution. NCSN++ has the longer one.",
        (1, 1), enum=[[1, 1], [1, 3, 3, 1]],
    )  # fmt: skip
    augment_dim: int = option("Width of augmentation labels. Only imported networks have them.", 0, const=0)
    label_dropout: float = option(
        "Share of images trained on without their label. Guidance needs some.", 0.0, **SHARE
    )
    steps: int = option("Optimiser steps.", 2000, **POSITIVE)
    batch_size: int = option("Images per step.", 64, **POSITIVE)
    lr: float = option(
        "Adam's learning rate at the start, falling to 0 along a cosine.", 2e-3, exclusiveMinimum=0
    )
    ema_decay: float = option("Decay of the averaged weights, which are the result.", 0.999, **SHARE)
    p_mean: float = option("Mean of ln(sigma) in training.", -1.2)
    p_std: float = option("Standard deviation of ln(sigma) in training.", 1.2, exclusiveMinimum=0)


@dataclass(frozen=True)
class TrainOptions(DenoiserConfig):
    """The denoiser, and how many of it there are."""

    replicates: bool = option(
        "Train one of its own for every replicate, so that the spread includes its training.", False
    )


DECLARATION = ModelKind(
    summary="A denoiser trained on the training images: a class-conditional U-Net with EDM's preconditioning "
    "and loss.",
    options=TrainOptions,
    on_device=True,
    trained=True,
)


def make(task: ModelTask) -> Made:
    from ...data.randomness import derive_seed
    from ...run.devices import select_device
    from ..denoiser_training import train_denoiser
    from ..resuming import checkpoint_path

    config, seed = narrow_settings(DenoiserConfig, task.options), derive_seed(task.seed, task.name)
    checkpoint = checkpoint_path(task.checkpoints, task.name, task.train, config, seed, task.made_by)
    network = train_denoiser(
        task.train,
        len(task.info.class_names),
        config,
        seed=seed,
        device=select_device(task.device),
        checkpoint=checkpoint,
        name=task.name,
    )
    return Made(network, {"trained on": task.info.source}, checkpoint)
