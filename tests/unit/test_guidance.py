"""Guided denoisers, on denoisers of Gaussian data, which are known."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from project import merged, schema_defaults
from synthgap.models.configs import DenoiserConfig, GANShape, GuidanceConfig
from synthgap.models.contracts import Denoiser, Generator
from synthgap.models.gan import GANGenerator
from synthgap.models.guidance.autoguidance import AutoguidanceOptions
from synthgap.models.networks import EDMPrecond
from synthgap.plan.tables import PLUGINS, plugin
from synthgap.run.errors import InputError
from synthgap.sets.checks import check_sets
from synthgap.sets.recipe import recipes
from synthgap.sets.reconstruct import SamplerConfig, reconstruct

SMALL = DenoiserConfig(model_channels=8, channel_mult=(1,), label_dropout=0.1)
FEW = SamplerConfig("heun", steps=20, solver_steps=3)
SET = {"name": "t", "kind": "reconstruct", "model": "denoiser", "t_re": 20, "sampling": {"steps": 20}}
AUTO = {"kind": "autoguidance", "model": "early", "weight": 2.0}


def network(seed, config=SMALL):
    torch.manual_seed(seed)
    model = EDMPrecond(8, 1, 10, config).eval().requires_grad_(False)
    for parameter in model.parameters():  # the last layers start near 0
        parameter += 0.05 * torch.randn_like(parameter)
    return model


def led(denoiser, guide, **options):
    return plugin("guidance", "autoguidance").wrap(denoiser, guide, AutoguidanceOptions(model="g", **options))


def made(denoiser, train, config=FEW):
    few = train[np.arange(4)]
    of = few.images, few.labels, few.index
    return reconstruct(denoiser, *of, t_re=20, split="train", seed=0, config=config, batch_size=4)


@pytest.fixture
def inputs():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, 1, 8, 8, generator=generator)
    return x, torch.tensor([0.1, 0.5, 2.0, 9.0]), torch.arange(4)


def test_the_difference_to_the_weaker_network_is_weighted(inputs):
    one, other = network(0), network(1)
    expected = other(*inputs).double() + 3 * (one(*inputs).double() - other(*inputs).double())
    assert torch.allclose(led(one, other, weight=3.0)(*inputs), expected, atol=1e-6)


def test_without_a_label_the_network_is_its_own_weaker_one(inputs):
    one = network(0)
    free = plugin("guidance", "classifier_free").wrap(one, None, GuidanceConfig(weight=2.0))
    x, sigma, labels = inputs
    expected = 2 * one(x, sigma, labels).double() - one(x, sigma, None).double()
    assert torch.allclose(free(x, sigma, labels), expected, atol=1e-6)


def test_it_leads_in_its_interval_only(inputs):
    one, other = network(0), network(1)
    guided = led(one, other, weight=3.0, sigma_low=0.1, sigma_high=2.0)(*inputs)
    plain = one(*inputs).double()
    assert [torch.equal(a, b) for a, b in zip(guided, plain, strict=True)] == [True, False, False, True]


def test_a_guide_like_the_network_and_a_weight_of_one_change_no_image(train):
    one = network(0)
    plain = made(one, train)
    assert np.array_equal(made(led(one, network(0), weight=2.5), train), plain)
    assert np.array_equal(made(led(one, network(1), weight=1.0), train), plain)
    assert not np.array_equal(made(led(one, network(1), weight=2.5), train), plain)


@pytest.mark.parametrize("sampler", PLUGINS["samplers"])
def test_a_guide_like_the_network_changes_no_image_by_any_sampler(train, sampler):
    config = replace(FEW, sampler=sampler, solver_steps=6, restart_times=2)
    plain = made(network(0), train, config)
    assert np.array_equal(made(led(network(0), network(0), weight=2.5), train, config), plain)


def test_denoisers_and_generators_have_what_their_contracts_say():
    denoisers = [network(0), led(network(0), network(1), weight=2.0)]
    for made, contract in [
        *((each, Denoiser) for each in denoisers),
        (GANGenerator(8, 1, 10, GANShape()), Generator),
    ]:
        assert {name for name in contract.__annotations__ if not hasattr(made, name)} == set()


def test_a_network_without_a_null_label_is_refused():
    unlabelled = network(0, DenoiserConfig(model_channels=8, channel_mult=(1,)))
    with pytest.raises(InputError, match="needs a network with a null label"):
        plugin("guidance", "classifier_free").wrap(unlabelled, None, GuidanceConfig(weight=2.0))


def test_the_levels_are_those_that_both_networks_know():
    one, other = network(0), network(1)
    one.sigma_min, other.sigma_min, other.sigma_max = 0.01, 0.02, 70.0
    assert led(one, other, weight=2.0).nearest_level(1.23) == 1.23
    other.nearest_level = round
    guided = led(one, other, weight=2.0)
    assert (guided.sigma_min, guided.sigma_max, guided.nearest_level(1.23)) == (0.02, 70.0, 1)


def config(guidance, *models):
    entries = [{"name": name, "kind": kind} for name, kind in (("denoiser", "train"), *models)]
    return merged(schema_defaults(), {"models": entries, "sets": [SET | {"guidance": guidance}]})


def test_a_set_names_its_guide():
    declared = config(AUTO, ("early", "train"))
    check_sets(declared)
    recipe = recipes(declared)["t"]
    assert (recipe.model, recipe.guide, recipe.options.guidance.options.weight) == ("denoiser", "early", 2.0)
    assert recipes(config({"kind": "classifier_free", "weight": 2.0}))["t"].guide is None


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ([], "sets: t: guidance: no model early; choose one of denoiser"),
        ([("early", "gan")], "sets: t: guidance: early is no denoiser; choose one of denoiser"),
    ],
)
def test_a_guide_is_a_denoiser(models, message):
    with pytest.raises(InputError, match=message):
        check_sets(config(AUTO, *models))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"stop": 10_000}, "stop 10000 is above steps 2000; lower it"),
        ({"seed_of": "gan"}, "seed_of: 'gan' is no model of kind train .*; choose among denoiser"),
        ({"seed_of": "early"}, "seed_of: 'early' is no model of kind train .*; choose among denoiser"),
        ({"seed_of": "denoiser", "replicates": True}, "no model of kind train with replicates: true"),
    ],
)
def test_a_snapshot_is_of_a_training_that_there_is(settings, message):
    declared = config(AUTO, ("early", "train"), ("gan", "gan"))
    declared["models"][1] |= settings
    with pytest.raises(InputError, match=f"models: early: .*{message}"):
        check_sets(declared)


@pytest.mark.parametrize(
    ("guidance", "message"),
    [
        (AUTO | {"model": "denoiser"}, "denoiser can't guide itself; name a weaker denoiser"),
        (AUTO | {"sigma_low": 5, "sigma_high": 1}, "sigma_high 1 is not above sigma_low 5"),
        ({"kind": "classifier_free", "weight": 2}, "set label_dropout of denoiser in models"),
    ],
)
def test_guidance_that_can_do_nothing_is_refused(guidance, message):
    with pytest.raises(InputError, match=f"sets: t: guidance: .*{message}"):
        check_sets(config(guidance, ("early", "train")))
