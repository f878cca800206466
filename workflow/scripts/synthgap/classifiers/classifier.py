"""What every classifier is, whatever its network: uint8 images in, logits out."""

import os
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from ..models.weights import load_weights, save_weights
from ..plan.settings import build_settings
from ..plan.tables import plugin


class Classifier(nn.Module):
    """A classifier that owns its normalisation, so that pixels go in and logits come out.

    A learner's network says `maps`, `pooled` and `logits`. last_block: gives the maps as they are, a place
    for Grad-CAM to look at. learner, options: what it was built from (see build_classifier).
    """

    learner: str
    options: Any

    def __init__(self, channels: int, num_classes: int) -> None:
        super().__init__()
        self.channels, self.num_classes = channels, num_classes
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("deviation", torch.ones(channels))
        self.last_block = nn.Identity()

    def maps(self, pixels: Tensor) -> Tensor:
        """Normalised pixels float32 [B, C, H, W] -> the last block's output [B, D, h, w]."""
        raise NotImplementedError

    def pooled(self, maps: Tensor) -> Tensor:
        """The last block's output -> features [B, D], over positions."""
        raise NotImplementedError

    def logits(self, features: Tensor) -> Tensor:
        """Features [B, D] -> logits [B, classes]."""
        raise NotImplementedError

    def forward(self, images: Tensor) -> Tensor:
        """images uint8 [B, C, H, W] -> logits float32 [B, classes]."""
        return self.logits(self.features(images))

    def features(self, images: Tensor) -> Tensor:
        """The last block's output, pooled over positions: float32 [B, D]."""
        return self.pooled(self.last_block(self.maps(self.normalise(images))))

    def normalise(self, images: Tensor) -> Tensor:
        """uint8 pixels to float32 of mean 0 and deviation 1 per channel over the training images."""
        return (images.float() / 255 - self.mean[:, None, None]) / self.deviation[:, None, None]


def build_classifier(learner: str, channels: int, num_classes: int, options: Any) -> Classifier:
    """The untrained network of a learner (see plan/tables.py). options: of the learner's own dataclass.

    Convolutions take a tenth less time where the weights' channels lie side by side.
    """
    model = plugin("learners", learner).build(channels, num_classes, options)
    model.learner, model.options = learner, options
    return model.to(memory_format=torch.channels_last)


def save_classifier(path: str | os.PathLike, model: Classifier) -> None:
    """Write a classifier's weights, and what it takes to build it again."""
    architecture = {
        "learner": model.learner,
        "channels": model.channels,
        "num_classes": model.num_classes,
        "options": asdict(model.options),
    }
    save_weights(path, model.state_dict(), architecture)


def load_classifier(path: str | os.PathLike) -> Classifier:
    """Read a classifier: eval mode, on the CPU. Raises InputError for a file that is none of ours."""
    tensors, architecture = load_weights(path)
    kind = plugin("learners", architecture["learner"]).DECLARATION.options
    options = build_settings(kind, architecture.pop("options"))
    model = build_classifier(**architecture, options=options)
    model.load_state_dict(tensors)
    return model.eval().requires_grad_(False)
