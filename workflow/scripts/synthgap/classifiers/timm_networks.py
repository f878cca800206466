"""Networks of timm as classifiers."""

import difflib
from typing import Any

import timm
from torch import Tensor, nn

from ..run.errors import InputError
from .classifier import Classifier


class TimmClassifier(Classifier):
    """A convolutional network of timm.

    Raises InputError for an unknown architecture, and for one whose last block has no positions.
    """

    def __init__(self, channels: int, num_classes: int, architecture: str) -> None:
        super().__init__(channels, num_classes)
        self.architecture, known = architecture, timm.list_models()
        if architecture not in known:
            near = difflib.get_close_matches(architecture, known, 3) or known[:3]
            raise InputError(
                f"classifier.architecture: timm has no network {architecture}; choose one, such as "
                f"{', '.join(near)}"
            )
        self.network: Any = timm.create_model(architecture, in_chans=channels, num_classes=num_classes)

    def maps(self, pixels: Tensor) -> Tensor:
        maps = self.network.forward_features(pixels)
        if maps.ndim != 4 or maps.shape[1] != self.network.num_features:
            raise InputError(
                f"classifier.architecture: the last block of {self.architecture} gives no maps of "
                "channels and positions, which attention maps need; choose a convolutional network"
            )
        return maps

    def pooled(self, maps: Tensor) -> Tensor:
        return self.network.forward_head(maps, pre_logits=True)

    def logits(self, features: Tensor) -> Tensor:
        head = self.network.get_classifier()
        if isinstance(head, nn.Conv2d):
            return head(features[:, :, None, None]).flatten(1)
        return head(features)
