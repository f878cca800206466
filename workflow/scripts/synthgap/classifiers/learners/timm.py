"""A convolutional network of the library timm, untrained."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...plan.declarations import Learner
from ...plan.options import option

if TYPE_CHECKING:
    from ..classifier import Classifier


@dataclass(frozen=True)
class TimmOptions:
    """Which network of timm."""

    architecture: str = option("timm's name of it, such as resnet50 or convnext_tiny.")


DECLARATION = Learner(
    summary="A convolutional network of the library timm, with random weights at the start.",
    options=TimmOptions,
    cost=lambda options: 4.0,
)


def build(channels: int, num_classes: int, options: TimmOptions) -> "Classifier":
    """Raises InputError for an unknown name, and for a network whose last block has no positions."""
    from ..timm_networks import TimmClassifier

    return TimmClassifier(channels, num_classes, options.architecture)
