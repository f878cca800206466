"""Networks on disk: ours, and NVIDIA's published ones."""

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..errors import InputError
from ..settings import build_settings
from ..weights import load_weights, save_weights
from .gan import GANGenerator, GANShape
from .networks import EDMPrecond, UNetConfig
from .pickles import UnsafePickleError
from .published import read_published
from .stylegan2 import StyleGAN2, StyleGAN2Config
from .stylegan3 import StyleGAN3, StyleGAN3Config
from .stylegan_layers import Generator

__all__ = ["UnsafePickleError", "load_network", "save_network"]


class Kind(NamedTuple):
    """A sort of network: its name in messages, its class and that of its sizes."""

    title: str
    network: Callable[..., nn.Module]
    config: type


KINDS = {
    "edm": Kind("SongUNet", EDMPrecond, UNetConfig),
    "gan": Kind("small GAN", GANGenerator, GANShape),
    "stylegan2": Kind("generator of StyleGAN2", StyleGAN2, StyleGAN2Config),
    "stylegan3": Kind("generator of StyleGAN3", StyleGAN3, StyleGAN3Config),
}


def save_network(
    path: str | os.PathLike, network: EDMPrecond | GANGenerator | Generator, origin: dict[str, str]
) -> None:
    """Write the weights, with the architecture and where they came from beside them."""
    architecture = {
        "kind": next(name for name, kind in KINDS.items() if kind.network is type(network)),
        "resolution": network.resolution,
        "channels": network.channels,
        "num_classes": network.num_classes,
        "config": asdict(network.config),
    }
    if isinstance(network, EDMPrecond):
        architecture["sigma_data"] = network.sigma_data
    save_weights(path, network.state_dict(), {"architecture": architecture, "origin": origin})


def load_network(path: str | os.PathLike) -> nn.Module:
    """Read a denoiser or a generator: eval mode, float32, on the CPU.

    A `.pkl` is read as one of NVIDIA's checkpoints of EDM, StyleGAN2 or StyleGAN3, without executing
    anything in it; any other file as one of ours. Raises UnsafePickleError naming a refused global, and
    InputError for a file that holds no network that is known here.
    """
    architecture: Any
    if Path(path).suffix == ".pkl":
        architecture, tensors = read_published(path)
    else:
        tensors, description = load_weights(path)
        architecture = description.get("architecture")
    return _filled(_unfilled(architecture, path), tensors, path)


def _unfilled(architecture: Any, path: str | os.PathLike) -> nn.Module:
    """A network without weights, and without memory for them: its sizes are what a file claims."""
    # Files of the first version don't say their kind.
    name = architecture.get("kind", "edm") if isinstance(architecture, dict) else "none"
    if name not in KINDS:
        raise InputError(f"{path}: holds a network of kind {name!r}; {', '.join(KINDS)} are known here")
    kind = KINDS[name]
    try:
        sizes = ("resolution", "channels", "num_classes")
        numbers: dict[str, float] = {name: int(architecture[name]) for name in sizes}
        if "sigma_data" in architecture:
            numbers["sigma_data"] = float(architecture["sigma_data"])
        with torch.device("meta"):
            return kind.network(**numbers, config=build_settings(kind.config, architecture["config"]))
    except Exception as error:  # settings of a file that can hold anything fail in any way
        problem = _in_a_line(error)
        raise InputError(f"{path}: its settings describe no {kind.title} ({problem})") from error


def _filled(network: nn.Module, tensors: dict[str, Tensor], path: str | os.PathLike) -> nn.Module:
    try:
        network.load_state_dict(tensors, assign=True)
    except RuntimeError as error:
        problem = _in_a_line(error)
        raise InputError(f"{path}: its weights don't fit its own settings ({problem})") from error
    return network.float().eval().requires_grad_(False)


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
