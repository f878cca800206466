"""Real images, noised up to a reverse step and restored by a denoiser."""

from dataclasses import dataclass

import numpy as np

from ...data.images import ImageSet
from ...plan.declarations import SetKind
from ...plan.options import option
from ..repeats import repeated_source
from ..schedule import SamplerConfig
from ..task import SetTask


@dataclass(frozen=True)
class ReconstructOptions:
    """sampling: the config's settings of the sampler, with what this set changes of them."""

    model: str = option("Name of a model that is a denoiser.")
    t_re: int = option(
        "The reverse step to start from, in 1..T, or a list of them: a series. T itself makes fully "
        "synthetic images.",
        minimum=1,
    )
    times: int = option("Images made from each real one.", 1, minimum=1)
    sampling: SamplerConfig = option(
        "What this set changes of the config's sampling.", SamplerConfig(), type="object"
    )


DECLARATION = SetKind(
    summary="Real images, noised up to the reverse step t_re and restored by a denoiser.",
    options=ReconstructOptions,
    title=lambda name, options, paper: f"{options.model if paper else name}, t_re = {options.t_re}",
    size=lambda options, others: (0.0, float(options.times)),
    series="t_re",
    paired=True,
    generated=lambda options: options.t_re == options.sampling.steps,
    role="denoiser",
    on_device=True,
)


def make(task: SetTask) -> ImageSet:
    import torch

    from ...models.denoisers import load_denoiser
    from ...models.storage import check_fit
    from ...run.devices import allow_tf32, select_device
    from ..reconstruct import check_levels, reconstruct

    options: ReconstructOptions = task.options
    allow_tf32(options.sampling.tf32)
    origin = f"models: {options.model}: {task.network}"
    denoiser = load_denoiser(str(task.network)).to(select_device(task.device))
    check_fit(denoiser, task.info, origin)
    check_levels(denoiser, options.sampling, origin)
    if task.device == "cuda":
        denoiser = denoiser.to(memory_format=torch.channels_last)
    source = repeated_source(task, options.times)
    images = reconstruct(
        denoiser,
        source.images,
        task.condition(source.labels, origin),
        source.index,
        t_re=options.t_re,
        split=task.split,
        seed=task.seed,
        replicate=task.replicate,
        config=options.sampling,
        batch_size=task.batch_size,
        grey_levels=np.array(task.info.grey_levels),
    )
    return ImageSet(images, source.labels, source.index)
