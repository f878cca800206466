"""A pipeline that diffusers saved, used as it is."""

from dataclasses import dataclass

from ...plan.declarations import ModelKind
from ...plan.options import class_option, option


@dataclass(frozen=True)
class DiffusersOptions:
    path: str = option(
        "Folder in which diffusers saved a pipeline with a class-conditional UNet2DModel of pixels.",
        minLength=1,
    )
    classes: tuple[str, ...] = class_option("the network's labels")


DECLARATION = ModelKind(
    summary="A denoiser that diffusers saved: a pipeline's class-conditional UNet2DModel of pixels.",
    options=DiffusersOptions,
    file=False,
)
