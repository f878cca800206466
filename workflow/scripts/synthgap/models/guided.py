"""A denoiser led away from what a weaker one makes."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .configs import GuidanceConfig

Weaker = Callable[[Tensor, Tensor, Tensor | None], Tensor]


class GuidedDenoiser(nn.Module):
    """D_g + w (D - D_g), a denoiser itself, in float64.

    weaker: D_g(x, sigma, labels). Where the noise level is outside config's interval, and where w is 1, it is
    the plain network: Kynkaanniemi et al. (2024).
    """

    def __init__(self, denoiser: nn.Module, weaker: Weaker, config: GuidanceConfig) -> None:
        super().__init__()
        self.denoiser, self.weaker, self.config = denoiser, weaker, config
        self.resolution, self.channels = denoiser.resolution, denoiser.channels
        self.num_classes = denoiser.num_classes
        networks = [part for part in (denoiser, weaker) if isinstance(part, nn.Module)]
        self.sigma_min = max(getattr(network, "sigma_min", 0.0) for network in networks)
        self.sigma_max = min(getattr(network, "sigma_max", float("inf")) for network in networks)
        # The levels of one that knows some only, the denoiser's where both do.
        self.nearest_level = next(
            (network.nearest_level for network in networks if hasattr(network, "nearest_level")), float
        )

    def forward(self, x: Tensor, sigma: Tensor, labels: Tensor | None = None) -> Tensor:
        """x [B, C, H, W], sigma [B], labels int64 [B] or None -> float64 [B, C, H, W]."""
        plain = self.denoiser(x, sigma, labels).double()
        highest = float("inf") if self.config.sigma_high is None else self.config.sigma_high
        guided = (sigma > self.config.sigma_low) & (sigma <= highest)
        if self.config.weight == 1 or not guided.any():
            return plain
        weaker = self.weaker(x, sigma, labels).double()
        return torch.where(guided[:, None, None, None], torch.lerp(weaker, plain, self.config.weight), plain)
