"""The networks of EDM's family against values of their originals, and images made with them."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from project import GOLDEN, golden_network
from synthgap.data.images import DatasetInfo, ImageReader, ImageSet, save_images
from synthgap.data.pixels import to_pixels, to_signal
from synthgap.models.dhariwal_unet import DhariwalConfig, DhariwalUNet
from synthgap.models.edm2_unet import EDM2Config, EDM2UNet
from synthgap.models.loading import load_network, save_network
from synthgap.models.networks import EDMPrecond
from synthgap.plan.tables import PLUGINS, plugin
from synthgap.run.errors import InputError
from synthgap.sets.noise import sampling_noise
from synthgap.sets.recipe import build_options
from synthgap.sets.reconstruct import SamplerConfig, check_levels, reconstruct
from synthgap.sets.schedule import known_level, sigma_schedule
from synthgap.sets.task import SetTask

KINDS = {
    "edm_adm": "edm-dhariwal", "vp": "vp", "vp_uncond": "vp", "ve": "ve", "iddpm": "iddpm",
    "iddpm_adm": "iddpm-dhariwal", "edm2": "edm-edm2", "edm2_uncond": "edm-edm2",
}  # fmt: skip
DISCRETE = ["iddpm", "iddpm_adm"]


def expected(name):
    with np.load(GOLDEN / f"{name}_expected.npz") as arrays:
        return {key: torch.from_numpy(array) for key, array in arrays.items()}


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """Each read from its pickle."""
    folder = tmp_path_factory.mktemp("networks")
    return {name: load_network(golden_network(name, folder)) for name in KINDS}


@pytest.fixture(params=KINDS)
def golden(request, networks):
    """A network, its values, and the labels of these."""
    values = expected(request.param)
    labels = values["labels"].argmax(1) if "labels" in values else None
    return networks[request.param], values, labels


def largest_error(denoised, values, name):
    """Relative to the noise level above 1: some of these networks' outputs are as large as that."""
    return ((denoised - values[name]).abs().amax((1, 2, 3)) / values["sigma"].clamp_min(1)).max()


def denoise_function(network, labels):
    return lambda x, sigma: network(x.float(), torch.full((len(x),), sigma), labels).double()


def own_schedule(network, steps):
    """EDM's, within the levels that the network knows."""
    lowest, highest = getattr(network, "sigma_min", 0.0), getattr(network, "sigma_max", 1e9)
    levels = sigma_schedule(steps, max(0.002, lowest), min(80.0, highest))
    return [known_level(network, sigma) for sigma in levels]


@pytest.mark.parametrize(
    ("unet", "config", "millions"),
    [
        (DhariwalUNet, DhariwalConfig(), 296),
        (EDM2UNet, EDM2Config(model_channels=128), 125),
        (EDM2UNet, EDM2Config(), 280),
        (EDM2UNet, EDM2Config(model_channels=384), 1119),
    ],
)
def test_networks_of_the_published_sizes_have_as_many_parameters(unet, config, millions):
    """ImageNet-64's ADM (Dhariwal and Nichol 2021), EDM2's XS, S and XL (Karras et al. 2024)."""
    with torch.device("meta"):
        network = EDMPrecond(64, 3, 1000, config, unet=unet)
    assert round(sum(p.numel() for p in network.parameters()) / 1e6) == millions


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_of_a_network_is_told(networks, name):
    assert networks[name].kind == KINDS[name]


def test_one_evaluation_agrees(golden):
    network, values, labels = golden
    denoised = network(values["x"], values["sigma"], labels)
    assert largest_error(denoised, values, "denoised") < 2e-5


def test_the_parts_of_a_preconditioning_agree(golden):
    network, values, _ = golden
    divisor = network.scales(values["sigma"][:, None, None, None])[2]
    assert torch.allclose(values["x"] / divisor, values["network_input"], rtol=1e-6, atol=1e-6)
    assert torch.allclose(network.c_noise(values["sigma"]), values["c_noise"], rtol=1e-6, atol=0)


