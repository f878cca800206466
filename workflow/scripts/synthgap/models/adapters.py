"""Networks of other libraries behind the project's denoiser contract."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..data.readers.safetensors_files import check_safetensors
from ..run.errors import InputError, in_a_line, shown, shown_path

# What the network predicts of x0, of the noise and of v (Salimans and Ho 2022), by the scheduler's name.
PREDICTIONS = ("epsilon", "v_prediction", "sample")


class DiffusersDenoiser(nn.Module):
    """D(x; sigma, label) from a variance-preserving U-Net of diffusers.

    unet: predicts what `prediction` names from x / sqrt(1 + sigma^2) at a time step and a class.
    alphas_cumprod: float [T], the noise schedule it was trained with. A noise level between two of its
    steps is a fractional step, linear in ln(sigma). sigma_min, sigma_max: the levels that it knows. Of a
    network that also predicts variances (Nichol and Dhariwal 2021), channels behind the image's, those
    aren't used: the samplers here take none.
    """

    def __init__(self, unet: nn.Module, alphas_cumprod: Tensor, prediction: str) -> None:
        super().__init__()
        self.unet, self.prediction = unet, prediction
        config: Any = unet.config
        self.resolution, self.channels = _side(config.sample_size), config.in_channels
        self.num_classes = config.num_class_embeds or 0
        alphas = alphas_cumprod.double()
        self.log_sigmas: Tensor
        self.register_buffer("log_sigmas", ((1 - alphas) / alphas).log() / 2, persistent=False)
        self.sigma_min, self.sigma_max = (float(self.log_sigmas[i].exp()) for i in (0, -1))

    def forward(self, x: Tensor, sigma: Tensor, labels: Tensor | None = None) -> Tensor:
        """x [B, C, H, W], sigma [B], labels int64 [B] or None -> [B, C, H, W]."""
        levels = sigma.reshape(-1, 1, 1, 1)
        scale = (1 + levels**2).sqrt()
        classes = labels if self.num_classes else None
        predicted = self.unet(x / scale, self.time_steps(sigma), class_labels=classes).sample
        predicted = predicted[:, : self.channels]
        if self.prediction == "epsilon":
            return x - levels * predicted
        if self.prediction == "v_prediction":
            return x / scale**2 - levels / scale * predicted
        return predicted

    def time_steps(self, sigma: Tensor) -> Tensor:
        """Noise levels [B] as steps of the network's own schedule: float32 [B], fractional in between."""
        log_sigma = sigma.double().log()
        after = torch.searchsorted(self.log_sigmas, log_sigma).clamp(1, len(self.log_sigmas) - 1)
        low, high = self.log_sigmas[after - 1], self.log_sigmas[after]
        return (after - 1 + (log_sigma - low) / (high - low)).float()


class Renumbered(nn.Module):
    """A denoiser whose classes have other numbers than the data set's. numbers: int64 [classes], its own."""

    def __init__(self, network: nn.Module, numbers: Tensor) -> None:
        super().__init__()
        self.network = network
        self.numbers: Tensor
        self.register_buffer("numbers", numbers, persistent=False)

    def __getattr__(self, name: str) -> Any:
        """What it doesn't have itself, its resolution for one, is the network's."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("network"), name)

    def forward(self, x: Tensor, sigma: Tensor, labels: Tensor | None = None) -> Tensor:
        """x [B, C, H, W], sigma [B], labels int64 [B] or None -> [B, C, H, W]."""
        return self.network(x, sigma, None if labels is None else self.numbers[labels])


def renumbered(network: nn.Module, numbers: np.ndarray) -> nn.Module:
    """The network itself where its numbers are the data set's."""
    if np.array_equal(numbers, np.arange(len(numbers))):
        return network
    return Renumbered(
        network, torch.from_numpy(numbers).to(next(network.parameters(), torch.empty(0)).device)
    )


def load_diffusers(folder: str | os.PathLike) -> DiffusersDenoiser:
    """A saved pipeline's U-Net (`unet/` and `scheduler/` in the folder): eval mode, on the CPU.

    Raises InputError where diffusers isn't installed, or the pipeline is none of pixels with a U-Net and
    a DDPM noise schedule.
    """
    folder = Path(folder)
    try:
        from diffusers import DDPMScheduler, UNet2DModel
    except ImportError as error:
        raise InputError(
            f"models: {folder} is a pipeline of diffusers, which is not installed; run "
            "`pip install diffusers`"
        ) from error
    try:
        parts = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
        extra = {name for name, value in parts.items() if isinstance(value, list)} - {"unet", "scheduler"}
        if extra or parts["unet"][1] != "UNet2DModel":
            found = ", ".join(sorted(extra)) or parts["unet"][1]
            raise InputError(
                f"models: {folder} holds a pipeline with {found}; a UNet2DModel of pixels and a "
                "scheduler are known here"
            )
        for weights in (folder / "unet").glob("*.safetensors"):
            check_safetensors(weights)
        unet = UNet2DModel.from_pretrained(folder / "unet", local_files_only=True)
        scheduler: Any = DDPMScheduler.from_pretrained(folder / "scheduler", local_files_only=True)
    except InputError:
        raise
    except Exception as error:  # files of a folder that can hold anything fail in any way
        problem = f"is no saved pipeline of diffusers ({in_a_line(error, 150)}); save it again"
        raise InputError(f"models: {shown_path(folder)} {problem}") from error
    if scheduler.config.prediction_type not in PREDICTIONS:
        raise InputError(
            f"models: {folder} predicts {scheduler.config.prediction_type}; "
            f"{', '.join(PREDICTIONS)} are known here"
        )
    _check_parts(unet, scheduler, f"models: {folder}")
    network = DiffusersDenoiser(unet, scheduler.alphas_cumprod, scheduler.config.prediction_type)
    return network.eval().requires_grad_(False)


def _check_parts(unet: Any, scheduler: Any, origin: str) -> None:
    """Raise InputError for a network and a noise schedule that no denoiser can be made of."""
    config, alphas = unet.config, scheduler.alphas_cumprod
    if _side(config.sample_size) is None:
        raise InputError(
            f"{origin} has the sample_size {shown(config.sample_size)} in unet/config.json; expected the "
            "side of square images, one whole number"
        )
    learned = str(scheduler.config.variance_type).startswith("learned")
    expected = config.in_channels * (2 if learned else 1)
    if config.out_channels != expected:
        variances = "with" if learned else "without"
        raise InputError(
            f"{origin} has {config.out_channels} out_channels in unet/config.json; expected {expected}, for "
            f"images of {config.in_channels} channels {variances} learned variances (its variance_type)"
        )
    if not ((alphas > 0) & (alphas < 1)).all() or not (alphas.diff() < 0).all():
        raise InputError(
            f"{origin} has a scheduler whose noise levels don't rise from step to step, between none and all "
            "noise; set its betas to those it was trained with"
        )


def _side(size: Any) -> int | None:
    """The side of square images, from one number or two; None for anything else."""
    sides = set(size) if isinstance(size, list | tuple) else {size}
    side = sides.pop() if len(sides) == 1 else None
    return side if isinstance(side, int) and not isinstance(side, bool) else None
