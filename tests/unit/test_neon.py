"""Denoisers led away from what training on their own images makes of them, on real digits."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from project import merged, schema_defaults
from synthgap.data.images import DatasetInfo
from synthgap.models import denoiser_training as training
from synthgap.models.configs import NeonConfig, UNetConfig
from synthgap.models.denoiser_training import continue_training
from synthgap.models.denoisers import load_denoiser
from synthgap.models.dhariwal_unet import DhariwalConfig, DhariwalUNet
from synthgap.models.kinds import neon
from synthgap.models.networks import EDMPrecond, VEPrecond
from synthgap.models.storage import save_network
from synthgap.models.task import ModelTask
from synthgap.run.errors import InputError
from synthgap.sets.checks import check_sets
from synthgap.sets.needs import training_steps
from synthgap.sets.recipe import models, recipes

INFO = DatasetInfo([str(i) for i in range(10)], list(range(256)), 8, 1, {}, "digits")
SMALL = UNetConfig(model_channels=8, channel_mult=(1,), num_blocks=1, attn_resolutions=(), dropout=0.1)
OPTIONS = NeonConfig(model="denoiser", set="t100", steps=12, batch_size=16, lr=1e-3)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A denoiser's file, as a job makes one; its U-Net has dropout."""
    torch.manual_seed(0)
    network = EDMPrecond(8, 1, 10, SMALL)
    with torch.no_grad():
        for parameter in network.parameters():  # the last layers start near 0
            parameter += 0.05 * torch.randn_like(parameter)
    path = tmp_path_factory.mktemp("base") / "denoiser.safetensors"
    save_network(path, network, {"made by": "a test"})
    return path


def make(base, images, folder, **changes):
    task = ModelTask(
        name="neon", options=OPTIONS, roles=("denoiser",), seed=0, train=images, info=INFO, device="cpu",
        checkpoints=folder, made_by="", file=str(base), images=images,
    )  # fmt: skip
    return neon.make(replace(task, **changes))


def weights(network):
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def test_a_weight_of_0_gives_the_same_weights(base, train, tmp_path):
    made = make(base, train, tmp_path, options=replace(OPTIONS, weight=0.0))
    assert torch.equal(weights(made.network), weights(load_denoiser(str(base))))


def test_it_is_led_away_as_far_as_the_weight_says(base, train, tmp_path):
    """Away from the average that EDM's training on the same images, from the same weights, ends with."""
    start = load_denoiser(str(base))
    seed = training.derive_seed(0, "neon")
    degraded = continue_training(
        load_denoiser(str(base)), train, OPTIONS, seed=seed, checkpoint=tmp_path / "own", name="neon"
    )
    assert not torch.allclose(weights(degraded), weights(start), atol=1e-4)
    for weight in (0.5, 2.0):
        made = make(base, train, tmp_path / str(weight), options=replace(OPTIONS, weight=weight))
        expected = (1 + weight) * weights(start) - weight * weights(degraded)
        assert torch.allclose(weights(made.network), expected, atol=1e-6)
        assert not made.network.training


def test_an_interrupted_training_ends_with_the_same_weights(base, train, tmp_path, request):
    undisturbed = make(base, train, tmp_path / "a")
    calls = request.getfixturevalue("interrupted_denoising")
    with pytest.raises(KeyboardInterrupt):
        make(base, train, tmp_path / "b")
    resumed = make(base, train, tmp_path / "b")
    assert len(calls) == 9 + 6
    assert torch.equal(weights(resumed.network), weights(undisturbed.network))
    assert resumed.checkpoint.exists()


