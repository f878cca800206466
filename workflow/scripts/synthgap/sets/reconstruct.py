"""Real sample reconstruction (the paper's Algorithm 1): noise a real image, let the model restore it."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ..data.pixels import to_pixels, to_signal
from ..models.batches import to_batch
from ..plan.tables import plugin
from ..run.ahead import made_ahead
from ..run.errors import InputError
from ..run.progress import batches
from .noise import sampling_noise
from .schedule import SamplerConfig, known_level, solver_sigmas

__all__ = ["SamplerConfig", "reconstruct"]

ROUNDING = 1e-4


@torch.inference_mode()
def reconstruct(
    denoiser: nn.Module,
    images: np.ndarray,
    labels: np.ndarray,
    index: np.ndarray,
    *,
    t_re: int,
    split: str,
    seed: int,
    replicate: int = 0,
    config: SamplerConfig = SamplerConfig(),
    batch_size: int = 256,
    grey_levels: np.ndarray | None = None,
    sigmas: Sequence[float] | None = None,
    quiet: bool = False,
) -> np.ndarray:
    """Reconstruct images from reverse step t_re: uint8 [N, H, W, C].

    images: uint8 [N, H, W, C]; labels: int64 [N], the condition; index: int64 [N], positions in
    the packed split, which the noise belongs to. At t_re = 0 the result is the images themselves;
    at t_re = T nothing of the images enters but their labels. Pixels are rounded to grey_levels
    (ascending uint8; None: all 256). The denoiser computes in its own precision (models/precision.py).
    sigmas: the noise levels of the walk, from that of t_re down to 0 (None: those of solver_sigmas).
    quiet: show no progress.

    Every batch is padded to batch_size, so the result for an image does not depend on the others.
    Raises ValueError for t_re outside 0..T, and InputError where the denoiser's output is not finite.
    """
    if t_re == 0:
        return images.copy()
    # Levels that are the same to the denoiser are one: some samplers divide by a step's length.
    walk = solver_sigmas(t_re, config) if sigmas is None else sigmas
    levels = list(dict.fromkeys(known_level(denoiser, sigma) for sigma in walk))
    device = next(denoiser.parameters(), torch.empty(0)).device
    shape = (images.shape[3], *images.shape[1:3])
    results = [np.empty((0, *images.shape[1:]), np.uint8)]

    def noise_of(batch: slice, step: int) -> np.ndarray:
        return sampling_noise(
            shape, index[batch], seed=seed, replicate=replicate, split=split, t_re=t_re, step=step
        )

    def start_of(first: int) -> np.ndarray:
        batch = slice(first, first + batch_size)
        x = levels[0] * noise_of(batch, 0)
        return x + to_signal(images[batch]).transpose(0, 3, 1, 2) if t_re < config.steps else x

    starts = made_ahead(start_of, range(0, len(images), batch_size))
    shown = batches(len(images), batch_size, f"reconstruct t_re = {t_re}", quiet)
    # In this order, the progress tells of what is done.
    for batch, x in zip(shown, starts, strict=True):

        def noise(step: int, batch: slice = batch) -> Tensor:
            return to_batch(noise_of(batch, step), batch_size, device)

        denoise = _Denoise(denoiser, to_batch(labels[batch], batch_size, device))
        restored = plugin("samplers", config.sampler).sample(
            denoise, to_batch(x, batch_size, device), levels, noise, config
        )
        pixels = restored[: len(x)].cpu().numpy().transpose(0, 2, 3, 1)
        if not np.isfinite(pixels).all():
            raise InputError(
                f"the denoiser's output from t_re = {t_re} is not finite; its training "
                "diverged, its weights are broken, or sampling.precision is too low for it"
            )
        results.append(to_pixels(pixels, grey_levels))
    return np.concatenate(results)


def check_levels(network: nn.Module, config: SamplerConfig, origin: str) -> None:
    """Raise InputError where the sampler goes to noise levels that a denoiser says it doesn't know.

    A denoiser says it by attributes sigma_min and sigma_max; one without them knows all levels. Its own
    levels may be passed by what five digits round off.
    """
    lowest, highest = getattr(network, "sigma_min", 0.0), getattr(network, "sigma_max", float("inf"))
    if config.sigma_min < lowest * (1 - ROUNDING):
        key, found, known, to_do = "sigma_min", config.sigma_min, f"the lowest is {lowest:.5g}", "raise"
    elif config.sigma_max > highest * (1 + ROUNDING):
        key, found, known, to_do = "sigma_max", config.sigma_max, f"the highest is {highest:.5g}", "lower"
    else:
        return
    raise InputError(
        f"sampling.{key}: {found} is no level that {origin} was trained on; {known}: {to_do} it to that"
    )


class _Denoise:
    """denoise(x, sigma) for one batch, in float64: its labels are settled here."""

    def __init__(self, denoiser: nn.Module, labels: Tensor) -> None:
        self.denoiser, self.labels = denoiser, labels

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        levels = torch.full((len(x),), sigma, dtype=torch.float32, device=x.device)
        return self.denoiser(x.float(), levels, self.labels).double()

    def nearest_level(self, sigma: float) -> float:
        return known_level(self.denoiser, sigma)
