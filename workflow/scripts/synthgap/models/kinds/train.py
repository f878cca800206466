"""A denoiser trained on the training images: a class-conditional U-Net with EDM's preconditioning and
loss.
"""

from dataclasses import dataclass

from ...plan.declarations import ModelKind
from ...plan.options import option
from ...plan.settings import narrow_settings
from ..configs import DenoiserConfig
from ..task import Made, ModelTask


@dataclass(frozen=True)
class TrainOptions(DenoiserConfig):
    """The denoiser, and how many of it there are."""

    replicates: bool = option(
        "Train one of its own for every replicate, so that the spread includes its training.", False
    )
    seed_of: str | None = option(
        "Name of a model that is trained alike, whose random numbers to take. With its settings and `stop`, "
        "this is a snapshot of that very training.",
        None,
    )


DECLARATION = ModelKind(
    summary="A denoiser trained on the training images: a class-conditional U-Net with EDM's preconditioning "
    "and loss.",
    options=TrainOptions,
    on_device=True,
    trained=True,
)


def seeded_name(name: str, options: TrainOptions) -> str:
    """The name of the training whose random numbers the one of this name takes."""
    _, mark, replicate = name.rpartition("-rep") if options.replicates else ("", "", "")
    return name if options.seed_of is None else f"{options.seed_of}{mark}{replicate}"


def make(task: ModelTask) -> Made:
    from ...data.randomness import derive_seed
    from ...run.devices import select_device
    from ..denoiser_training import train_denoiser
    from ..resuming import checkpoint_path

    config = narrow_settings(DenoiserConfig, task.options)
    seed = derive_seed(task.seed, seeded_name(task.name, task.options))
    checkpoint = checkpoint_path(task.checkpoints, task.name, task.train, config, seed, task.made_by)
    network = train_denoiser(
        task.train,
        len(task.info.class_names),
        config,
        seed=seed,
        device=select_device(task.device, task.tf32),
        checkpoint=checkpoint,
        name=task.name,
    )
    return Made(network, {"trained on": task.info.source}, checkpoint)
