"""What NVIDIA's published pickles hold, in our terms: the denoisers of EDM and EDM2, StyleGAN2's and 3's
generators.
"""

import os
from typing import Any

import torch
from torch import Tensor

from ...data.readers.pickles import short
from ...run.errors import InputError
from . import nvidia_denoisers
from .pickles import naming, read_pickle
from .records import NetworkRecord, image_sizes, module_of

# The generators' names of their settings, and ours. Those that a file doesn't say have the defaults of our
# dataclasses, which are the published ones.
MAPPING_SETTINGS = {"z_dim": "z_dim", "w_dim": "w_dim", "num_layers": "mapping_layers"}
SYNTHESIS_SETTINGS = {
    "stylegan2": ["architecture", "channel_base", "channel_max", "resample_filter"],
    "stylegan3": [
        "channel_base", "channel_max", "num_layers", "num_critical", "first_cutoff", "first_stopband",
        "last_stopband_rel", "margin_size", "output_scale", "conv_kernel", "filter_size",
        "use_radial_filters", "conv_clamp",
    ],
}  # fmt: skip
# Settings that are told elsewhere in the file, or that matter for training or speed alone.
NEEDLESS_SETTINGS = {
    "c_dim", "num_ws", "w_avg_beta", "w_dim", "img_resolution", "img_channels", "conv_clamp",
    "num_fp16_res", "fp16_channels_last", "fused_modconv_default", "magnitude_ema_beta",
}  # fmt: skip
# Settings that are known with one value only.
FIXED_SETTINGS = {
    "lr_multiplier": 0.01,
    "embed_features": None,
    "layer_features": None,
    "activation": "lrelu",
    "kernel_size": 3,
    "use_noise": True,
    "lrelu_upsampling": 2,
}


def read_published(path: str | os.PathLike) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The architecture (see storage.py) and the float32 tensors of a published pickle.

    Of EDM's and EDM2's snapshots it takes the network `ema`, of StyleGAN's `G_ema`. Nothing in the file is
    executed, and the settings are the file's own, not checked. Raises UnsafePickleError naming what is
    refused, and InputError, naming what it found, for a file of other networks.
    """
    content = read_pickle(path)
    with naming(path):
        networks = {name: found for name, found in content.items() if isinstance(found, NetworkRecord)}
        if "ema" in networks:
            architecture = nvidia_denoisers.architecture(networks["ema"], content.get("encoder"))
            tensors = nvidia_denoisers.tensors(networks["ema"])
        elif "G_ema" in networks:
            architecture, tensors = _generator(networks["G_ema"]), networks["G_ema"].tensors()
        else:
            raise InputError(
                "its network `ema` is none, nor is `G_ema`; a denoiser of EDM or EDM2 as `ema` is known "
                "here, and StyleGAN2's and StyleGAN3's Generator as `G_ema`"
            )
        # Tensors have memory of their own already.
        return architecture, {name: tensor.to(torch.float32) for name, tensor in tensors.items()}


def _generator(record: NetworkRecord) -> dict[str, Any]:
    """The classes of StyleGAN2 and 3 have the same names: it is the modules that tell them apart."""
    mapping, synthesis = module_of(record, "mapping"), module_of(record, "synthesis")
    first_block = synthesis and module_of(synthesis, "b4")
    if record.class_name != "Generator" or not mapping or not synthesis:
        raise InputError(
            f"its network `G_ema` is {record.class_name}; StyleGAN2's and StyleGAN3's Generator, "
            "with modules mapping and synthesis, is known here"
        )
    if not first_block and not module_of(synthesis, "input"):
        raise InputError("its generator has neither b4, as StyleGAN2, nor input, as StyleGAN3")
    kind = "stylegan2" if first_block else "stylegan3"
    config = _known_settings(mapping, MAPPING_SETTINGS)
    config |= _known_settings(synthesis, {name: name for name in SYNTHESIS_SETTINGS[kind]})
    if first_block:
        # Its default changed between NVIDIA's releases: only the layers say what it was.
        layer = module_of(first_block, "conv1")
        config["conv_clamp"] = layer.state.get("conv_clamp") if layer else None
    return {"kind": kind, **image_sizes(record, "c_dim"), "config": config}


def _known_settings(record: NetworkRecord, names: dict[str, str]) -> dict[str, Any]:
    """A module's settings by our names. Raises InputError, naming it, for one that isn't known."""
    found = {}
    for name, value in record.init_kwargs.items():
        if name in names:
            found[names[name]] = value
        elif name in FIXED_SETTINGS:
            fixed = FIXED_SETTINGS[name]
            # A tensor would answer == with a tensor.
            if type(value) is not type(fixed) or value != fixed:
                raise InputError(f"its {record.class_name} has {name} {short(value)}; {fixed} is known here")
        elif name not in NEEDLESS_SETTINGS:
            raise InputError(f"its {record.class_name} has {short(name)}, a setting not known here")
    return found
