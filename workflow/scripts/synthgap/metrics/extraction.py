"""Features of images, by an extractor."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..models.batches import to_batch
from ..plan.tables import plugin
from ..run.errors import InputError
from ..run.progress import batches

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Preprocessed(nn.Module):
    """A network behind its resize and normalisation: images uint8 [B, C, H, W] to features float32 [B, D].

    size: pixels that images are resized to. mean, deviation: of each channel, on the scale 0..1 (None: the
    network takes 0..255).
    """

    def __init__(
        self,
        network: nn.Module,
        size: int,
        mean: Sequence[float] | None = IMAGENET_MEAN,
        deviation: Sequence[float] = IMAGENET_DEVIATION,
    ) -> None:
        super().__init__()
        self.network, self.size, self.mean, self.deviation = network, size, mean, deviation

    def forward(self, images: Tensor) -> Tensor:
        pixels = resized(images, self.size)
        return self.network(pixels if self.mean is None else _normalised(pixels, self.mean, self.deviation))


def build_extractor(name: str, weights: str | None, image_size: int) -> nn.Module:
    """An extractor in eval mode. weights: its file, for those that are fetched; image_size: pixels that those
    see whose size is a choice. Raises InputError where the file holds something else.
    """
    try:
        return plugin("extractors", name).load(None if weights is None else Path(weights), image_size).eval()
    except Exception as error:  # torch, timm and zipfile raise whatever a wrong file leads them to
        if weights is None:
            raise
        problem = " ".join(str(error).split())[:300]
        raise InputError(f"downloads.{name}: {weights} holds no weights of {name} ({problem})") from error


@torch.inference_mode()
def extract_features(
    extractor: nn.Module, images: np.ndarray, batch_size: int, device: torch.device
) -> np.ndarray:
    """Features float32 [N, D] of uint8 images [N, H, W, C].

    Batches are padded, so an image's features do not depend on the others.
    """
    # Depthwise convolutions are twice as fast with the channels last.
    extractor = extractor.eval().to(device).to(memory_format=torch.channels_last)
    channels_first = images.transpose(0, 3, 1, 2)
    features = [
        extractor(to_batch(channels_first[batch], batch_size, device)).cpu()
        for batch in batches(len(images), batch_size, "extract features")
    ]
    return torch.cat(features)[: len(images)].numpy()


def resized(images: Tensor, size: int) -> Tensor:
    """uint8 [B, 1 or 3, H, W] -> float32 [B, 3, size, size] in 0..255; grey becomes three equal channels.

    Bicubic and antialiased, not rounded: what clean-fid does image by image, to a thousandth of a level.
    """
    rgb = images.expand(-1, 3, -1, -1).float()
    return F.interpolate(rgb, (size, size), mode="bicubic", antialias=True).clamp(0, 255)


def _normalised(pixels: Tensor, mean: Sequence[float], deviation: Sequence[float]) -> Tensor:
    means, deviations = (pixels.new_tensor(values).reshape(-1, 1, 1) for values in (mean, deviation))
    return (pixels / 255 - means) / deviations
