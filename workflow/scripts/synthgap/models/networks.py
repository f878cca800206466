"""Denoisers: preconditionings around U-Nets.

Karras et al. (2022), Sec. 5 and Table 1, which also has those of the networks before theirs. Each is a class
here; the U-Nets are in song_unet.py, dhariwal_unet.py and edm2_unet.py. Images are [B, C, H, W].
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .configs import UNetConfig, check_number
from .song_unet import SongUNet

__all__ = ["EDMPrecond", "IDDPMPrecond", "Preconditioned", "UNetConfig", "VEPrecond", "VPPrecond"]


class Preconditioned(nn.Module, ABC):
    """The denoiser D(x; sigma, label) = c_skip x + c_out F(c_in x; c_noise, label).

    Karras et al. (2022), Eq. 7. num_classes 0: unconditional. config: of the U-Net's own class. name: in the
    kind of its file. constants: names of arguments and attributes, numbers that its file says too.
    """

    name: ClassVar[str]
    constants: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        resolution: int,
        channels: int,
        num_classes: int,
        config: Any,
        unet: type[nn.Module] = SongUNet,
        out_channels: int | None = None,
    ) -> None:
        super().__init__()
        halvings = len(config.channel_mult) - 1
        if resolution % (1 << halvings):
            raise ValueError(f"resolution {resolution}; one that can be halved {halvings} times is expected")
        self.resolution, self.channels, self.num_classes = resolution, channels, num_classes
        self.config = config
        self.kind = kind_of(type(self), unet)
        self.has_null_label = bool(num_classes and getattr(config, "label_dropout", 0))
        self.model = unet(resolution, channels, out_channels or channels, num_classes, config)

    def forward(self, x: Tensor, sigma: Tensor, labels: Tensor | None = None) -> Tensor:
        """x float32 [B, C, H, W], sigma float32 [B], labels int64 [B] or None -> [B, C, H, W].

        A label of -1, and None for all, is the null label.
        """
        c_skip, c_out, divisor = self.scales(sigma[:, None, None, None])
        one_hot = None
        if labels is not None and self.num_classes:
            one_hot = F.one_hot(labels.clamp_min(0), self.num_classes) * (labels >= 0)[:, None]
        predicted = self.model(x / divisor, self.c_noise(sigma), one_hot)
        return c_skip * x + c_out * predicted[:, : self.channels]

    @abstractmethod
    def scales(self, sigma: Tensor) -> tuple[Tensor | float, Tensor, Tensor | float]:
        """c_skip, c_out and 1 / c_in at noise levels [B, 1, 1, 1]."""

    @abstractmethod
    def c_noise(self, sigma: Tensor) -> Tensor:
        """What the U-Net is told of the noise levels [B]: [B]."""


def kind_of(preconditioning: type[Preconditioned], unet: Any) -> str:
    """What files call a denoiser: by both names, where the U-Net has one."""
    return "-".join(filter(None, (preconditioning.name, unet.name)))


class EDMPrecond(Preconditioned):
    """EDM's own, which EDM2 keeps."""

    name, constants = "edm", ("sigma_data",)

    def __init__(
        self,
        resolution: int,
        channels: int,
        num_classes: int,
        config: Any,
        sigma_data: float = 0.5,
        unet: type[nn.Module] = SongUNet,
    ) -> None:
        super().__init__(resolution, channels, num_classes, config, unet)
        self.sigma_data = sigma_data

    def scales(self, sigma: Tensor) -> tuple[Tensor | float, Tensor, Tensor | float]:
        total = (sigma**2 + self.sigma_data**2).sqrt()
        return self.sigma_data**2 / total**2, sigma * self.sigma_data / total, total

    def c_noise(self, sigma: Tensor) -> Tensor:
        return sigma.log() / 4


