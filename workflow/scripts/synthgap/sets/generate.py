"""Images from a generator, with the class balance of the real set."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ..data.pixels import to_pixels
from ..data.randomness import derive_key
from ..models.batches import to_batch
from ..run.errors import InputError
from ..run.progress import batches


@torch.inference_mode()
def sample_images(
    generate: Callable[[Tensor, Tensor], Tensor],
    latent: int,
    labels: np.ndarray,
    index: np.ndarray,
    *,
    name: str,
    split: str,
    seed: int,
    replicate: int,
    batch_size: int,
    device: torch.device,
    grey_levels: np.ndarray | None = None,
) -> np.ndarray:
    """One image for each label: uint8 [N, H, W, C].

    generate: z float32 [B, latent] and labels int64 [B] to images [B, C, H, W] in [-1, 1]. labels, index:
    int64 [N], of the images in the packed split that the new ones take the place of. An image's latent
    belongs to (seed, replicate, split, name, index) and to nothing else; batches are padded to batch_size,
    so the result for an image does not depend on the others. Raises InputError where an image is not finite.
    """
    # The word is of earlier versions; another would change every image.
    key = derive_key(seed, "competitor", name, replicate, split)
    images = []
    for batch in batches(len(labels), batch_size, f"sample {name}"):
        z = np.stack([_latent(key, int(position), latent) for position in index[batch]])
        signal = generate(to_batch(z, batch_size, device), to_batch(labels[batch], batch_size, device))
        pixels = signal[: len(z)].float().cpu().numpy().transpose(0, 2, 3, 1)
        if not np.isfinite(pixels).all():
            raise InputError(f"sets: {name}: its generator's output is not finite; its weights are broken")
        images.append(to_pixels(pixels.astype(np.float64), grey_levels))
    return np.concatenate(images)


def _latent(key: int, position: int, size: int) -> np.ndarray:
    bits = np.random.Philox(key=key, counter=[0, 0, 0, position])
    return np.random.Generator(bits).standard_normal(size).astype(np.float32)
