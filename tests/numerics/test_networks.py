"""The networks and the samplers against values of EDM's original implementation."""

import numpy as np
import pytest
import torch
from pickling import network_bytes
from project import GOLDEN
from synthgap.models.loading import load_network
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.seeding import seeded
from synthgap.plan.tables import plugin
from synthgap.sets.reconstruct import SamplerConfig
from synthgap.sets.schedule import sigma_schedule


@pytest.fixture(scope="module", params=["ddpmpp", "ncsnpp"])
def golden(request):
    with np.load(GOLDEN / f"edm_{request.param}_expected.npz") as arrays:
        values = {name: torch.from_numpy(array) for name, array in arrays.items()}
    return load_network(GOLDEN / f"edm_{request.param}.pkl"), values, values["labels"].argmax(1)


def test_one_evaluation_agrees(golden):
    network, values, labels = golden
    denoised = network(values["x"], values["sigma"], labels)
    assert (denoised - values["denoised"]).abs().max() < 1e-4


@pytest.mark.parametrize("sampler", ["heun", "euler", "churn"])
def test_the_samplers_agree(golden, sampler):
    network, values, labels = golden
    sigmas = [float(sigma) for sigma in sigma_schedule(8)]
    config = SamplerConfig(s_churn=10, s_min=0.05, s_max=50, s_noise=1.003)

    def denoise(x, sigma):
        return network(x.float(), torch.full((len(x),), sigma), labels).double()

    def noise(step):
        return values["churn_noise"][step - 1].double()

    start = values["latents"].double() * sigmas[0]
    images = plugin("samplers", sampler).sample(denoise, start, sigmas, noise, config)
    assert (images - values[f"{sampler}8"]).abs().max() < 1e-3


def test_an_unconditional_network_ignores_labels():
    network = EDMPrecond(8, 1, 0, UNetConfig(model_channels=8, channel_mult=(1,), num_blocks=1)).eval()
    x, sigma = torch.randn(2, 1, 8, 8), torch.ones(2)
    assert torch.equal(network(x, sigma, torch.tensor([0, 1])), network(x, sigma))


def test_the_null_label_is_no_label(golden):
    network, values, labels = golden
    free = network(values["x"], values["sigma"])
    assert torch.allclose(free, network(values["x"], values["sigma"], torch.full_like(labels, -1)))
    assert not torch.allclose(free, network(values["x"], values["sigma"], labels))


def test_a_network_of_the_published_size_is_imported_and_evaluated(tmp_path):
    """The architecture of edm-cifar10-32x32-cond-vp with random weights: 55.7 M parameters."""
    config = UNetConfig(dropout=0.13, augment_dim=9)
    with seeded(0):
        original = EDMPrecond(32, 3, 10, config).eval()
    sizes = {
        "model_channels": 128, "channel_mult": [2, 2, 2], "num_blocks": 4, "attn_resolutions": [16],
        "dropout": 0.13, "augment_dim": 9, "model_type": "SongUNet",
    }  # fmt: skip
    attributes = {"img_resolution": 32, "img_channels": 3, "label_dim": 10, "_init_kwargs": sizes}
    path = tmp_path / "edm-cifar10-32x32-cond-vp.pkl"
    path.write_bytes(network_bytes(original, "EDMPrecond", **attributes))
    loaded = load_network(path)
    assert sum(p.numel() for p in loaded.parameters()) == pytest.approx(55.7e6, rel=0.002)
    x, sigma, labels = torch.randn(3, 3, 32, 32), torch.tensor([0.1, 1.0, 10.0]), torch.tensor([0, 5, 9])
    with torch.inference_mode():
        assert torch.equal(loaded(x, sigma, labels), original(x, sigma, labels))
