"""Denoisers on disk."""

import os
from dataclasses import asdict

from torch import nn

from ..settings import build_settings
from ..weights import load_weights, save_weights
from .networks import EDMPrecond, UNetConfig


def save_network(path: str | os.PathLike, network: EDMPrecond, origin: str) -> None:
    """Write the weights, with the architecture and where they came from beside them."""
    architecture = {
        "resolution": network.resolution,
        "channels": network.channels,
        "num_classes": network.num_classes,
        "sigma_data": network.sigma_data,
        "config": asdict(network.config),
    }
    save_weights(path, network.state_dict(), {"architecture": architecture, "origin": origin})


def load_network(path: str | os.PathLike) -> nn.Module:
    """Read a denoiser: eval mode, float32, on the CPU.

    Raises InputError for a file that is no network of ours.
    """
    tensors, description = load_weights(path)
    architecture = description["architecture"]
    sizes = build_settings(UNetConfig, architecture.pop("config"))
    network = EDMPrecond(**architecture, config=sizes)
    network.load_state_dict(tensors)
    return network.eval().requires_grad_(False)
