"""Guidance away from what the network makes without a label."""

from typing import TYPE_CHECKING

from ...plan.declarations import Guidance
from ..configs import GuidanceConfig

if TYPE_CHECKING:
    from torch import nn

DECLARATION = Guidance(
    summary="Away from what the network makes without a label, which it must have been trained for "
    "(label_dropout).",
    options=GuidanceConfig,
    null_label=True,
)


def wrap(denoiser: "nn.Module", guide: "nn.Module | None", options: GuidanceConfig) -> "nn.Module":
    """Ho and Salimans (2022). Raises InputError where the network has no null label."""
    from ...run.errors import InputError
    from ..guided import GuidedDenoiser

    if not getattr(denoiser, "has_null_label", False):
        raise InputError(
            "guidance: classifier_free needs a network with a null label, which this one has not; "
            "train it with label_dropout, or lead it away from a second network (autoguidance)"
        )
    return GuidedDenoiser(denoiser, lambda x, sigma, labels: denoiser(x, sigma, None), options)
