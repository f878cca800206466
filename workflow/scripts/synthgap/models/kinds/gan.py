"""A small class-conditional GAN, trained on the training images."""

from dataclasses import dataclass

from ...plan.declarations import ModelKind
from ...plan.options import option
from ..shapes import GANShape
from ..task import Made, ModelTask


@dataclass(frozen=True)
class GANConfig(GANShape):
    """The GAN (see GANShape) and its training."""

    latent: int = option("Numbers that an image is made from.", 64, minimum=1)
    width: int = option("Channels at the full resolution.", 32, minimum=1)
    steps: int = option("Optimiser steps of the generator.", 2000, minimum=1)
    critic_steps: int = option(
        "Optimiser steps of the discriminator before each of the generator.", 1, minimum=1
    )
    batch_size: int = option("Images per step.", 64, minimum=2)
    lr: float = option("Adam's learning rate.", 1e-3, exclusiveMinimum=0)
    ema_decay: float = option(
        "Decay of the generator's averaged weights, which are the result.",
        0.999, minimum=0, exclusiveMaximum=1,
    )  # fmt: skip


DECLARATION = ModelKind(
    summary="A small class-conditional GAN, trained on the training images.",
    options=GANConfig,
    on_device=True,
    trained=True,
    roles=("generator",),
)


def make(task: ModelTask) -> Made:
    from ...data.randomness import derive_seed
    from ...run.devices import select_device
    from ..gan_training import train_gan
    from ..resuming import checkpoint_path

    seed = derive_seed(task.seed, "gan", task.name)
    checkpoint = checkpoint_path(task.checkpoints, task.name, task.train, task.options, seed, task.made_by)
    generator = train_gan(
        task.train,
        len(task.info.class_names),
        task.options,
        seed=seed,
        device=select_device(task.device),
        checkpoint=checkpoint,
        name=task.name,
    )
    return Made(generator, {"trained on": task.info.source}, checkpoint)
