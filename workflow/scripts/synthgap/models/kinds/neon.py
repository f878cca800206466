"""A denoiser led away from what training on its own images makes of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ...plan.declarations import ModelKind
from ..configs import NeonConfig
from ..task import Made, ModelTask

if TYPE_CHECKING:
    from torch import nn

DECLARATION = ModelKind(
    summary="Another denoiser, led away from what a short training on its own images makes of it: Neon "
    "(Alemohammad et al. 2025).",
    options=NeonConfig,
    on_device=True,
    trained=True,
    derived=True,
)


def make(task: ModelTask) -> Made:
    from ...data.classes import network_numbers
    from ...data.randomness import derive_seed
    from ...run.devices import select_device
    from ...run.downloads import check_sha256
    from ...run.errors import InputError
    from ..denoiser_training import continue_training
    from ..denoisers import check_denoiser, load_denoiser
    from ..edm2_unet import EDM2UNet
    from ..networks import EDMPrecond
    from ..resuming import checkpoint_path

    assert task.images is not None, "the config names a set"
    path, options = str(task.file), task.options
    origin = f"models: {task.name}: {options.model}"
    denoiser, images = load_denoiser(path), task.images
    check_denoiser(denoiser, task.info, origin)
    if task.classes is not None:
        numbers = network_numbers(task.info.class_names, task.classes, origin)
        images = replace(images, labels=numbers[images.labels])
    seed = derive_seed(task.seed, task.name)
    made_by = f"{task.made_by} {check_sha256(path, None)}"  # it starts from this file
    checkpoint = checkpoint_path(task.checkpoints, task.name, images, options, seed, made_by)
    fitted = load_denoiser(path).to(select_device(task.device, task.tf32))
    if not isinstance(fitted, EDMPrecond) or isinstance(fitted.model, EDM2UNet):
        raise InputError(
            f"{origin} is a denoiser of kind {fitted.kind}; neon trains those of kind edm and edm-dhariwal: "
            "choose such a one"
        )
    degraded = continue_training(fitted, images, options, seed=seed, checkpoint=checkpoint, name=task.name)
    lead_away(denoiser, degraded, options.weight)
    made_from = f"{options.model} and {options.set}, weight {options.weight:g}"
    return Made(denoiser, {"made from": made_from}, checkpoint)


def lead_away(denoiser: "nn.Module", degraded: "nn.Module", weight: float) -> None:
    """Change the denoiser's parameters theta to theta - w (theta_s - theta), with those of the degraded one,
    theta_s. Alemohammad et al. (2025), Algorithm 1.
    """
    import torch

    with torch.no_grad():
        for own, other in zip(denoiser.parameters(), degraded.parameters(), strict=True):
            own.sub_(weight * (other - own))
