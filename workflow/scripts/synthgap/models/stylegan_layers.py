"""What the generators of StyleGAN2 and StyleGAN3 share: frame, mapping network, modulated convolution.

Parameter names are those of the published checkpoints, so that their weights fit.
"""

from collections.abc import Callable
from math import sqrt
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MAPPING_LEARNING_RATE = 0.01
MAX_RESOLUTION = 4096
MAX_LAYERS = 100


def activate(x: Tensor) -> Tensor:
    """StyleGAN2's leaky ReLU, scaled so that the mean square of its input about stays."""
    return F.leaky_relu(x, 0.2) * sqrt(2)


def clamped(x: Tensor, limit: float | None) -> Tensor:
    """x within ±limit, as networks were trained that compute in 16 bits; None: x itself."""
    return x if limit is None else x.clamp(-limit, limit)


class FullyConnected(nn.Module):
    """A linear layer with equalised learning rate: weights of variance 1, scaled when used.

    Karras et al. (2018), "Progressive Growing of GANs", Sec. 4.1. [..., in] -> [..., out].
    """

    def __init__(
        self, in_features: int, out_features: int, *, bias: float = 0.0, learning_rate: float = 1.0
    ) -> None:
        super().__init__()
        self.learning_rate = learning_rate
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / learning_rate)
        self.bias = nn.Parameter(torch.full((out_features,), bias / learning_rate))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight * (self.learning_rate / sqrt(self.weight.shape[1]))
        return F.linear(x, weight, self.bias * self.learning_rate)


class Mapping(nn.Module):
    """From z and the label to w.

    Karras et al. (2019), "A Style-Based Generator", Sec. 2 and App. B (truncation); Karras et al. (2020),
    "Training Generative Adversarial Networks with Limited Data", for labels. num_classes 0: unconditional.
    """

    def __init__(self, z_dim: int, num_classes: int, w_dim: int, num_ws: int, num_layers: int) -> None:
        super().__init__()
        self.num_classes, self.num_ws, self.num_layers = num_classes, num_ws, num_layers
        self.embed = FullyConnected(num_classes, w_dim) if num_classes else None
        for i in range(num_layers):
            width = w_dim if i else z_dim + (w_dim if num_classes else 0)
            layer = FullyConnected(width, w_dim, learning_rate=MAPPING_LEARNING_RATE)
            self.add_module(f"fc{i}", layer)
        self.w_avg: Tensor
        self.register_buffer("w_avg", torch.zeros(w_dim))

    def forward(self, z: Tensor, labels: Tensor | None = None, truncation_psi: float = 1.0) -> Tensor:
        """z float [B, z_dim], labels int64 [B] or None -> w float32 [B, num_ws, w_dim], one w repeated.

        truncation_psi pulls w to its mean over z and labels: 1 leaves it, 0 gives the mean itself.
        Raises ValueError where a conditional network gets no labels, or labels that it doesn't know.
        """
        x = _normalised(z.to(self.w_avg.dtype))
        if self.embed is not None:
            x = torch.cat([x, _normalised(self.embed(self._one_hot(labels)))], dim=1)
        for i in range(self.num_layers):
            x = activate(self.get_submodule(f"fc{i}")(x))
        w = self.w_avg.lerp(x, truncation_psi)
        return w[:, None].expand(-1, self.num_ws, -1)

    def _one_hot(self, labels: Tensor | None) -> Tensor:
        if labels is None:
            raise ValueError(f"labels are missing; the generator was trained with {self.num_classes} classes")
        if labels.numel() and not 0 <= int(labels.min()) <= int(labels.max()) < self.num_classes:
            raise ValueError(
                f"labels from {int(labels.min())} to {int(labels.max())}; the generator knows 0 to "
                f"{self.num_classes - 1}"
            )
        return F.one_hot(labels, self.num_classes).to(self.w_avg.dtype)


class Generator(nn.Module):
    """Mapping and synthesis network. num_classes 0: unconditional.

    synthesis: the class of the latter, built from (resolution, channels, config); smallest: resolution
    that it starts from. Raises ValueError for a resolution that is no power of two from there on, or is
    beyond channel_base.
    """

    def __init__(
        self,
        resolution: int,
        channels: int,
        num_classes: int,
        config: Any,
        synthesis: Callable[..., Any],
        smallest: int,
    ) -> None:
        super().__init__()
        _check_images(resolution, channels, num_classes, smallest)
        if config.channel_base < resolution:
            raise ValueError(
                f"channel_base {config.channel_base}; {resolution}, the resolution, is the least"
            )
        self.resolution, self.channels, self.num_classes = resolution, channels, num_classes
        self.config, self.z_dim = config, config.z_dim
        self.synthesis = network = synthesis(resolution, channels, config)
        self.mapping = Mapping(config.z_dim, num_classes, config.w_dim, network.num_ws, config.mapping_layers)

    def forward(self, z: Tensor, labels: Tensor | None = None, truncation_psi: float = 1.0) -> Tensor:
        """z float [B, z_dim], labels int64 [B] or None -> float32 [B, C, H, W], nominally in [-1, 1].

        Raises ValueError as the mapping does.
        """
        return self.synthesis(self.mapping(z, labels, truncation_psi))


def _check_images(resolution: int, channels: int, num_classes: int, smallest: int) -> None:
    """Raise ValueError for a resolution that is no power of two from `smallest` to 4096, or no channels."""
    if resolution.bit_count() != 1 or not smallest <= resolution <= MAX_RESOLUTION:
        raise ValueError(f"resolution {resolution}; a power of two from {smallest} to 4096 is known")
    if channels < 1 or num_classes < 0:
        raise ValueError(f"{channels} channels and {num_classes} classes; 1 and 0 are the fewest")


def _normalised(x: Tensor) -> Tensor:
    """Each row scaled to mean square 1."""
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


def modulated_conv2d(
    x: Tensor, weight: Tensor, style: Tensor, *, padding: int = 0, demodulate: bool = True, up: bool = False
) -> Tensor:
    """A convolution whose weights are scaled per image: StyleGAN2, Sec. 2.2, Eq. 1 and 3.

    x [B, I, H, W], weight [O, I, k, k], style [B, I] -> [B, O, H', W'].
    up: a transposed convolution of stride 2, without padding.
    """
    # Scaling weights by image is scaling inputs and outputs: so one convolution serves the whole batch.
    x = x * style[:, :, None, None]
    if up:
        x = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    else:
        x = F.conv2d(x, weight, padding=padding)
    if demodulate:
        energy = style.square() @ weight.square().sum((2, 3)).T  # [B, O]
        x = x * (energy + 1e-8).rsqrt()[:, :, None, None]
    return x
