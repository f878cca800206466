"""How classifiers are trained, and which network they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..plan.options import option
from ..plan.settings import narrow_values
from ..plan.tables import plugin


@dataclass(frozen=True)
class ClassifierConfig:
    """A classifier's training: SGD with a stepped learning rate. options: its learner's own keys."""

    learner: str = option("The network that is trained on each set.", "resnet")
    epochs: int = option(
        "Passes over the real training images. Every set is trained with as many steps as the real one, "
        "whatever its size: its images are shown more often where they are fewer, less often where they are "
        "more.",
        100,
        minimum=1,
        maximum=1_000_000,
    )
    batch_size: int = option("Images per step.", 128, minimum=2, maximum=65_536)
    lr: float = option("SGD's learning rate at the start.", 0.01, exclusiveMinimum=0, maximum=1000)
    lr_step: int = option("Epochs between drops of the learning rate.", 30, minimum=1, maximum=1_000_000)
    lr_factor: float = option("Factor of a drop.", 0.1, exclusiveMinimum=0, maximum=1)
    momentum: float = option("SGD's momentum.", 0.9, minimum=0, exclusiveMaximum=1)
    weight_decay: float = option("SGD's weight decay.", 5e-4, minimum=0, maximum=10)
    augmentation: str = option(
        "`crop_flip`: random crops of padded images and horizontal flips.", "none", enum=["none", "crop_flip"]
    )
    options: Any = None


@dataclass(frozen=True)
class ResNetConfig:
    """The shape of a ResNet of four blocks, ResNet-18's unless it says otherwise."""

    stem: str = option(
        "`cifar`: one 3x3 convolution. `imagenet`: 7x7 of stride 2 and a max-pool of stride 2.",
        "cifar",
        enum=["cifar", "imagenet"],
    )
    width: int = option("Channels of block1. Each further block doubles them.", 64, minimum=1, maximum=4096)
    blocks: tuple[int, ...] = option(
        "Residual blocks in block1 to block4.",
        (2, 2, 2, 2),
        type="array",
        minItems=4,
        maxItems=4,
        items={"type": "integer", "minimum": 1, "maximum": 100},
    )
    strides: tuple[int, ...] = option(
        "Stride of block1 to block4.",
        (1, 2, 2, 2),
        type="array",
        minItems=4,
        maxItems=4,
        items={"type": "integer", "enum": [1, 2]},
    )


def classifier_config(values: Mapping[str, Any]) -> ClassifierConfig:
    """From the config's `classifier`, where the learner's keys stand beside those of its training."""
    config = narrow_values(ClassifierConfig, values)
    kind = plugin("learners", config.learner).DECLARATION.options
    return replace(config, options=narrow_values(kind, values))
