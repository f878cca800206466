"""Networks of the published shapes in lower precision, and compiled, on a photograph's patches."""

import lzma
import shutil

import numpy as np
import pytest
import torch
from project import ROOT
from sklearn.datasets import load_sample_image
from synthgap.models import compilation
from synthgap.models.compilation import compile_network
from synthgap.models.denoisers import load_denoiser
from synthgap.models.layers import Conv2d, GroupNorm
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.precision import lower_precision
from synthgap.models.seeding import seeded
from synthgap.sets.reconstruct import SamplerConfig, reconstruct

PHOTO = load_sample_image("china.jpg")
IMAGES = np.stack(
    [PHOTO[40 * i : 40 * i + 64 : 4, 60 * j : 60 * j + 64 : 4] for i in range(4) for j in range(4)]
)
CONFIG = SamplerConfig(solver_steps=10)


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    def load_golden(name):
        path = ROOT / f"tests/golden/{name}.pkl"
        if not path.exists():
            packed, path = path.with_suffix(".pkl.xz"), tmp_path_factory.mktemp("networks") / f"{name}.pkl"
            path.write_bytes(lzma.decompress(packed.read_bytes()))
        return load_denoiser(str(path))

    return load_golden


def reconstructed(network):
    index = np.arange(len(IMAGES))
    settings = {"t_re": 100, "split": "train", "seed": 0, "config": CONFIG, "batch_size": len(IMAGES)}
    return reconstruct(network, IMAGES, index % network.num_classes, index, **settings).astype(int)


@pytest.mark.parametrize(
    ("name", "dtype", "changed"),
    [
        ("edm_ddpmpp", torch.bfloat16, 0.25),
        ("edm_ddpmpp", torch.float16, 0.03),
        ("edm2", torch.float16, 0.1),  # under autocast
    ],
)
def test_lower_precision_moves_pixels_by_a_grey_level(load, name, dtype, changed):
    exact, network = reconstructed(load(name)), load(name)
    lower_precision(network, dtype)
    difference = np.abs(reconstructed(network) - exact)
    assert 0 < (difference > 0).mean() < changed
    assert (difference > 1).mean() < 2e-3
    assert difference.max() <= 3


def test_convolutions_compute_in_it_and_all_else_in_float32(load):
    network, inputs = load("edm_ddpmpp"), {}
    lower_precision(network, torch.bfloat16)

    def note(module, args):
        inputs[module] = args[0].dtype

    for module in network.modules():
        if not list(module.children()):
            module.register_forward_pre_hook(note)
    x, sigma, labels = torch.randn(2, 3, 16, 16), torch.tensor([0.5, 2]), torch.tensor([0, 1])
    assert network(x, sigma, labels).dtype == torch.float32
    for module in inputs:
        wanted = torch.bfloat16 if isinstance(module, Conv2d) else torch.float32
        assert {parameter.dtype for parameter in module.parameters()} <= {wanted}, module
    assert all(inputs[module] == torch.float32 for module in inputs if isinstance(module, torch.nn.Linear))
    assert any(isinstance(module, GroupNorm) for module in inputs)


@pytest.mark.skipif(shutil.which("g++") is None, reason="torch compiles for the CPU by a C++ compiler")
def test_a_compiled_network_makes_the_same_images_and_keeps_its_code(tmp_path, monkeypatch):
    monkeypatch.setattr(compilation, "CODE", tmp_path)
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR", raising=False)
    sizes = UNetConfig(model_channels=8, channel_mult=(1,), num_blocks=1, attn_resolutions=(), dropout=0.0)
    with seeded(0):
        network = EDMPrecond(16, 3, 10, sizes).eval().requires_grad_(False)
    exact = reconstructed(network)
    compile_network(network)
    difference = np.abs(reconstructed(network) - exact)
    assert difference.max() <= 1
    assert (difference > 0).mean() < 1e-3
    assert next(tmp_path.rglob("*.cpp"))
