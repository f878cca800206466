"""Denoisers on disk: ours, and NVIDIA's published ones."""

import os
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn

from ..errors import InputError
from ..settings import build_settings
from ..weights import load_weights, save_weights
from .networks import EDMPrecond, UNetConfig
from .pickles import NetworkRecord, UnsafePickleError, read_pickle

__all__ = ["UnsafePickleError", "load_network", "save_network"]

# EDM's names of a SongUNet's settings, ours, and the values they have where a file doesn't say.
EDM_SETTINGS = {
    "model_channels": ("model_channels", 128),
    "channel_mult": ("channel_mult", (1, 2, 2, 2)),
    "channel_mult_emb": ("channel_mult_emb", 4),
    "num_blocks": ("num_blocks", 4),
    "attn_resolutions": ("attn_resolutions", (16,)),
    "dropout": ("dropout", 0.1),
    "embedding_type": ("embedding", "positional"),
    "encoder_type": ("encoder", "standard"),
    "channel_mult_noise": ("channel_mult_noise", 1),
    "resample_filter": ("resample_filter", (1, 1)),
    "augment_dim": ("augment_dim", 0),
    "label_dropout": ("label_dropout", 0.0),
}


def save_network(path: str | os.PathLike, network: EDMPrecond, origin: dict[str, str]) -> None:
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

    A `.pkl` is read as one of NVIDIA's EDM checkpoints, without executing anything in it; any other file
    as one of ours. Raises UnsafePickleError naming a refused global, and InputError for a file that holds
    no network that is known here.
    """
    if Path(path).suffix == ".pkl":
        return _import_edm(path)
    tensors, description = load_weights(path)
    architecture = description["architecture"]
    sizes = build_settings(UNetConfig, architecture.pop("config"))
    return _filled(EDMPrecond(**architecture, config=sizes), tensors, path)


def _import_edm(path: str | os.PathLike) -> EDMPrecond:
    record = read_pickle(path).get("ema")
    if not isinstance(record, NetworkRecord) or record.class_name != "EDMPrecond":
        found = record.class_name if isinstance(record, NetworkRecord) else "none"
        raise InputError(f"{path}: its network `ema` is {found}; EDM's EDMPrecond is known here")
    model = (record.state.get("_modules") or {}).get("model")
    if not isinstance(model, NetworkRecord) or model.class_name != "SongUNet":
        found = model.class_name if isinstance(model, NetworkRecord) else "none"
        raise InputError(f"{path}: its U-Net is {found}; SongUNet (DDPM++, NCSN++) is known here")
    settings = record.init_kwargs | model.init_kwargs
    if settings.get("decoder_type", "standard") != "standard":
        raise InputError(f"{path}: decoder {settings['decoder_type']!r}; `standard` is known here")
    sizes = {ours: settings.get(theirs, default) for theirs, (ours, default) in EDM_SETTINGS.items()}
    try:
        state = record.state
        network = EDMPrecond(
            int(state["img_resolution"]),
            int(state["img_channels"]),
            int(state.get("label_dim") or 0),
            build_settings(UNetConfig, sizes),
            float(state.get("sigma_data", 0.5)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: its settings describe no SongUNet ({error})") from error
    tensors = {name: tensor.to(torch.float32) for name, tensor in record.tensors().items()}
    return _filled(network, tensors, path)


def _filled(network: EDMPrecond, tensors: dict, path: str | os.PathLike) -> EDMPrecond:
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        problem = " ".join(str(error).split())[:300]
        raise InputError(f"{path}: its weights don't fit its own settings ({problem})") from error
    return network.eval().requires_grad_(False)
