"""Denoisers on disk: safetensors, with what is needed to build the network in the metadata."""

import json
import os
from dataclasses import asdict

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from ..errors import InputError
from ..files import whole_file
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
    # One key, as safetensors writes several in a random order.
    metadata = {"synthgap": json.dumps({"architecture": architecture, "origin": origin})}
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    with whole_file(path) as temporary:
        save_file(tensors, temporary, metadata)


def load_network(path: str | os.PathLike) -> nn.Module:
    """Read a denoiser: eval mode, float32, on the CPU.

    Raises InputError for a file that is no network of ours.
    """
    try:
        with safe_open(path, "pt") as file:
            metadata = json.loads((file.metadata() or {})["synthgap"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise InputError(f"{path}: not a network written by synthgap ({error})") from error
    architecture = metadata["architecture"]
    sizes = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in architecture.pop("config").items()
    }
    network = EDMPrecond(**architecture, config=UNetConfig(**sizes))
    network.load_state_dict(tensors)
    return network.eval().requires_grad_(False)
