"""Images that a generator makes from labels."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ...data.images import ImageSet
from ...plan.declarations import SetKind
from ...plan.options import option
from ..repeats import repeated_source
from ..task import SetTask


@dataclass(frozen=True)
class GenerateOptions:
    model: str = option("Name of a model that is a generator.")
    truncation_psi: float | None = option(
        "StyleGAN's truncation. null is 1, none.", None, minimum=0, maximum=1
    )
    times: int = option("Images made in the place of each real one.", 1, minimum=1, maximum=1000)


DECLARATION = SetKind(
    summary="Images from a generator, one of its class in the place of each real one.",
    options=GenerateOptions,
    title=lambda name, options, paper: name,
    size=lambda options, others: (0.0, float(options.times)),
    placed=True,
    generated=lambda options: True,
    evaluations=lambda options: options.times,
    role="generator",
    on_device=True,
)


def make(task: SetTask) -> ImageSet:
    from ...models.generators import load_generator
    from ...run.devices import select_device
    from ..generate import sample_images

    options: GenerateOptions = task.options
    device = select_device(task.device, task.tf32)
    generator = load_generator(str(task.network)).to(device)
    generate = generator
    if options.truncation_psi is not None:
        generate = partial(generator, truncation_psi=options.truncation_psi)
    numbers = task.class_numbers("network", f"models: {options.model}: {task.network}")
    source = repeated_source(task, options.times)
    images = sample_images(
        generate,
        generator.z_dim,
        numbers[source.labels],
        source.index,
        name=task.name,
        split=task.split,
        seed=task.seed,
        replicate=task.replicate,
        batch_size=task.batch_size,
        device=device,
        grey_levels=np.array(task.info.grey_levels),
    )
    return ImageSet(images, source.labels, source.index)
