"""Small files in the formats of the published ones, which mutations start from."""

import io
from pathlib import Path

import numpy as np
import pickling
import torch
from pickling import dump, network, record
from published import cifar10_files
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.seeding import seeded
from synthgap.models.stylegan2 import StyleGAN2, StyleGAN2Config
from synthgap.models.stylegan3 import StyleGAN3, StyleGAN3Config

SIZES = {"model_channels": 4, "channel_mult": [1], "num_blocks": 1, "attn_resolutions": []}
STYLES = {"z_dim": 4, "w_dim": 4, "mapping_layers": 1, "channel_base": 16, "channel_max": 2}


def networks() -> dict[str, bytes]:
    """One of each architecture, with storages in both of torch's formats."""
    with seeded(0):
        plain = {key: tuple(v) if isinstance(v, list) else v for key, v in SIZES.items()}
        denoiser = EDMPrecond(8, 1, 2, UNetConfig(**plain))
        stylegan2 = StyleGAN2(8, 1, 2, StyleGAN2Config(**STYLES))
        stylegan3 = StyleGAN3(8, 1, 2, StyleGAN3Config(**STYLES, num_layers=3))
    top = {"img_resolution": 8, "img_channels": 1, "label_dim": 2, "sigma_data": number(0.5)}
    edm = {"loss_fn": network("EDMLoss"), "ema": record(denoiser, "EDMPrecond", _init_kwargs=SIZES, **top)}
    return {
        "edm": dump(edm),
        "edm of older torch": dump(older(edm), 5),
        "stylegan2": dump({"G_ema": generator(stylegan2)}),
        "stylegan3": dump({"G": None, "G_ema": older(generator(stylegan3, num_layers=3))}),
    }


def number(value: float) -> pickling.Global:
    dtype = pickling.Global("numpy", "dtype", "f8", False, True, state=(3, "<", None, None, None, -1, -1, 0))
    return pickling.Global("numpy.core.multiarray", "scalar", dtype, np.float64(value).tobytes())


def generator(made, **settings) -> pickling.Global:
    settings = {"channel_base": 16, "channel_max": 2, **settings}
    modules = {
        "mapping": record(
            made.mapping, "MappingNetwork", _init_kwargs={"z_dim": 4, "w_dim": 4, "num_layers": 1}
        ),
        "synthesis": record(made.synthesis, "SynthesisNetwork", _init_kwargs=settings),
    }
    return network("Generator", _modules=modules, img_resolution=8, img_channels=1, c_dim=2)


def older(thing):
    """The same with storages in torch's older format."""
    if isinstance(thing, pickling.Global):
        thing.arguments = tuple(older(part) for part in thing.arguments)
        if (thing.module, thing.name) == ("torch.storage", "_load_from_bytes"):
            file = io.BytesIO()
            storage = torch.load(io.BytesIO(thing.arguments[0]), weights_only=True)
            torch.save(storage, file, _use_new_zipfile_serialization=False)
            thing.arguments = (file.getvalue(),)
    elif isinstance(thing, dict):
        return {key: older(value) for key, value in thing.items()}
    return thing


def cifar() -> dict[str, bytes]:
    """The batches by name."""
    images = np.random.default_rng(0).integers(0, 256, (12, 32, 32, 3)).astype(np.uint8)
    return cifar10_files(images, np.arange(12) % 10, test_size=2)


def write_cifar(folder: Path) -> bytes:
    """Write the batches into a folder of their own; returns the test batch, which mutations change."""
    files = cifar()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return files["test_batch"]