class VPPrecond(Preconditioned):
    """Of variance-preserving networks (Song et al. 2021), which know a level as its time.

    beta_d, beta_min: of sigma(t) = sqrt(exp(beta_d t^2 / 2 + beta_min t) - 1); M: time steps; sigma_min,
    sigma_max: the levels that it knows.
    """

    name, constants = "vp", ("beta_d", "beta_min", "M", "sigma_min", "sigma_max")

    def __init__(
        self,
        resolution: int,
        channels: int,
        num_classes: int,
        config: Any,
        beta_d: float,
        beta_min: float,
        M: float,
        sigma_min: float,
        sigma_max: float,
        unet: type[nn.Module] = SongUNet,
    ) -> None:
        super().__init__(resolution, channels, num_classes, config, unet)
        self.beta_d, self.beta_min, self.M = beta_d, beta_min, M
        self.sigma_min, self.sigma_max = sigma_min, sigma_max
        check_number(self, *self.constants)

    def scales(self, sigma: Tensor) -> tuple[Tensor | float, Tensor, Tensor | float]:
        return 1.0, -sigma, (sigma**2 + 1).sqrt()

    def c_noise(self, sigma: Tensor) -> Tensor:
        root = (self.beta_min**2 + 2 * self.beta_d * (1 + sigma**2).log()).sqrt()
        return (self.M - 1) * ((root - self.beta_min) / self.beta_d)


class VEPrecond(Preconditioned):
    """Of variance-exploding networks (Song et al. 2021). sigma_min, sigma_max: the levels that it knows."""

    name, constants = "ve", ("sigma_min", "sigma_max")

    def __init__(
        self,
        resolution: int,
        channels: int,
        num_classes: int,
        config: Any,
        sigma_min: float,
        sigma_max: float,
        unet: type[nn.Module] = SongUNet,
    ) -> None:
        super().__init__(resolution, channels, num_classes, config, unet)
        self.sigma_min, self.sigma_max = sigma_min, sigma_max
        check_number(self, *self.constants)

    def scales(self, sigma: Tensor) -> tuple[Tensor | float, Tensor, Tensor | float]:
        return 1.0, sigma, 1.0

    def c_noise(self, sigma: Tensor) -> Tensor:
        return (sigma / 2).log()


class IDDPMPrecond(Preconditioned):
    """Of networks of discrete time steps (Nichol and Dhariwal 2021).

    M: time steps. u: float32 [M + 1], their noise levels, falling to 0, which a file brings. The U-Net also
    predicts variances, channels behind the image's, which the samplers here don't use.
    """

    name, constants = "iddpm", ("M",)

    def __init__(
        self,
        resolution: int,
        channels: int,
        num_classes: int,
        config: Any,
        M: float,
        unet: type[nn.Module] = SongUNet,
    ) -> None:
        super().__init__(resolution, channels, num_classes, config, unet, 2 * channels)
        self.M = int(M)
        check_number(self, "M")
        self.u: Tensor
        self.register_buffer("u", torch.zeros(self.M + 1))

    @property
    def sigma_min(self) -> float:
        """The lowest level that it knows, and sigma_max the highest."""
        return float(self.u[-2])

    @property
    def sigma_max(self) -> float:
        return float(self.u[0])

    def nearest_level(self, sigma: float) -> float:
        """The level of its own that is nearest to sigma, which the sampler takes in its place."""
        return float(self.u[self._nearest(self.u.new_tensor([sigma], dtype=torch.float64))])

    def scales(self, sigma: Tensor) -> tuple[Tensor | float, Tensor, Tensor | float]:
        return 1.0, -sigma, (sigma**2 + 1).sqrt()

    def c_noise(self, sigma: Tensor) -> Tensor:
        return (self.M - 1 - self._nearest(sigma)).to(sigma.dtype)

    def _nearest(self, sigma: Tensor) -> Tensor:
        """Places in u of the levels nearest to sigma [B]: int64 [B]."""
        return (sigma.double()[:, None] - self.u.double()).abs().argmin(1)
