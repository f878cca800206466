"""A small class-conditional GAN, trained on the training images."""

from ...plan.declarations import ModelKind
from ..configs import GANConfig
from ..task import Made, ModelTask

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
        device=select_device(task.device, task.tf32),
        checkpoint=checkpoint,
        name=task.name,
    )
    return Made(generator, {"trained on": task.info.source}, checkpoint)
