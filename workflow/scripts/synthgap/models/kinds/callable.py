"""A denoiser that the user's own code returns."""

from dataclasses import dataclass

from ...plan.declarations import ModelKind
from ...plan.options import class_option, option


@dataclass(frozen=True)
class CallableOptions:
    function: str = option(
        "`module:function`, found from the folder that you start in. It returns a torch module "
        "D(x, sigma, labels) with the attributes resolution, channels and num_classes.",
        pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$",
    )
    classes: tuple[str, ...] = class_option("the network's labels")


DECLARATION = ModelKind(
    summary="A denoiser that a function of your own code returns.",
    options=CallableOptions,
    file=False,
)
