"""The networks and the sampler against values of EDM's original implementation."""

import json

import numpy as np
import pytest
import torch
from project import GOLDEN
from safetensors import safe_open
from synthgap.diffusion.networks import EDMPrecond, UNetConfig
from synthgap.diffusion.samplers import heun
from synthgap.diffusion.schedule import sigma_schedule


def golden_network(name) -> EDMPrecond:
    with safe_open(GOLDEN / f"edm_{name}.safetensors", "pt") as file:
        sizes = json.loads(file.metadata()["init_kwargs"])
        weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    config = UNetConfig(
        model_channels=sizes["model_channels"],
        channel_mult=tuple(sizes["channel_mult"]),
        num_blocks=sizes["num_blocks"],
        attn_resolutions=tuple(sizes["attn_resolutions"]),
        dropout=sizes["dropout"],
        embedding=sizes["embedding_type"],
        encoder=sizes["encoder_type"],
        channel_mult_noise=sizes["channel_mult_noise"],
        resample_filter=tuple(sizes["resample_filter"]),
        augment_dim=sizes["augment_dim"],
    )
    network = EDMPrecond(sizes["img_resolution"], sizes["img_channels"], sizes["label_dim"], config)
    network.load_state_dict(weights)
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="module", params=["ddpmpp", "ncsnpp"])
def golden(request):
    with np.load(GOLDEN / f"edm_{request.param}_expected.npz") as arrays:
        values = {name: torch.from_numpy(array) for name, array in arrays.items()}
    return golden_network(request.param), values, values["labels"].argmax(1)


def test_one_evaluation_agrees(golden):
    network, values, labels = golden
    denoised = network(values["x"], values["sigma"], labels)
    assert (denoised - values["denoised"]).abs().max() < 1e-4


def test_the_heun_sampler_agrees(golden):
    network, values, labels = golden
    sigmas = [float(sigma) for sigma in sigma_schedule(8)]

    def denoise(x, sigma):
        return network(x.float(), torch.full((len(x),), sigma), labels).double()

    images = heun(denoise, values["latents"].double() * sigmas[0], sigmas)
    assert (images - values["heun8"]).abs().max() < 1e-3


def test_an_unconditional_network_ignores_labels():
    network = EDMPrecond(8, 1, 0, UNetConfig(model_channels=8, channel_mult=(1,), num_blocks=1)).eval()
    x, sigma = torch.randn(2, 1, 8, 8), torch.ones(2)
    assert torch.equal(network(x, sigma, torch.tensor([0, 1])), network(x, sigma))
