"""VGG16's second fully connected layer after its ReLU. Kynkäänniemi et al. (2019)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ...plan.declarations import Extractor

if TYPE_CHECKING:
    from torch import nn

DECLARATION = Extractor(title="VGG16", width=4096)


def load(weights: Path, size: int) -> "nn.Module":
    """[B, 4096]. weights: torchvision's vgg16-397923af.pth."""
    import torch
    import torchvision

    from ..extraction import Preprocessed

    with torch.device("meta"):
        network = torchvision.models.vgg16()
    network.load_state_dict(torch.load(weights, weights_only=True, map_location="cpu"), assign=True)
    network.classifier = network.classifier[:5]
    return Preprocessed(network, 224)
