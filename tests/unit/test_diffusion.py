from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from synthgap.data.pixels import to_pixels, to_signal
from synthgap.models.layers import GroupNorm
from synthgap.models.loading import load_network, save_network
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.seeding import seeded
from synthgap.models.weights import load_weights, save_weights
from synthgap.run.errors import InputError
from synthgap.sets.reconstruct import SamplerConfig, reconstruct
from synthgap.sets.schedule import sigma_schedule, solver_sigmas, start_sigma

SMALL = UNetConfig(model_channels=8, channel_mult=(1, 2), num_blocks=1, attn_resolutions=(), dropout=0.0)
FAST = SamplerConfig("dpmpp_2m", steps=20, solver_steps=4)


@pytest.fixture(scope="module")
def denoiser() -> EDMPrecond:
    with seeded(0):
        network = EDMPrecond(8, 1, 10, SMALL)
        for parameter in network.parameters():  # beyond the near-zero start of some layers
            torch.nn.init.normal_(parameter, std=0.2)
    return network.eval().requires_grad_(False)


def run(denoiser, image_set, **changes):
    settings = {"t_re": 10, "split": "train", "seed": 0, "config": FAST, "batch_size": 16} | changes
    return reconstruct(denoiser, image_set.images, image_set.labels, image_set.index, **settings)


@given(st.integers(2, 300))
def test_the_schedule_falls_from_sigma_max_to_sigma_min_to_zero(steps):
    sigmas = sigma_schedule(steps)
    assert len(sigmas) == steps + 1
    assert sigmas[0] == pytest.approx(80)
    assert sigmas[-2] == pytest.approx(0.002)
    assert sigmas[-1] == 0
    assert (np.diff(sigmas) < 0).all()


def test_a_schedule_of_one_step_is_refused():
    with pytest.raises(ValueError, match="at least 2 steps, not 1"):
        sigma_schedule(1)


@given(st.integers(1, 100), st.integers(1, 120))
def test_a_solver_starts_where_t_re_says_and_never_takes_more_steps(t_re, solver_steps):
    config = SamplerConfig(solver_steps=solver_steps)
    sigmas = solver_sigmas(t_re, config)
    assert sigmas[0] == pytest.approx(start_sigma(t_re, config), rel=1e-12)
    assert len(sigmas) - 1 == min(solver_steps, t_re)
    assert sigmas[-1] == 0
    assert (np.diff(sigmas) < 0).all()


def test_without_solver_steps_the_solver_takes_the_schedules_own():
    assert np.array_equal(solver_sigmas(30, SamplerConfig()), sigma_schedule(100)[70:])


@pytest.mark.parametrize("t_re", [0, 101])
def test_reverse_steps_outside_the_schedule_are_refused(t_re):
    with pytest.raises(ValueError, match=f"t_re lies in 1..100, not {t_re}"):
        solver_sigmas(t_re, SamplerConfig())


def test_every_pixel_value_survives_the_round_trip():
    pixels = np.arange(256, dtype=np.uint8)
    assert np.array_equal(to_pixels(to_signal(pixels)), pixels)


def test_pixels_are_rounded_as_edm_does():
    signal = np.linspace(-1.2, 1.2, 10001)
    expected = np.clip(signal * 127.5 + 128, 0, 255).astype(np.uint8)
    assert np.array_equal(to_pixels(signal), expected)


def test_pixels_are_rounded_to_the_grey_levels_of_the_data():
    levels = np.array([0, 16, 255])
    signal = to_signal(np.array([0, 7, 9, 130, 140, 255]))
    assert np.array_equal(to_pixels(signal, levels), [0, 0, 16, 16, 255, 255])


def test_at_t_re_0_the_image_comes_back(denoiser, train):
    images = run(denoiser, train, t_re=0)
    assert np.array_equal(images, train.images)
    assert images is not train.images


def test_the_result_does_not_depend_on_batches_shards_or_order(denoiser, train):
    whole = run(denoiser, train[np.arange(40)])
    parts = [run(denoiser, train[part]) for part in np.array_split(np.arange(40), 3)]
    assert np.array_equal(whole, np.concatenate(parts))
    order = np.random.default_rng(0).permutation(40)
    assert np.array_equal(whole[order], run(denoiser, train[order]))


def test_the_result_does_not_depend_on_the_number_of_threads(denoiser, train):
    one = run(denoiser, train[np.arange(20)])
    torch.set_num_threads(2)
    try:
        assert np.array_equal(one, run(denoiser, train[np.arange(20)]))
    finally:
        torch.set_num_threads(1)


