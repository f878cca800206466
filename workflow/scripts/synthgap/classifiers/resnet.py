"""ResNet-18 and its narrow relatives (He et al. 2016)."""

import os
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, conv1x1

from ..models.weights import load_weights, save_weights
from ..plan.settings import build_settings


@dataclass(frozen=True)
class ResNetConfig:
    """The classifier's shape.

    stem: "cifar" (one 3x3 convolution) or "imagenet" (7x7 of stride 2, then a max-pool of stride 2).
    width: channels of block1, doubled by each of block2 to block4 (ResNet-18: 64).
    blocks, strides: residual blocks in, and stride of, block1 to block4 (ResNet-18: 2 each; 1, 2, 2, 2).
    """

    stem: str = "cifar"
    width: int = 64
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    strides: tuple[int, ...] = (1, 2, 2, 2)


class ResNet(nn.Module):
    """A classifier of uint8 images: it owns its normalisation, so that pixels go in and logits come out."""

    def __init__(self, channels: int, num_classes: int, config: ResNetConfig) -> None:
        super().__init__()
        self.channels, self.num_classes, self.config = channels, num_classes, config
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("deviation", torch.ones(channels))
        stem: list[nn.Module]
        if config.stem == "imagenet":
            stem = [nn.Conv2d(channels, config.width, 7, stride=2, padding=3, bias=False)]
        else:
            stem = [nn.Conv2d(channels, config.width, 3, padding=1, bias=False)]
        stem += [nn.BatchNorm2d(config.width), nn.ReLU(inplace=True)]
        if config.stem == "imagenet":
            stem += [nn.MaxPool2d(3, stride=2, padding=1)]
        self.stem = nn.Sequential(*stem)
        width, stages = config.width, []
        for level, (count, stride) in enumerate(zip(config.blocks, config.strides, strict=True)):
            out = config.width * 2**level
            stages.append(_stage(width, out, count, stride))
            width = out
        self.block1, self.block2, self.block3, self.block4 = stages
        self.head = nn.Linear(width, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        """images uint8 [B, C, H, W] -> logits float32 [B, classes]."""
        return self.head(self.block4_features(images))

    def block4_features(self, images: Tensor) -> Tensor:
        """Block4's output, averaged over positions: float32 [B, 8 width]."""
        x = self.stem(self.normalise(images))
        x = self.block4(self.block3(self.block2(self.block1(x))))
        return F.adaptive_avg_pool2d(x, 1).flatten(1)

    def normalise(self, images: Tensor) -> Tensor:
        """uint8 pixels to float32 of mean 0 and deviation 1 per channel over the training images."""
        return (images.float() / 255 - self.mean[:, None, None]) / self.deviation[:, None, None]


def _stage(in_channels: int, out_channels: int, count: int, stride: int) -> nn.Sequential:
    shortcut = None
    if stride != 1 or in_channels != out_channels:
        shortcut = nn.Sequential(conv1x1(in_channels, out_channels, stride), nn.BatchNorm2d(out_channels))
    first = BasicBlock(in_channels, out_channels, stride, shortcut)
    return nn.Sequential(first, *(BasicBlock(out_channels, out_channels) for _ in range(count - 1)))


def save_classifier(path: str | os.PathLike, model: ResNet) -> None:
    architecture = {
        "channels": model.channels,
        "num_classes": model.num_classes,
        "config": asdict(model.config),
    }
    save_weights(path, model.state_dict(), architecture)


def load_classifier(path: str | os.PathLike) -> ResNet:
    """Read a classifier: eval mode, on the CPU. Raises InputError for a file that is none of ours."""
    tensors, architecture = load_weights(path)
    config = build_settings(ResNetConfig, architecture.pop("config"))
    model = ResNet(**architecture, config=config)
    model.load_state_dict(tensors)
    return model.eval().requires_grad_(False)