def test_another_base_or_another_set_goes_on_from_no_checkpoint_of_this_one(base, train, tmp_path):
    other = tmp_path / "other.safetensors"
    network = load_denoiser(str(base))
    neon.lead_away(network, EDMPrecond(8, 1, 10, network.config), 0.1)
    save_network(other, network, {})
    half = train[np.arange(len(train) // 2)]
    checkpoints = {
        make(path, images, tmp_path).checkpoint
        for path, images in ((base, train), (other, train), (base, half))
    }
    assert len(checkpoints) == 3


def test_labels_are_the_networks_own_numbers(base, train, tmp_path):
    """A network whose classes are in another order is trained as one whose numbers are the data set's."""
    turned = replace(INFO, class_names=[f"class {i}" for i in range(10)])
    classes = [f"class {9 - i}" for i in range(10)]
    made = make(base, train, tmp_path / "a", info=turned, classes=classes)
    same = make(base, replace(train, labels=9 - train.labels), tmp_path / "b")
    assert torch.equal(weights(made.network), weights(same.network))


def test_a_base_that_edms_loss_does_not_train_is_refused(train, tmp_path):
    torch.manual_seed(0)
    path = tmp_path / "ve.safetensors"
    save_network(path, VEPrecond(8, 1, 10, SMALL, 0.02, 100.0), {})
    with pytest.raises(InputError, match="models: neon: denoiser is a denoiser of kind ve; neon trains"):
        make(path, train, tmp_path)


def test_a_base_may_be_of_adms_unet(train, tmp_path):
    config = DhariwalConfig(model_channels=8, channel_mult=(1, 2), num_blocks=1, attn_resolutions=())
    torch.manual_seed(0)
    network = EDMPrecond(8, 1, 10, config, unet=DhariwalUNet)
    save_network(tmp_path / "adm.safetensors", network, {})
    made = make(tmp_path / "adm.safetensors", train, tmp_path).network
    assert made.kind == "edm-dhariwal"
    assert not torch.allclose(weights(made), weights(network), atol=1e-4)


def test_a_base_for_other_images_is_refused(base, train, tmp_path):
    with pytest.raises(InputError, match="models: neon: denoiser has resolution 8, the data set 16"):
        make(base, train, tmp_path, info=replace(INFO, resolution=16))


T = {"name": "t", "kind": "reconstruct", "model": "denoiser", "t_re": [30, 100]}
NEON = {"name": "neon", "kind": "neon", "model": "denoiser", "set": "t100"}
USE = {"name": "led", "kind": "reconstruct", "model": "neon", "t_re": 100, "remedy_for": "t100"}


def config(*sets, entries=(NEON,), **base):
    first = {"name": "denoiser", "kind": "train"} | base
    return merged(schema_defaults(), {"models": [first, *entries], "sets": list(sets)})


def test_what_it_needs_is_known_before_any_job():
    declared = config(T, USE, entries=({"name": "gan", "kind": "gan"}, NEON))
    check_sets(declared)
    sets, known = recipes(declared), models(declared)
    assert training_steps(sets["led"], sets, known) == 200
    assert training_steps(sets["t100"], sets, known) == 2000


def test_a_guides_training_counts_once():
    early = {"name": "early", "kind": "train", "steps": 50}
    led = USE | {"guidance": {"kind": "autoguidance", "model": "early", "weight": 2.0}}
    declared = config(T, led, entries=(early, NEON))
    sets, known = recipes(declared), models(declared)
    assert training_steps(sets["led"], sets, known) == 250


GUIDED = T | {"name": "g", "guidance": {"kind": "autoguidance", "model": "neon", "weight": 2.0}}


@pytest.mark.parametrize(
    ("sets", "entries", "message"),
    [
        ([T], [NEON | {"set": "t050"}], "models: neon: set: 't050' is no fully synthetic set of denoiser"),
        ([T], [NEON | {"set": "t030"}], "models: neon: set: 't030' is no .*; choose one of t100, or declare"),
        ([T], [NEON | {"set": "real"}], "models: neon: set: 'real' is no fully synthetic set"),
        ([T], [NEON | {"model": "edm"}], "models: neon: model: no denoiser 'edm' above it"),
        ([T], [NEON | {"model": "neon"}], "no denoiser 'neon' above it .*; choose among denoiser, or move"),
        ([T], [{"name": "gan", "kind": "gan"}, NEON | {"model": "gan"}], "no denoiser 'gan' above it"),
        ([T, USE], [NEON | {"set": "led"}], "models: neon: set: 'led' is no fully synthetic set of denoiser"),
        ([T, GUIDED], [NEON | {"set": "g100"}], "models: neon: set: 'g100' is made with neon itself; choose"),
        (
            [T, USE | {"guidance": {"kind": "classifier_free", "weight": 2.0}}],
            [NEON],
            "set label_dropout of denoiser in models",
        ),
    ],
)
def test_what_can_not_be_made_is_told(sets, entries, message):
    with pytest.raises(InputError, match=message):
        check_sets(config(*sets, entries=entries))
