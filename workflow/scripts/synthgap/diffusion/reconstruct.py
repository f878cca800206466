"""Real sample reconstruction (the paper's Algorithm 1): noise a real image, let the model restore it."""

import numpy as np
import torch
from torch import Tensor, nn

from ..data.pixels import to_pixels, to_signal
from ..errors import InputError
from .noise import sampling_noise
from .samplers import SAMPLERS
from .schedule import SamplerConfig, solver_sigmas

__all__ = ["SamplerConfig", "reconstruct"]


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
    config: SamplerConfig = SamplerConfig(),  # noqa: B008 (frozen)
    batch_size: int = 256,
    grey_levels: np.ndarray | None = None,
) -> np.ndarray:
    """Reconstruct images from reverse step t_re: uint8 [N, H, W, C].

    images: uint8 [N, H, W, C]; labels: int64 [N], the condition; index: int64 [N], positions in
    the packed split, which the noise belongs to. At t_re = 0 the result is the images themselves;
    at t_re = T nothing of the images enters but their labels. Pixels are rounded to grey_levels
    (ascending uint8; None: all 256).

    Every batch is padded to batch_size, so the result for an image does not depend on the others.
    Raises ValueError for t_re outside 0..T, and InputError where the denoiser's output is not finite.
    """
    if t_re == 0:
        return images.copy()
    sigmas = [float(sigma) for sigma in solver_sigmas(t_re, config)]
    sampler = SAMPLERS[config.sampler]
    device = next(denoiser.parameters()).device
    results = [np.empty((0, *images.shape[1:]), np.uint8)]
    for start in range(0, len(images), batch_size):
        batch = slice(start, start + batch_size)
        noise = sampling_noise(
            (images.shape[3], *images.shape[1:3]),
            index[batch],
            seed=seed,
            replicate=replicate,
            split=split,
            t_re=t_re,
            step=0,
        )
        x = sigmas[0] * noise
        if t_re < config.steps:
            x += to_signal(images[batch]).transpose(0, 3, 1, 2)
        x_batch = _padded(torch.from_numpy(x), batch_size).to(device)
        label_batch = _padded(torch.from_numpy(labels[batch]), batch_size).to(device)

        def denoise(x: Tensor, sigma: float, labels: Tensor = label_batch) -> Tensor:
            levels = torch.full((len(x),), sigma, dtype=torch.float32, device=x.device)
            return denoiser(x.float(), levels, labels).double()

        restored = sampler(denoise, x_batch, sigmas)[: len(x)].cpu().numpy()
        if not np.isfinite(restored).all():
            raise InputError(
                f"diffusion: the denoiser's output from t_re = {t_re} is not finite; its training "
                "diverged, or its weights are broken"
            )
        results.append(to_pixels(restored.transpose(0, 2, 3, 1), grey_levels))
    return np.concatenate(results)


def _padded(tensor: Tensor, size: int) -> Tensor:
    """The tensor with its first dimension filled up with zeros to `size`."""
    padding = tensor.new_zeros((size - len(tensor), *tensor.shape[1:]))
    return torch.cat([tensor, padding])
