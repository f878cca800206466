"""Bringing in a network that was trained elsewhere."""

import importlib
import os
import sys
from pathlib import Path

from torch import nn

from ..data.images import DatasetInfo
from ..errors import InputError
from ..references import is_callable_reference
from .adapters import load_diffusers
from .checkpoints import load_network
from .gan import GANGenerator
from .schedule import SamplerConfig
from .stylegan_layers import Generator


def check_denoiser(network: nn.Module, info: DatasetInfo, origin: str) -> None:
    """Raise InputError where a network is no denoiser, or one of other images than the data set's."""
    if isinstance(network, Generator | GANGenerator):
        raise InputError(f"{origin} is a GAN's generator, which can't denoise; bring a diffusion model")
    _check_fit(network, info, origin)


def check_generator(network: nn.Module, info: DatasetInfo, origin: str) -> None:
    """Raise InputError where a network is no GAN's generator, or one of other images than the data set's."""
    if not isinstance(network, Generator):
        raise InputError(f"{origin} is no GAN's generator; bring a StyleGAN2-ADA or StyleGAN3")
    _check_fit(network, info, origin)


def _check_fit(network: nn.Module, info: DatasetInfo, origin: str) -> None:
    data = {"resolution": info.resolution, "channels": info.channels, "num_classes": len(info.class_names)}
    for name, expected in data.items():
        found = getattr(network, name, None)
        if found is None:
            raise InputError(f"{origin} has no attribute {name!r}, which it needs")
        if found != expected:
            raise InputError(
                f"{origin} has {name} {found}, the data set {expected}; bring the network and the data set "
                "that belong together"
            )


def check_levels(network: nn.Module, config: SamplerConfig, origin: str) -> None:
    """Raise InputError where the sampler goes to noise levels that a denoiser says it doesn't know.

    A denoiser says it by attributes sigma_min and sigma_max; one without them knows all levels.
    """
    lowest, highest = getattr(network, "sigma_min", 0.0), getattr(network, "sigma_max", float("inf"))
    if config.sigma_min < lowest or config.sigma_max > highest:
        raise InputError(
            f"diffusion.sampling: sigma_min {config.sigma_min} and sigma_max {config.sigma_max} go beyond "
            f"the levels {lowest:.5g} to {highest:.5g} that {origin} was trained on; set them within"
        )


def load_denoiser(reference: str, base: str | os.PathLike = ".") -> nn.Module:
    """A denoiser from a file (see load_network), from a folder that diffusers saved a pipeline in, or from
    a user's `module:function`.

    The function takes no argument and returns a module D(x, sigma, labels) with the attributes
    resolution, channels and num_classes. The module is looked for in `base` too.
    Raises InputError where it can't be called.
    """
    if not is_callable_reference(reference):
        return load_diffusers(reference) if Path(reference).is_dir() else load_network(reference)
    module_name, function_name = reference.split(":")
    sys.path.insert(0, str(Path(base).resolve()))
    try:
        network = getattr(importlib.import_module(module_name), function_name)()
    except (ImportError, AttributeError, TypeError) as error:
        raise InputError(f"diffusion.network: {reference} can't be called ({error})") from error
    finally:
        sys.path.pop(0)
    if not isinstance(network, nn.Module):
        raise InputError(
            f"diffusion.network: {reference} returned a {type(network).__name__}, expected a torch module"
        )
    return network.eval().requires_grad_(False)
