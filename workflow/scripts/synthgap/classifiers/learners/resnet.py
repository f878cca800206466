"""ResNet-18 and its narrow relatives."""

from typing import TYPE_CHECKING

from ...plan.declarations import Learner
from ..config import ResNetConfig

if TYPE_CHECKING:
    from ..classifier import Classifier

DECLARATION = Learner(
    summary="ResNet-18, or a narrow relative.",
    options=ResNetConfig,
    cost=lambda options: (options.width / 64) ** 2,
)


def build(channels: int, num_classes: int, options: ResNetConfig) -> "Classifier":
    """He et al. (2016)."""
    from ..resnet import ResNet

    return ResNet(channels, num_classes, options)
