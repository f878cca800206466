"""Guidance away from what a weaker network makes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...plan.declarations import Guidance
from ...plan.options import option
from ..configs import GuidanceConfig

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class AutoguidanceOptions(GuidanceConfig):
    """The weaker network, the guide."""

    model: str = option(
        "Name of the guide, a weaker denoiser: smaller (`model_channels`), or trained for a shorter time "
        "(`steps`, or `stop` with `seed_of`), such as a second model of the kind train. One of "
        "the kind file may be a network without labels: of EDM2, say, whose authors call that "
        "unconditional guidance."
    )


DECLARATION = Guidance(
    summary="Away from what a weaker network of the same task makes of the same label.",
    options=AutoguidanceOptions,
)


def wrap(denoiser: "nn.Module", guide: "nn.Module | None", options: AutoguidanceOptions) -> "nn.Module":
    """Karras et al. (2024)."""
    from ..guided import GuidedDenoiser

    assert guide is not None, "the config names one"
    return GuidedDenoiser(denoiser, guide, options)
