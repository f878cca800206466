"""GANs' generators, from wherever they come."""

import os
from typing import Any

from ..data.images import DatasetInfo
from ..run.errors import InputError
from .gan import GANGenerator, GANShape
from .storage import Kind, check_fit, read_network
from .stylegan2 import StyleGAN2, StyleGAN2Config
from .stylegan3 import StyleGAN3, StyleGAN3Config

GENERATORS = {
    "gan": Kind("small GAN", GANGenerator, GANShape),
    "stylegan2": Kind("generator of StyleGAN2", StyleGAN2, StyleGAN2Config),
    "stylegan3": Kind("generator of StyleGAN3", StyleGAN3, StyleGAN3Config),
}


def load_generator(path: str | os.PathLike) -> Any:
    """Read a generator, a module G(z [B, z_dim], labels int64 [B]) -> [B, C, H, W]; see read_network."""
    return read_network(path, GENERATORS)


def check_generator(network: Any, info: DatasetInfo, origin: str) -> None:
    """Raise InputError where a generator is unconditional, or makes other images than the data set's."""
    if network.num_classes == 0:
        raise InputError(f"{origin} is unconditional; bring one that was trained with labels")
    check_fit(network, info, origin)
