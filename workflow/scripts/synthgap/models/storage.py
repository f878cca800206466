"""Networks on disk: weights, and beside them the architecture and where they came from."""

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..data.images import DatasetInfo
from ..plan.settings import build_settings
from ..run.errors import InputError
from .formats.nvidia import read_published
from .weights import load_weights, save_weights


class Kind(NamedTuple):
    """A sort of network: its name in messages, its class, whose attribute `kind` files bear, and that of its
    sizes.
    """

    title: str
    network: type[nn.Module]
    config: type


def save_network(path: str | os.PathLike, network: Any, origin: dict[str, str]) -> None:
    """Write a network of a known kind. origin: where it came from."""
    architecture = {
        "kind": network.kind,
        "resolution": network.resolution,
        "channels": network.channels,
        "num_classes": network.num_classes,
        "config": asdict(network.config),
    }
    if hasattr(network, "sigma_data"):
        architecture["sigma_data"] = network.sigma_data
    save_weights(path, network.state_dict(), {"architecture": architecture, "origin": origin})


def read_network(path: str | os.PathLike, kinds: Mapping[str, Kind]) -> nn.Module:
    """Read a network of one of the kinds: eval mode, float32, on the CPU.

    A `.pkl` is read as one of NVIDIA's checkpoints of EDM, StyleGAN2 or StyleGAN3, without executing
    anything in it; any other file as one of ours. Raises UnsafePickleError naming a refused global, and
    InputError for a file that holds no network of these kinds.
    """
    architecture: Any
    if Path(path).suffix == ".pkl":
        architecture, tensors = read_published(path)
    else:
        tensors, description = load_weights(path)
        architecture = description.get("architecture")
    return _filled(_unfilled(architecture, path, kinds), tensors, path)


def check_fit(network: nn.Module, info: DatasetInfo, origin: str) -> None:
    """Raise InputError where a network is made for other images than the data set's."""
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


def _unfilled(architecture: Any, path: str | os.PathLike, kinds: Mapping[str, Kind]) -> nn.Module:
    """A network without weights, and without memory for them: its sizes are what a file claims."""
    # Files of the first version don't say their kind.
    name = architecture.get("kind", "edm") if isinstance(architecture, dict) else "none"
    if name not in kinds:
        raise InputError(f"{path}: holds a network of kind {name!r}; expected one of {', '.join(kinds)}")
    kind = kinds[name]
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
