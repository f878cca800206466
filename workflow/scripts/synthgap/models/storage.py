"""Networks on disk: weights, and beside them the architecture and where they came from."""

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..data.images import DatasetInfo
from ..data.readers.pickles import short
from ..plan.settings import build_settings
from ..plan.tables import network_format, plugin
from ..run.errors import InputError, about_file, in_a_line
from .weights import load_weights, save_weights

LARGEST_SIZE = 1 << 16  # of images, in pixels, channels and classes
LONGEST_SETTING = 100


class Kind(NamedTuple):
    """A sort of network.

    title: in messages. network: makes one, whose attribute `kind` files bear, from the sizes of its images
    and its own, of the class config. constants: names of numbers that it takes beside them.
    """

    title: str
    network: Callable[..., nn.Module]
    config: type
    constants: tuple[str, ...] = ()


def save_network(path: str | os.PathLike, network: Any, origin: dict[str, str]) -> None:
    """Write a network of a known kind. origin: where it came from."""
    architecture = {
        "kind": network.kind,
        "resolution": network.resolution,
        "channels": network.channels,
        "num_classes": network.num_classes,
        "config": asdict(network.config),
    }
    architecture |= {name: getattr(network, name) for name in getattr(network, "constants", ())}
    save_weights(path, network.state_dict(), {"architecture": architecture, "origin": origin})


def read_network(path: str | os.PathLike, kinds: Mapping[str, Kind]) -> nn.Module:
    """Read a network of one of the kinds: eval mode, float32, on the CPU.

    A file whose name ends as one of a published format (see plan/tables.py) is read as that, without
    executing anything in it; any other as one of ours. Raises UnsafePickleError naming a refused global, and
    InputError for a file that holds no network of these kinds.
    """
    architecture: Any
    published = network_format(str(path))
    if published is not None:
        architecture, tensors = plugin("networks", published).read(path)
    else:
        tensors, description = load_weights(path)
        architecture = description.get("architecture")
    return _filled(_unfilled(architecture, tensors, path, kinds), tensors, path)


def check_fit(network: nn.Module, info: DatasetInfo, origin: str, *, labelled: bool = True) -> None:
    """Raise InputError where a network is made for other images than the data set's, or for other labels,
    where it is to be labelled.
    """
    data = {"resolution": info.resolution, "channels": info.channels}
    if labelled:
        data["num_classes"] = len(info.class_names)
    for name, expected in data.items():
        found = getattr(network, name, None)
        if found is None:
            raise InputError(f"{origin} has no attribute {name!r}, which it needs")
        if found != expected:
            raise InputError(
                f"{origin} has {name} {found}, the data set {expected}; bring the network and the data set "
                "that belong together"
            )


def _unfilled(
    architecture: Any, tensors: dict[str, Tensor], path: str | os.PathLike, kinds: Mapping[str, Kind]
) -> nn.Module:
    """A network without weights, and without memory for them: its sizes are what a file claims."""
    # Files of the first version don't say their kind.
    name = architecture.get("kind", "edm") if isinstance(architecture, dict) else "none"
    if not isinstance(name, str) or name not in kinds:
        raise InputError(
            about_file(path, f"holds a network of kind {short(name)}; expected one of {', '.join(kinds)}")
        )
    kind = kinds[name]
    try:
        numbers = _numbers(architecture, kind.constants)
        config: Any = build_settings(kind.config, _plain_settings(architecture["config"]))
        least = getattr(config, "least_tensors", 0)
        if least <= len(tensors):
            with torch.device("meta"):
                return kind.network(**numbers, config=config)
    except Exception as error:  # settings of a file that can hold anything fail in any way
        problem = f"its settings describe no {kind.title} ({in_a_line(error)})"
        raise InputError(about_file(path, problem)) from error
    problem = f"they are of {short(least)} tensors or more, the file holds {len(tensors)}"
    raise InputError(about_file(path, f"its weights don't fit its own settings ({problem})"))


def _numbers(architecture: dict[str, Any], constants: tuple[str, ...]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for name in ("resolution", "channels", "num_classes"):
        if isinstance(architecture[name], bool) or not isinstance(architecture[name], int):
            raise TypeError(f"{name} {short(architecture[name])}; a whole number is expected")
        if architecture[name] > LARGEST_SIZE:
            raise ValueError(f"{name} {short(architecture[name])}; at most {LARGEST_SIZE} is known")
        numbers[name] = architecture[name]
    for name in constants:
        if name in architecture:
            numbers[name] = float(architecture[name])
    return numbers


def _plain_settings(settings: Any) -> dict[str, Any]:
    """A file's settings as they are, where they are small: modules are built, and messages made, from them.

    Raises ValueError, naming it, for one that is no number or short text, nor a short list of such.
    """
    if not isinstance(settings, dict):
        raise TypeError(f"settings that are {short(settings)}")
    for name, value in settings.items():
        entries = value if isinstance(value, list | tuple) else [value]
        if len(entries) > LONGEST_SETTING or not all(map(_is_plain, entries)):
            raise ValueError(f"{short(name)} is {short(value)}; a number, a text or a short list is expected")
    return settings


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_SETTING
    if isinstance(value, int):
        return value.bit_length() < 64
    return value is None or isinstance(value, float)


def _filled(network: nn.Module, tensors: dict[str, Tensor], path: str | os.PathLike) -> nn.Module:
    try:
        network.load_state_dict(tensors, assign=True)
    except RuntimeError as error:
        problem = f"its weights don't fit its own settings ({in_a_line(error)})"
        raise InputError(about_file(path, problem)) from error
    return network.float().eval().requires_grad_(False)