def test_another_batch_size_changes_few_pixels_by_one_level(denoiser, train):
    images = train[np.arange(200)]
    first = run(denoiser, images, batch_size=16).astype(int)
    other = run(denoiser, images, batch_size=50).astype(int)
    assert np.abs(first - other).max() <= 1
    assert (first != other).mean() < 1e-3


@pytest.mark.parametrize("change", [{"seed": 1}, {"replicate": 1}, {"split": "test"}, {"t_re": 11}])
def test_the_noise_follows_its_key(denoiser, train, change):
    images = train[np.arange(8)]
    assert not np.array_equal(run(denoiser, images), run(denoiser, images, **change))


def test_nothing_of_the_image_but_its_label_enters_at_t_re_T(denoiser, train):
    images = train[np.arange(8)]
    blank = replace(images, images=np.zeros_like(images.images))
    assert np.array_equal(run(denoiser, images, t_re=20), run(denoiser, blank, t_re=20))
    relabelled = replace(images, labels=(images.labels + 1) % 10)
    assert not np.array_equal(run(denoiser, images, t_re=20), run(denoiser, relabelled, t_re=20))
    assert not np.array_equal(run(denoiser, images, t_re=19), run(denoiser, blank, t_re=19))


def test_a_small_step_hardly_moves_the_image(train):
    """A denoiser that knows nothing returns its input at small sigma (c_skip is near 1)."""
    with seeded(0):
        fresh = EDMPrecond(8, 1, 10, SMALL).eval()
    images = run(fresh, train, t_re=5, config=SamplerConfig(steps=100), batch_size=300)
    assert np.abs(images.astype(int) - train.images).mean() < 1


def test_a_broken_denoiser_is_told(train):
    with seeded(0):
        broken = EDMPrecond(8, 1, 10, SMALL).eval()
    torch.nn.init.constant_(next(broken.parameters()), float("nan"))
    with pytest.raises(InputError, match="output from t_re = 10 is not finite"):
        run(broken, train[np.arange(4)])


@pytest.mark.parametrize("width", [4, 36, 144])
def test_every_width_has_groups_of_one_size(width):
    assert width % GroupNorm(width).num_groups == 0
    assert GroupNorm(width).num_groups <= 32


def test_a_denoiser_may_have_no_parameters(train):
    blur = torch.nn.Module()
    blur.forward = lambda x, sigma, labels: x.mean((2, 3), keepdim=True).expand_as(x)
    images = run(blur, train[np.arange(3)])
    assert all(len(np.unique(image)) == 1 for image in images)


def test_an_empty_set_gives_an_empty_set(denoiser, train):
    assert run(denoiser, train[np.arange(0)]).shape == (0, 8, 8, 1)


def test_a_network_survives_the_file(tmp_path, denoiser):
    save_network(tmp_path / "denoiser.safetensors", denoiser, {"made by": "a test"})
    loaded = load_network(tmp_path / "denoiser.safetensors")
    assert (loaded.resolution, loaded.channels, loaded.num_classes) == (8, 1, 10)
    x, sigma, labels = torch.randn(3, 1, 8, 8), torch.tensor([0.1, 1.0, 10.0]), torch.tensor([0, 1, 2])
    assert torch.equal(loaded(x, sigma, labels), denoiser(x, sigma, labels))
    assert not loaded.training


def test_files_that_are_no_networks_are_named(tmp_path):
    path = tmp_path / "denoiser.safetensors"
    path.write_bytes(b"nonsense")
    with pytest.raises(InputError, match=r"denoiser\.safetensors: not weights written by synthgap"):
        load_network(path)
    with pytest.raises(InputError, match="No such file"):
        load_network(tmp_path / "missing.safetensors")


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("dropout", "0.1", "dropout '0.1'; a share"),
        ("label_dropout", float("nan"), "label_dropout nan; a share"),
    ],
)
def test_shares_that_are_none_are_refused(tmp_path, denoiser, setting, value, message):
    save_network(tmp_path / "n.safetensors", denoiser, {})
    tensors, description = load_weights(tmp_path / "n.safetensors")
    description["architecture"]["config"][setting] = value
    save_weights(tmp_path / "n.safetensors", tensors, description)
    with pytest.raises(InputError, match=rf"n\.safetensors: its settings describe no SongUNet \({message}"):
        load_network(tmp_path / "n.safetensors")


@pytest.mark.parametrize("precision", [torch.float16, torch.bfloat16])
def test_networks_convert_to_other_precisions(denoiser, precision):
    """A module's attribute must not hide one of torch's methods (half, say)."""
    assert next(EDMPrecond(8, 1, 10, SMALL).to(precision).parameters()).dtype == precision
    assert next(EDMPrecond(8, 1, 10, SMALL).half().parameters()).dtype == torch.float16
