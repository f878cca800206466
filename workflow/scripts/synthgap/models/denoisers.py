"""Denoisers, from wherever they come."""

import importlib
import os
import sys
from pathlib import Path

from torch import nn

from ..plan.references import is_callable_reference
from ..run.errors import InputError
from .adapters import load_diffusers
from .networks import EDMPrecond, UNetConfig
from .storage import Kind, read_network

DENOISERS = {"edm": Kind("SongUNet", EDMPrecond, UNetConfig)}


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
