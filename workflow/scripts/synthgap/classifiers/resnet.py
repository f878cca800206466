"""ResNet-18 and its narrow relatives (He et al. 2016)."""

import torch.nn.functional as F
from torch import Tensor, nn

from .classifier import Classifier
from .config import ResNetConfig


class ResNet(Classifier):
    """A ResNet of four blocks, whose last, block4, is what features and attention maps are of."""

    def __init__(self, channels: int, num_classes: int, config: ResNetConfig) -> None:
        super().__init__(channels, num_classes)
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

    def maps(self, pixels: Tensor) -> Tensor:
        return self.block4(self.block3(self.block2(self.block1(self.stem(pixels)))))

    def pooled(self, maps: Tensor) -> Tensor:
        return F.adaptive_avg_pool2d(maps, 1).flatten(1)

    def logits(self, features: Tensor) -> Tensor:
        return self.head(features)


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut: He et al.'s basic block, with torchvision's names.

    torchvision's own would do, but takes longer to import than many a training step.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        shortcut = None
        if stride != 1 or in_channels != out_channels:
            shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.downsample = shortcut

    def forward(self, x: Tensor) -> Tensor:
        residual = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(x)) + residual, inplace=True)


def _stage(in_channels: int, out_channels: int, count: int, stride: int) -> nn.Sequential:
    first = Block(in_channels, out_channels, stride)
    return nn.Sequential(first, *(Block(out_channels, out_channels, 1) for _ in range(count - 1)))