def test_without_a_label_it_agrees_too(golden):
    network, values, labels = golden
    if labels is None:  # it ignores whatever label it is given
        unlabelled, name = network(values["x"], values["sigma"], torch.arange(4)), "denoised"
    else:
        unlabelled, name = network(values["x"], values["sigma"]), "denoised_unlabelled"
        null = network(values["x"], values["sigma"], torch.full((4,), -1))
        assert torch.allclose(unlabelled, null, rtol=1e-5, atol=1e-5)
    assert largest_error(unlabelled, values, name) < 2e-5


def test_our_own_file_gives_the_same_network(golden, tmp_path):
    network, values, labels = golden
    save_network(tmp_path / "network.safetensors", network, {"network": "a test"})
    again = load_network(tmp_path / "network.safetensors")
    assert (again.kind, again.config) == (network.kind, network.config)
    for attribute in ("resolution", "channels", "num_classes", "sigma_min", "sigma_max"):
        assert getattr(again, attribute, None) == getattr(network, attribute, None)
    inputs = values["x"], values["sigma"], labels
    assert torch.equal(again(*inputs), network(*inputs))


def test_edms_sampler_agrees(golden):
    network, values, labels = golden
    sigmas = own_schedule(network, 8)
    start = values["latents"].double() * sigmas[0]
    heun = plugin("samplers", "heun").sample
    images = heun(denoise_function(network, labels), start, sigmas, None, SamplerConfig())
    assert (images - values["heun8"]).abs().max() < 1e-3


def test_the_levels_that_a_network_knows_are_its_files(golden):
    network, values, _ = golden
    if hasattr(network, "sigma_min"):
        assert network.sigma_min == values["sigma_min"]
        assert network.sigma_max == values["sigma_max"]
    else:
        assert values.get("sigma_min", 0) == 0


@pytest.mark.parametrize("name", DISCRETE)
def test_noise_levels_are_rounded_to_the_networks_own(networks, name):
    network, values = networks[name], expected(name)
    for sigma, level in zip(values["round_in"], values["round_sigma"], strict=True):
        assert network.nearest_level(float(sigma)) == level
    known = values["round_index"] < network.M  # the last level is 0, which no sampler asks for
    steps = network.c_noise(values["round_in"][known].float())
    assert torch.equal(steps, (network.M - 1 - values["round_index"][known]).float())
    assert own_schedule(network, 8) == [*values["heun8_sigmas"].tolist(), 0.0]


def test_edm2s_network_without_labels_guides_the_other(networks):
    network, guide, values = networks["edm2"], networks["edm2_uncond"], expected("edm2")
    labels = values["labels"].argmax(1)
    assert largest_error(guide(values["x"], values["sigma"], labels), values, "guide_denoised") < 2e-5
    options = plugin("guidance", "autoguidance").DECLARATION.options(model="guide", weight=2.0)
    guided = plugin("guidance", "autoguidance").wrap(network, guide, options)
    sigmas = own_schedule(guided, 8)
    start = values["latents"].double() * sigmas[0]
    denoise = denoise_function(guided, labels)
    images = plugin("samplers", "heun").sample(denoise, start, sigmas, None, SamplerConfig())
    assert (images - values["heun8_guided"]).abs().max() < 1e-3


@pytest.fixture(scope="module")
def digits(train) -> ImageSet:
    """Six digits as the golden networks want them: 16x16, in colour."""
    images = train.images[:6].repeat(2, axis=1).repeat(2, axis=2).repeat(3, axis=3)
    return ImageSet(images, train.labels[:6], train.index[:6])


def made(network, digits, config, t_re):
    return reconstruct(
        network, digits.images, digits.labels, digits.index, t_re=t_re, split="train", seed=0, config=config,
        batch_size=6,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["iddpm", "edm2", "ve"])
