"""U-Nets of diffusers as denoisers, against diffusers' own scheduler."""

import json

import pytest
import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from synthgap.models.adapters import DiffusersDenoiser
from synthgap.models.denoisers import load_denoiser
from synthgap.models.seeding import seeded
from synthgap.run.errors import InputError
from synthgap.sets.reconstruct import check_levels
from synthgap.sets.schedule import SamplerConfig


def small_unet(**changes):
    settings = {
        "sample_size": 8, "in_channels": 1, "out_channels": 1, "block_out_channels": (8, 16),
        "norm_num_groups": 4, "layers_per_block": 1, "num_class_embeds": 10,
        "down_block_types": ("DownBlock2D", "DownBlock2D"), "up_block_types": ("UpBlock2D", "UpBlock2D"),
    }  # fmt: skip
    with seeded(0):
        return UNet2DModel(**settings | changes).eval()


def save_pipeline(folder, prediction="epsilon", scheduling=None, **changes):
    scheduler = DDPMScheduler(prediction_type=prediction, clip_sample=False, **(scheduling or {}))
    DDPMPipeline(small_unet(**changes), scheduler).save_pretrained(folder)
    return folder


LEARNED = {"variance_type": "learned_range"}


@pytest.mark.parametrize(
    ("prediction", "scheduling", "changes"),
    [
        ("epsilon", {}, {}),
        ("v_prediction", {}, {"sample_size": (8, 8)}),
        ("sample", {}, {}),
        ("epsilon", LEARNED, {"out_channels": 2}),
    ],
)
def test_it_denoises_as_its_own_scheduler_does(tmp_path, generator, prediction, scheduling, changes):
    denoiser = load_denoiser(str(save_pipeline(tmp_path, prediction, scheduling, **changes)))
    assert denoiser.resolution == 8
    scheduler = DDPMScheduler.from_pretrained(tmp_path / "scheduler")
    x, labels = torch.from_numpy(generator.normal(size=(3, 1, 8, 8))).float(), torch.tensor([0, 4, 9])
    for t in (0, 1, 250, 999):
        alpha = scheduler.alphas_cumprod[t]
        sigma = ((1 - alpha) / alpha).sqrt()
        preserving = x * alpha.sqrt()
        with torch.inference_mode():
            ours = denoiser(x, sigma.expand(3), labels)
            output = denoiser.unet(preserving, t, class_labels=labels).sample
        theirs = scheduler.step(output, t, preserving).pred_original_sample
        assert torch.allclose(ours, theirs, rtol=1e-3, atol=1e-4), t


def test_without_classes_it_ignores_labels(tmp_path):
    denoiser = load_denoiser(str(save_pipeline(tmp_path, num_class_embeds=None)))
    x, sigma = torch.ones(2, 1, 8, 8), torch.ones(2)
    assert denoiser.num_classes == 0
    assert torch.equal(denoiser(x, sigma, torch.tensor([0, 1])), denoiser(x, sigma))


def test_noise_levels_between_steps_are_fractional_steps():
    denoiser = DiffusersDenoiser(small_unet(), DDPMScheduler().alphas_cumprod, "epsilon")
    sigmas = denoiser.log_sigmas.exp()
    steps = denoiser.time_steps(torch.stack([sigmas[0], (sigmas[4] * sigmas[5]).sqrt(), sigmas[-1]]))
    assert torch.allclose(steps, torch.tensor([0, 4.5, 999.0]), atol=1e-3)
    assert (denoiser.resolution, denoiser.channels, denoiser.num_classes) == (8, 1, 10)


def test_levels_that_it_was_not_trained_on_are_refused():
    denoiser = DiffusersDenoiser(small_unet(), DDPMScheduler().alphas_cumprod, "epsilon")
    with pytest.raises(
        InputError, match=r"sampling\.sigma_min: 0\.002 is no .* the lowest is 0\.010001: raise"
    ):
        check_levels(denoiser, SamplerConfig(), "my-pipeline")
    with pytest.raises(
        InputError, match=r"sampling\.sigma_max: 200 is no .* the highest is 157\.4\d?: lower"
    ):
        check_levels(denoiser, SamplerConfig(sigma_min=0.0101, sigma_max=200), "my-pipeline")
    for said in (f"{denoiser.sigma_min:.5g}", "0.0101"):
        check_levels(denoiser, SamplerConfig(sigma_min=float(said)), "my-pipeline")
    check_levels(torch.nn.Identity(), SamplerConfig(), "a denoiser that says nothing")


@pytest.mark.parametrize(
    ("scheduling", "changes", "message"),
    [
        (
            {},
            {"sample_size": (8, 16)},
            r"sample_size [\[(]8, 16[\])] in unet/config.json; expected the side of",
        ),
        ({}, {"sample_size": None}, "sample_size None in unet"),
        (
            {},
            {"out_channels": 2},
            "2 out_channels in .*; expected 1, for images of 1 channels without learned",
        ),
        (LEARNED, {}, "1 out_channels in .*; expected 2, for images of 1 channels with learned variances"),
        ({"trained_betas": [0.1, 0.0, 0.1]}, {}, "noise levels don't rise from step to step"),
        ({"trained_betas": [0.1, float("nan")]}, {}, "noise levels don't rise from step to step"),
        ({"rescale_betas_zero_snr": True}, {}, "noise levels don't rise from step to step"),
    ],
)
def test_pipelines_that_are_no_denoiser_are_told(tmp_path, scheduling, changes, message):
    with pytest.raises(InputError, match=message):
        load_denoiser(str(save_pipeline(tmp_path, "epsilon", scheduling, **changes)))


def test_what_is_no_pipeline_of_pixels_is_refused(tmp_path):
    with pytest.raises(InputError, match="is no saved pipeline of diffusers"):
        load_denoiser(str(tmp_path))
    folder = save_pipeline(tmp_path / "latent")
    index = folder / "model_index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | {"vqvae": ["diffusers", "VQModel"]}))
    with pytest.raises(InputError, match="holds a pipeline with vqvae; a UNet2DModel of pixels"):
        load_denoiser(str(folder))
    for text in ("[]", '{"unet": 1}', '{"unet": ["diffusers"]}', "{"):
        index.write_text(text)
        with pytest.raises(InputError, match=r"is no saved pipeline of diffusers .*; save it again$"):
            load_denoiser(str(folder))
    (folder / "model_index.json").unlink()
    with pytest.raises(InputError, match=r"is no saved pipeline .*model_index\.json"):
        load_denoiser(str(folder))
