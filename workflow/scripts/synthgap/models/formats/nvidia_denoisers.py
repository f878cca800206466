"""The denoisers of EDM's family of pickles in our terms: EDM, its baselines VP, VE and iDDPM, and EDM2."""

from dataclasses import fields
from typing import Any

from torch import Tensor

from ...data.readers.pickles import short
from ...run.errors import InputError
from ..configs import UNetConfig
from ..dhariwal_unet import DhariwalConfig, DhariwalUNet
from ..edm2_unet import EDM2Config, EDM2UNet
from ..networks import EDMPrecond, IDDPMPrecond, Preconditioned, VEPrecond, VPPrecond, kind_of
from ..song_unet import SongUNet
from .records import NetworkRecord, image_sizes, module_of

UNets = dict[str, tuple[Any, type]]  # by their names: the U-Net and its config
EDM: UNets = {"SongUNet": (SongUNet, UNetConfig), "DhariwalUNet": (DhariwalUNet, DhariwalConfig)}
EDM2: UNets = {"UNet": (EDM2UNet, EDM2Config)}
# By their names: the preconditioning, the name of its U-Net's module, and what that may be. The names of the
# preconditionings' constants are ours.
PRECONDITIONINGS: dict[str, tuple[type[Preconditioned], str, UNets]] = {
    "EDMPrecond": (EDMPrecond, "model", EDM),
    "VPPrecond": (VPPrecond, "model", EDM),
    "VEPrecond": (VEPrecond, "model", EDM),
    "iDDPMPrecond": (IDDPMPrecond, "model", EDM),
    "Precond": (EDMPrecond, "unet", EDM2),
}
# Their names of a U-Net's settings where ours are others, and their defaults where ours are others.
RENAMED = {"embedding": "embedding_type", "encoder": "encoder_type"}
DEFAULTS: dict[str, dict[str, Any]] = {"SongUNet": {"channel_mult": (1, 2, 2, 2)}}
# Settings that are known with these values only.
KNOWN = {"encoder_type": ("standard", "residual"), "decoder_type": ("standard",)}
RGB_ENCODER = "StandardRGBEncoder"
PIXEL_CHANNELS = (1, 3)


def architecture(record: NetworkRecord, encoder: Any) -> dict[str, Any]:
    """The architecture of a denoiser as storage.py knows it; the settings are the file's own, not checked.

    encoder: what the file has by that name, None for nothing. Raises InputError, naming what it found, for
    another network.
    """
    if record.class_name not in PRECONDITIONINGS:
        known = ", ".join(PRECONDITIONINGS)
        raise InputError(f"its network `ema` is {record.class_name}; {known} are known here")
    preconditioning, module, unets = PRECONDITIONINGS[record.class_name]
    if unets is EDM2:
        _check_pixels(record, encoder)
    model = module_of(record, module)
    if model is None or model.class_name not in unets:
        found = model.class_name if model else "none"
        raise InputError(f"its U-Net is {found}; {' or '.join(unets)} is known here")
    unet, config = unets[model.class_name]
    settings = DEFAULTS.get(model.class_name, {}) | record.init_kwargs | model.init_kwargs
    _check_known(settings)
    names = {field.name: RENAMED.get(field.name, field.name) for field in fields(config)}
    return {
        "kind": kind_of(preconditioning, unet),
        **image_sizes(record, "label_dim"),
        **{name: record.state[name] for name in preconditioning.constants if name in record.state},
        "config": {ours: settings[theirs] for ours, theirs in names.items() if theirs in settings},
    }


def tensors(record: NetworkRecord) -> dict[str, Tensor]:
    """A denoiser's tensors by our names.

    EDM2's U-Net has another name than EDM's, and beside it is a guess of its loss, which sampling ignores.
    """
    found = record.tensors()
    if PRECONDITIONINGS[record.class_name][2] is EDM:
        return found
    return {
        f"model.{name.removeprefix('unet.')}": tensor
        for name, tensor in found.items()
        if not name.startswith("logvar_")
    }


def _check_pixels(record: NetworkRecord, encoder: Any) -> None:
    """Raise InputError for a network of EDM2 whose images are another network's latents."""
    channels = record.state.get("img_channels")
    if isinstance(encoder, NetworkRecord) and encoder.class_name != RGB_ENCODER:
        found = f"latents, which its {encoder.class_name} makes images of"
    elif channels not in PIXEL_CHANNELS:
        found = f"{short(channels)} channels, so of latents"
    else:
        return
    raise InputError(f"a network of {found}; of EDM2's, those of pixels (edm2-img64) are known here")


def _check_known(settings: dict[str, Any]) -> None:
    for setting, values in KNOWN.items():
        found = settings.get(setting, values[0])
        if not isinstance(found, str) or found not in values:
            raise InputError(f"its {setting} is {short(found)}; {' or '.join(values)} is known here")