def test_reconstructions_are_edms_sampler_from_the_noised_images(networks, digits, name):
    """Heun's method in a loop of its own, over a schedule of its own."""
    network, steps, t_re = networks[name], 12, 7
    lowest, highest = getattr(network, "sigma_min", 0.002), 80.0
    position = np.arange(steps) / (steps - 1)
    levels = (highest ** (1 / 7) + position * (lowest ** (1 / 7) - highest ** (1 / 7))) ** 7
    if name == "iddpm":
        levels = network.u.numpy()[np.abs(levels[:, None] - network.u.double().numpy()).argmin(1)]
    levels = [*(float(level) for level in levels[steps - t_re :]), 0.0]
    noise = sampling_noise((3, 16, 16), digits.index, seed=0, replicate=0, split="train", t_re=t_re, step=0)
    x = torch.from_numpy(to_signal(digits.images).transpose(0, 3, 1, 2) + levels[0] * noise).double()
    denoise = denoise_function(network, torch.from_numpy(digits.labels))
    for now, after in pairwise(levels):
        slope = (x - denoise(x, now)) / now
        moved = x + (after - now) * slope
        if after > 0:
            moved = x + (after - now) * (slope + (moved - denoise(moved, after)) / after) / 2
        x = moved
    own = to_pixels(x.numpy().transpose(0, 2, 3, 1), None)
    config = SamplerConfig(steps=steps, sigma_min=lowest)
    assert np.abs(own.astype(int) - made(network, digits, config, t_re)).max() <= 1


@pytest.mark.parametrize("sampler", PLUGINS["samplers"])
def test_every_sampler_keeps_to_the_levels_that_a_network_knows(networks, digits, sampler):
    """The schedule is finer than they are at its end, where steps without a length would be."""
    network, asked = networks["iddpm"], set()
    forward = network.forward

    def recorded(x, sigma, labels):
        asked.update(sigma.tolist())
        return forward(x, sigma, labels)

    config = SamplerConfig(
        sampler, steps=60, sigma_min=network.sigma_min, sigma_max=1.0, restart_times=1, restart_min=0.06,
        restart_max=0.3,
    )  # fmt: skip
    network.forward = recorded
    try:
        images = made(network, digits, config, 40)
    finally:
        network.forward = forward
    assert asked <= set(network.u.tolist())
    assert len(np.unique(images)) > 2


def test_levels_that_a_network_does_not_know_are_told(networks):
    for name, lowest in (("ve", "0.02"), ("iddpm", "0.0064223")):
        with pytest.raises(InputError, match=rf"sigma_min: 0.002 is no level .*; the lowest is {lowest}"):
            check_levels(networks[name], SamplerConfig(), name)
    check_levels(networks["vp"], SamplerConfig(), "vp")
    with pytest.raises(InputError, match=r"sigma_max: 200 is no level .*; the highest is 152.17"):
        check_levels(networks["vp"], SamplerConfig(sigma_max=200), "vp")


def test_a_set_is_made_with_a_guide_that_takes_no_labels(networks, digits, tmp_path):
    for name in ("edm2", "edm2_uncond"):
        save_network(tmp_path / name, networks[name], {})
    save_images(tmp_path / "real", digits)
    packed = {"train": ImageReader(tmp_path / "real")}
    info = DatasetInfo([str(i) for i in range(10)], list(range(256)), 16, 3, {}, "digits")
    values = {"model": "edm2", "t_re": 4, "sampling": {"steps": 8}}

    def images(network, guidance):
        options = build_options("reconstruct", values | {"guidance": guidance})
        task = SetTask(
            "t", options, "train", 0, 0, 1, 0, 6, "cpu", info, packed, {}, network=str(tmp_path / network),
            guide=str(tmp_path / "edm2_uncond"), classes={"network": None, "guide": None},
        )  # fmt: skip
        return plugin("sets", "reconstruct").make(task).images

    led = {"kind": "autoguidance", "options": {"model": "edm2_uncond", "weight": 2.0}}
    assert not np.array_equal(images("edm2", led), images("edm2", None))
    with pytest.raises(InputError, match="is unconditional; bring one that was trained with labels"):
        images("edm2_uncond", None)
