"""Denoisers, from wherever they come."""

import importlib
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn

from ..data.images import DatasetInfo
from ..plan.references import is_callable_reference
from ..run.errors import InputError
from .adapters import load_diffusers
from .configs import UNetConfig
from .dhariwal_unet import DhariwalConfig, DhariwalUNet
from .edm2_unet import EDM2Config, EDM2UNet
from .networks import EDMPrecond, IDDPMPrecond, Preconditioned, VEPrecond, VPPrecond, kind_of
from .song_unet import SongUNet
from .storage import Kind, check_fit, read_network

PRECONDITIONINGS: tuple[type[Preconditioned], ...] = (EDMPrecond, VPPrecond, VEPrecond, IDDPMPrecond)
# U-Nets, their sizes, and the preconditionings that they are known with.
UNETS: dict[Any, tuple[type, tuple[type[Preconditioned], ...]]] = {
    SongUNet: (UNetConfig, PRECONDITIONINGS),
    DhariwalUNet: (DhariwalConfig, PRECONDITIONINGS),
    EDM2UNet: (EDM2Config, (EDMPrecond,)),
}
DENOISERS = {
    kind_of(around, unet): Kind(unet.__name__, partial(around, unet=unet), config, around.constants)
    for unet, (config, preconditionings) in UNETS.items()
    for around in preconditionings
}


def load_denoiser(reference: str, base: str | os.PathLike = ".") -> nn.Module:
    """A denoiser from a file (see read_network), from a folder that diffusers saved a pipeline in, or from
    a user's `module:function`.

    The function takes no argument and returns a module D(x, sigma, labels) with the attributes
    resolution, channels and num_classes. The module is looked for in `base` too.
    Raises InputError where it can't be called.
    """
    if not is_callable_reference(reference):
        if Path(reference).is_dir():
            return load_diffusers(reference)
        return read_network(reference, DENOISERS)
    module_name, function_name = reference.split(":")
    sys.path.insert(0, str(Path(base).resolve()))
    try:
        network = getattr(importlib.import_module(module_name), function_name)()
    except (ImportError, AttributeError, TypeError) as error:
        raise InputError(f"models: {reference} can't be called ({error})") from error
    finally:
        sys.path.pop(0)
    if not isinstance(network, nn.Module):
        raise InputError(f"models: {reference} returned a {type(network).__name__}, expected a torch module")
    return network.eval().requires_grad_(False)


def check_denoiser(network: Any, info: DatasetInfo, origin: str, *, guides: bool = False) -> None:
    """Raise InputError where a denoiser is made for other images than the data set's, or takes no labels.

    guides: whether it is a guide only, which needs none.
    """
    unconditional = getattr(network, "num_classes", None) == 0
    if unconditional and not guides:
        raise InputError(
            f"{origin} is unconditional; bring one that was trained with labels. Without them a network can "
            "only be a guide (guidance: autoguidance)"
        )
    check_fit(network, info, origin, labelled=not unconditional)
