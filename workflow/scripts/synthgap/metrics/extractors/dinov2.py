"""DINOv2's class token: the ViT-L/14 that Stein et al. (2023) recommend."""

from pathlib import Path
from typing import TYPE_CHECKING

from ...plan.declarations import Extractor

if TYPE_CHECKING:
    from torch import nn

DECLARATION = Extractor(title="DINOv2", width=1024, cost=10)


def load(weights: Path, size: int, architecture: str = "vit_large_patch14_dinov2") -> "nn.Module":
    """[B, 1024]. weights: timm's file of it, or of another size of ViT whose name is given as
    `architecture`.
    """
    import timm

    from ..extraction import Preprocessed

    source = {"file": str(weights)}
    network = timm.create_model(
        architecture, pretrained=True, pretrained_cfg_overlay=source, img_size=224, num_classes=0
    )
    return Preprocessed(network, 224)
