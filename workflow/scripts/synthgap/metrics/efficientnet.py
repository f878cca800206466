"""EfficientNet-Lite0 without its classifier (Tan and Le 2019, and their relatives for small machines).

timm's would do, but takes as long to import as to measure a thousand small images.
"""

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

WIDTH = 1280
STEM = 32
# Expansion, kernel, stride of the first, channels and number of a stage's blocks.
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)


class EfficientNetLite0(nn.Sequential):
    """Images [B, 3, H, W] to pooled features [B, 1280]. Its state has the order of timm's."""

    def __init__(self) -> None:
        layers: list[nn.Module] = [_convolution(3, STEM, 3, 2)]
        channels = STEM
        for expansion, kernel, stride, out, count in STAGES:
            for number in range(count):
                layers.append(
                    InvertedResidual(channels, out, expansion, kernel, stride if number == 0 else 1)
                )
                channels = out
        layers += [_convolution(channels, WIDTH, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        super().__init__(*layers)

    def fold_norms(self) -> None:
        """Let the convolutions do what their norms do: a fifth to a third less time, and no training more."""
        for layers in list(self.modules()):
            if not isinstance(layers, nn.Sequential):
                continue
            convolution, norm = layers[0], layers[1]
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                layers[0] = fuse_conv_bn_eval(convolution, norm)
                del layers[1]


class InvertedResidual(nn.Sequential):
    """A wide depthwise convolution between two narrow ends (Sandler et al. 2018)."""

    def __init__(self, channels: int, out: int, expansion: int, kernel: int, stride: int) -> None:
        wide = channels * expansion
        layers = [_convolution(channels, wide, 1)] if expansion > 1 else []
        layers.append(_convolution(wide, wide, kernel, stride, groups=wide))
        super().__init__(*layers, _convolution(wide, out, 1, activated=False))
        self.shortcut = stride == 1 and channels == out

    def forward(self, x: Tensor) -> Tensor:
        out = super().forward(x)
        return out + x if self.shortcut else out


class _SameConv2d(nn.Conv2d):
    """Padded as TensorFlow does it: where a side needs one pixel more than the other, at the end."""

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        missing = [max((-(-size // stride) - 1) * stride + kernel - size, 0) for size in x.shape[:1:-1]]
        return super().forward(F.pad(x, [side for m in missing for side in (m // 2, m - m // 2)]))


def _convolution(
    channels: int, out: int, kernel: int, stride: int = 1, groups: int = 1, activated: bool = True
) -> nn.Sequential:
    layer = _SameConv2d if stride > 1 else nn.Conv2d
    convolution = layer(
        channels, out, kernel, stride, 0 if stride > 1 else kernel // 2, groups=groups, bias=False
    )
    layers = [convolution, nn.BatchNorm2d(out, eps=1e-3)]
    return nn.Sequential(*layers, *([nn.ReLU6(inplace=True)] if activated else []))
