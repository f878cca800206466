"""Small files in the formats of the published ones, which mutations start from."""

import io
from pathlib import Path

import numpy as np
import pickling
import torch
from pickling import dump, network, record, snapshot
from published import cifar10_files
from synthgap.models.configs import UNetConfig
from synthgap.models.dhariwal_unet import DhariwalConfig, DhariwalUNet
from synthgap.models.edm2_unet import EDM2Config, EDM2UNet
from synthgap.models.networks import EDMPrecond, IDDPMPrecond, VEPrecond, VPPrecond
from synthgap.models.seeding import seeded
from synthgap.models.stylegan2 import StyleGAN2, StyleGAN2Config
from synthgap.models.stylegan3 import StyleGAN3, StyleGAN3Config

SIZES = {"model_channels": 4, "channel_mult": [1], "num_blocks": 1, "attn_resolutions": []}
TWO_LEVELS = SIZES | {"channel_mult": [1, 2], "attn_resolutions": [4]}
HEADS = {"channels_per_head": 4}
STYLES = {"z_dim": 4, "w_dim": 4, "mapping_layers": 1, "channel_base": 16, "channel_max": 2}


def networks() -> dict[str, bytes]:
    """One of each architecture, with storages in both of torch's formats."""
    with seeded(0):
        denoiser = EDMPrecond(8, 1, 2, UNetConfig(**plain(SIZES)))
        stylegan2 = StyleGAN2(8, 1, 2, StyleGAN2Config(**STYLES))
        stylegan3 = StyleGAN3(8, 1, 2, StyleGAN3Config(**STYLES, num_layers=3))
    top = {"img_resolution": 8, "img_channels": 1, "label_dim": 2, "sigma_data": number(0.5)}
    edm = {"loss_fn": network("EDMLoss"), "ema": record(denoiser, "EDMPrecond", _init_kwargs=SIZES, **top)}
    return {
        "edm": dump(edm),
        "edm of older torch": dump(older(edm), 5),
        **{name: dump(snapshot(*parts)) for name, parts in baselines().items()},
        "stylegan2": dump({"G_ema": generator(stylegan2)}),
        "stylegan3": dump({"G": None, "G_ema": older(generator(stylegan3, num_layers=3))}),
    }


def baselines() -> dict[str, tuple]:
    """The other denoisers of EDM's family, each with the settings that its file names."""
    song, dhariwal = UNetConfig(**plain(SIZES)), DhariwalConfig(**plain(TWO_LEVELS))
    with seeded(0):
        steps = IDDPMPrecond(8, 1, 2, dhariwal, M=4, unet=DhariwalUNet)
        steps.u.copy_(torch.tensor([80.0, 9.0, 1.0, 0.1, 0.0]))
        half = EDMPrecond(8, 1, 2, EDM2Config(**plain(TWO_LEVELS | HEADS)), unet=EDM2UNet).half()
        return {
            "edm-dhariwal": (EDMPrecond(8, 1, 2, dhariwal, unet=DhariwalUNet), TWO_LEVELS),
            "vp": (VPPrecond(8, 1, 2, song, 19.9, 0.1, 1000, 0.001, 152.0), SIZES),
            "ve": (VEPrecond(8, 1, 0, song, 0.02, 100.0), SIZES),
            "iddpm-dhariwal": (steps, TWO_LEVELS),
            "edm-edm2": (half, TWO_LEVELS | HEADS),
        }


def plain(settings: dict) -> dict:
    """As our configs have them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}


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
