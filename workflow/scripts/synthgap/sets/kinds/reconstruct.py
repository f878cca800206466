"""Real images, noised up to a reverse step and restored by a denoiser."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...data.images import ImageSet
from ...plan.declarations import SetKind
from ...plan.options import option
from ...plan.tables import plugin
from ..guidance import Guided
from ..repeats import repeated_source
from ..schedule import SamplerConfig, solver_sigmas
from ..task import SetTask

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class ReconstructOptions:
    """sampling: the config's settings of the sampler, with what this set changes of them."""

    model: str = option("Name of a model that is a denoiser.")
    t_re: int = option(
        "The reverse step to start from, in 1..T, or a list of them: a series. T itself makes fully "
        "synthetic images.",
        minimum=1,
        maximum=10_000,
    )
    times: int = option("Images made from each real one.", 1, minimum=1, maximum=1000)
    sampling: SamplerConfig = option(
        "What this set changes of the config's sampling.", SamplerConfig(), type="object"
    )
    guidance: Guided | None = option(
        "How the network is led: a kind of guidance, and the kind's keys (both below). null leaves it alone.",
        None,
        type=["object", "null"],
    )


DECLARATION = SetKind(
    summary="Real images, noised up to the reverse step t_re and restored by a denoiser.",
    options=ReconstructOptions,
    title=lambda name, options, paper: f"{options.model if paper else name}, t_re = {options.t_re}",
    size=lambda options, others: (0.0, float(options.times)),
    series="t_re",
    placed=True,
    paired=True,
    generated=lambda options: options.t_re == options.sampling.steps,
    role="denoiser",
    on_device=True,
    evaluations=lambda options: options.times * _evaluations(options),
)


def _evaluations(options: ReconstructOptions) -> int:
    """Of networks, for an image; at most, where guidance leads in an interval of noise levels, and where a
    schedule is fitted.
    """
    sigmas = [float(sigma) for sigma in solver_sigmas(options.t_re, options.sampling)]
    sampler = plugin("samplers", options.sampling.sampler).DECLARATION
    steps = (len(sigmas) - 2) * sampler.evaluations + 1
    led = 1 if options.guidance is None else options.guidance.declaration.evaluations
    return led * (steps + sampler.extra(options.sampling, sigmas))


def make(task: SetTask) -> ImageSet:
    from ..reconstruct import reconstruct

    options: ReconstructOptions = task.options
    source = repeated_source(task, options.times)
    images = reconstruct(
        load_task_denoiser(task),
        source.images,
        source.labels,
        source.index,
        t_re=options.t_re,
        split=task.split,
        seed=task.seed,
        replicate=task.replicate,
        config=options.sampling,
        batch_size=task.batch_size,
        grey_levels=np.array(task.info.grey_levels),
        sigmas=task.sigmas,
    )
    return ImageSet(images, source.labels, source.index)


def load_task_denoiser(task: SetTask) -> "nn.Module":
    """The set's network, led by its guide where it has one."""
    import torch

    from ...models.adapters import renumbered
    from ...models.compilation import compile_network
    from ...models.denoisers import check_denoiser, load_denoiser
    from ...models.precision import lower_precision
    from ...run.devices import select_device
    from ..reconstruct import check_levels

    options: ReconstructOptions = task.options
    device = select_device(task.device, task.tf32)

    def load(model: str, network: str, role: str) -> "nn.Module":
        origin = f"models: {model}: {network}"
        denoiser = load_denoiser(network).to(device)
        check_denoiser(denoiser, task.info, origin, guides=role == "guide")
        check_levels(denoiser, options.sampling, origin)
        lower_precision(denoiser, getattr(torch, options.sampling.precision))
        if options.sampling.compile:
            compile_network(denoiser)
        if denoiser.num_classes:
            denoiser = renumbered(denoiser, task.class_numbers(role, origin))
        return denoiser

    denoiser = load(options.model, str(task.network), "network")
    if options.guidance is not None:
        leader = options.guidance.model
        guide = load(leader, str(task.guide), "guide") if leader else None
        denoiser = plugin("guidance", options.guidance.kind).wrap(denoiser, guide, options.guidance.options)
    return denoiser
