"""Sets of images from other generators, with the class balance of the real set."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ..data.images import DatasetInfo, ImageSet
from ..data.labelled import Labelled
from ..data.pixels import to_pixels, to_signal
from ..data.randomness import derive_key, random_generator
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
    key = derive_key(seed, "competitor", name, replicate, split)
    images = []
    for batch in batches(len(labels), batch_size, f"sample {name}"):
        z = np.stack([_latent(key, int(position), latent) for position in index[batch]])
        signal = generate(to_batch(z, batch_size, device), to_batch(labels[batch], batch_size, device))
        pixels = signal[: len(z)].float().cpu().numpy().transpose(0, 2, 3, 1)
        if not np.isfinite(pixels).all():
            raise InputError(f"competitor {name}: its output is not finite; its weights are broken")
        images.append(to_pixels(pixels.astype(np.float64), grey_levels))
    return np.concatenate(images)


def _latent(key: int, position: int, size: int) -> np.ndarray:
    bits = np.random.Philox(key=key, counter=[0, 0, 0, position])
    return np.random.Generator(bits).standard_normal(size).astype(np.float32)


def take_samples(
    samples: Labelled,
    splits: dict[str, ImageSet],
    *,
    name: str,
    seed: int,
    replicate: int,
    info: DatasetInfo,
) -> dict[str, ImageSet]:
    """A user's labelled images in the places of the real splits', class by class, none of them twice.

    samples: images of the splits' size, labels in the order of info's class names. Each replicate draws
    anew. Pixels are rounded to the data set's grey levels, as those of every set.
    Raises InputError where they have another size or too few images of a class.
    """
    real = next(iter(splits.values()))
    if samples.images.shape[1:] != real.images.shape[1:]:
        raise InputError(
            f"competitor {name}: its images are {list(samples.images.shape[1:])}, the data set's "
            f"{list(real.images.shape[1:])}; bring images of that height, width and number of channels"
        )
    class_names = info.class_names
    places = np.concatenate([image_set.labels for image_set in splits.values()])
    counts = np.bincount(places, minlength=len(class_names))
    found = np.bincount(samples.labels, minlength=len(class_names))
    for label, (needed, there) in enumerate(zip(counts, found, strict=True)):
        if there < needed:
            raise InputError(
                f"competitor {name}: it has {there} images of {class_names[label]}, but both splits together "
                f"need {needed}; bring more, or lower dataset.max_images"
            )
    generator = random_generator(seed, "take_samples", name, replicate)
    stacks = [generator.permutation(np.flatnonzero(samples.labels == i)) for i in range(len(class_names))]
    taken, used = {}, np.zeros(len(class_names), np.int64)
    for split, image_set in splits.items():
        chosen = np.empty(len(image_set), np.int64)
        for label, stack in enumerate(stacks):
            own = np.flatnonzero(image_set.labels == label)
            chosen[own] = stack[used[label] : used[label] + len(own)]
            used[label] += len(own)
        images = to_pixels(to_signal(samples.images[chosen]), np.array(info.grey_levels))
        taken[split] = ImageSet(images, image_set.labels, image_set.index)
    return taken
