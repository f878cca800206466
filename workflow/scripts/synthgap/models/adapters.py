"""Networks of other libraries behind the project's denoiser contract."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..data.safetensors_files import check_safetensors
from ..run.errors import InputError

# What the network predicts of x0, of the noise and of v (Salimans and Ho 2022), by the scheduler's name.
PREDICTIONS = ("epsilon", "v_prediction", "sample")


class DiffusersDenoiser(nn.Module):
    """D(x; sigma, label) from a variance-preserving U-Net of diffusers.

    unet: predicts what `prediction` names from x / sqrt(1 + sigma^2) at a time step and a class.
    alphas_cumprod: float [T], the noise schedule it was trained with. A noise level between two of its
    steps is a fractional step, linear in ln(sigma). sigma_min, sigma_max: the levels that it knows.
    """

    def __init__(self, unet: nn.Module, alphas_cumprod: Tensor, prediction: str) -> None:
        super().__init__()
        self.unet, self.prediction = unet, prediction
        config: Any = unet.config
        self.resolution, self.channels = config.sample_size, config.in_channels
        self.num_classes = config.num_class_embeds or 0
        alphas = alphas_cumprod.double()
        self.log_sigmas: Tensor
        self.register_buffer("log_sigmas", ((1 - alphas) / alphas).log() / 2, persistent=False)
        self.sigma_min, self.sigma_max = (float(self.log_sigmas[i].exp()) for i in (0, -1))

    def forward(self, x: Tensor, sigma: Tensor, labels: Tensor | None = None) -> Tensor:
        """x [B, C, H, W], sigma [B], labels int64 [B] or None -> [B, C, H, W]."""
        levels = sigma.reshape(-1, 1, 1, 1)
        scale = (1 + levels**2).sqrt()
        predicted = self.unet(x / scale, self.time_steps(sigma), class_labels=labels).sample
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
    except (OSError, KeyError, IndexError, ValueError) as error:
        problem = " ".join(str(error).split())[:300]
        raise InputError(f"models: {folder} is no saved pipeline of diffusers ({problem})") from error
    if scheduler.config.prediction_type not in PREDICTIONS:
        raise InputError(
            f"models: {folder} predicts {scheduler.config.prediction_type}; "
            f"{', '.join(PREDICTIONS)} are known here"
        )
    network = DiffusersDenoiser(unet, scheduler.alphas_cumprod, scheduler.config.prediction_type)
    return network.eval().requires_grad_(False)
