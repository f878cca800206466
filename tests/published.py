"""Small files in the formats of the published ones, with other content."""

import io
import struct
import tarfile
import warnings
from pathlib import Path

import numpy as np
import torch
import torchvision
from pickling import Global, GlobalName, Writer, network_bytes
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.seeding import seeded
from torch import Tensor, nn


class Python2Writer(Writer):
    """Writes text and bytes as Python 2's `str`, as the batches of CIFAR hold them."""

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, str | bytes):
            raw = obj.encode() if isinstance(obj, str) else obj
            self.write(b"T" + struct.pack("<i", len(raw)) + raw)
        else:
            super().save(obj, save_persistent_id)


def python2_pickle(content: object) -> bytes:
    file = io.BytesIO()
    Python2Writer(file, 2).dump(content)
    return file.getvalue()


def python2_array(values: np.ndarray) -> Global:
    dtype = Global("numpy", "dtype", "u1", 0, 1, state=(3, "|", None, None, None, -1, -1, 0))
    state = (1, values.shape, dtype, False, values.tobytes())
    ndarray = GlobalName("numpy", "ndarray")
    return Global("numpy.core.multiarray", "_reconstruct", ndarray, (0,), "b", state=state)


def cifar10_files(images: np.ndarray, labels: np.ndarray, test_size: int) -> dict[str, bytes]:
    """The batches by name; the last test_size images [N, 32, 32, 3] are the test batch."""
    rows = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    train = np.array_split(np.arange(len(images) - test_size), 5)
    parts = {f"data_batch_{i}": part for i, part in enumerate(train, start=1)}
    parts["test_batch"] = np.arange(len(images) - test_size, len(images))
    files = {
        name: python2_pickle(
            {
                "batch_label": name,
                "labels": [int(label) for label in labels[part]],
                "data": python2_array(rows[part]),
                "filenames": [f"image_{i}.png" for i in part],
            }
        )
        for name, part in parts.items()
    }
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    files["batches.meta"] = python2_pickle({"num_cases_per_batch": len(train[0]), "label_names": names})
    return files


def write_cifar10(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


class Layers(nn.Module):
    """In the place of Inception's layers: 2048 features of images scaled to [-1, 1]."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(3, 2048, 8, stride=64)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.convolution(x)).mean((2, 3), keepdim=True)


class InceptionShape(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = Layers()

    def forward(self, x: Tensor, return_features: bool = False) -> Tensor:
        return self.layers(x)


def write_inception(path: Path) -> Layers:
    with seeded(0), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = InceptionShape().eval()
        torch.jit.save(torch.jit.script(module), path)
    return module.layers


def write_vgg16(path: Path) -> None:
    with seeded(0):
        torch.save(torchvision.models.vgg16().state_dict(), path)


def write_edm(path: Path, resolution: int = 32) -> None:
    """A small conditional DDPM++ for colour images of ten classes."""
    sizes = {
        "model_channels": 16, "channel_mult": [1, 1], "num_blocks": 1, "attn_resolutions": [], "dropout": 0.1,
        "augment_dim": 9,
    }  # fmt: skip
    config = UNetConfig(**{key: tuple(v) if isinstance(v, list) else v for key, v in sizes.items()})
    with seeded(0):
        network = EDMPrecond(resolution, 3, 10, config)
    kwargs = sizes | {"model_type": "SongUNet"}
    attributes = {"img_resolution": resolution, "img_channels": 3, "label_dim": 10, "_init_kwargs": kwargs}
    path.write_bytes(network_bytes(network, "EDMPrecond", **attributes))
