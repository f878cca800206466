"""Training a class-conditional denoiser with EDM's loss."""

import copy
import math
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..data.images import ImageSet
from ..data.pixels import to_signal
from ..data.randomness import derive_seed, random_generator
from ..plan.settings import narrow_settings
from ..run.ahead import made_ahead
from ..run.errors import InputError
from ..run.progress import progress
from .batches import to_batch
from .configs import DenoiserConfig, NeonConfig, UNetConfig
from .loops import Batches, update_average
from .networks import EDMPrecond
from .resuming import TrainingState
from .seeding import seeded


def train_denoiser(
    train: ImageSet,
    num_classes: int,
    config: DenoiserConfig,
    *,
    seed: int,
    device: torch.device,
    checkpoint: Path,
    name: str = "train",
) -> EDMPrecond:
    """Train on a labelled image set and return the averaged network (eval mode, on the CPU).

    sigma_data is the pixels' standard deviation. name: of the model in the config, for messages. checkpoint:
    a file of this training alone (see checkpoint_path), from which it continues; the result is the same as
    without the interruption. Raises InputError where the U-Net doesn't fit the images, and where the training
    diverges.
    """
    _check_geometry(train, config)
    with seeded(derive_seed(seed, "train_denoiser", "init")):
        network = _build_network(train, num_classes, config).to(device)
    return continue_training(network, train, config, seed=seed, checkpoint=checkpoint, name=name)


def continue_training(
    network: EDMPrecond,
    train: ImageSet,
    config: DenoiserConfig | NeonConfig,
    *,
    seed: int,
    checkpoint: Path,
    name: str,
) -> EDMPrecond:
    """Train a network on, in place and on its device; returns the average of its weights (eval mode, on the
    CPU). train: its labels are the network's own numbers. The rest as in train_denoiser.
    """
    device = next(network.parameters()).device
    network.train().requires_grad_(True)
    average = copy.deepcopy(network)
    optimizer = torch.optim.Adam(network.parameters(), lr=config.lr, fused=True)
    modules: dict[str, nn.Module] = {"network": network, "average": average}
    taken = config.steps_taken
    with TrainingState(checkpoint, taken, modules, {"adam": optimizer}) as state:
        # A step's randomness is keyed by the step, so a resumed training draws what it would have.
        steps = range(state.step, taken)
        batches = Batches(len(train), config.batch_size, seed, "train_denoiser")
        drawn = made_ahead(partial(_draw, train, batches, config, network.config.label_dropout, seed), steps)
        shown = progress(steps, "train denoiser", "step", total=taken, initial=state.step)
        for step, arrays in zip(shown, drawn, strict=True):
            clean, sigma, noise, labels = (to_batch(array, config.batch_size, device) for array in arrays)
            optimizer.zero_grad(set_to_none=True)
            with seeded(derive_seed(seed, "train_denoiser", "dropout", step)):
                loss = denoising_loss(network, clean, sigma, noise, labels)
            loss.backward()
            for group in optimizer.param_groups:
                group["lr"] = config.lr * (1 + math.cos(math.pi * step / config.steps)) / 2
            optimizer.step()
            update_average(average, network, step, config.ema_decay)
            state.advance(loss.detach(), f"models: {name}")
    return average.cpu().eval().requires_grad_(False)


def _draw(
    train: ImageSet,
    batches: Batches,
    config: DenoiserConfig | NeonConfig,
    label_dropout: float,
    seed: int,
    step: int,
) -> tuple[np.ndarray, ...]:
    """A step's images [B, C, H, W], noise levels [B] and noise, all float32, and labels int64 [B]."""
    batch = batches.positions(step)
    generator = random_generator(seed, "train_denoiser", "noise", step)
    clean = to_signal(train.images[batch]).transpose(0, 3, 1, 2).astype(np.float32)
    sigma = np.exp(config.p_mean + config.p_std * generator.standard_normal(len(batch)))
    noise = generator.standard_normal(clean.shape, dtype=np.float32)
    kept = generator.random(len(batch)) >= label_dropout
    return clean, sigma.astype(np.float32), noise, np.where(kept, train.labels[batch], -1)


def denoising_loss(
    network: EDMPrecond, clean: Tensor, sigma: Tensor, noise: Tensor, labels: Tensor
) -> Tensor:
    """EDM's weighted denoising error, a scalar. Karras et al. (2022), Eq. 108 and Table 1."""
    scale = sigma[:, None, None, None]
    weight = (scale**2 + network.sigma_data**2) / (scale * network.sigma_data) ** 2
    return (weight * (network(clean + scale * noise, sigma, labels) - clean) ** 2).mean()


def _build_network(train: ImageSet, num_classes: int, config: DenoiserConfig) -> EDMPrecond:
    sizes = narrow_settings(UNetConfig, config)
    resolution, channels = train.images.shape[1], train.images.shape[3]
    return EDMPrecond(resolution, channels, num_classes, sizes, float(to_signal(train.images).std()))


def _check_geometry(train: ImageSet, config: DenoiserConfig) -> None:
    resolution = train.images.shape[1]
    levels = len(config.channel_mult)
    if resolution % 2 ** (levels - 1):
        raise InputError(
            f"models: channel_mult: {levels} levels halve the resolution {levels - 1} times, but "
            f"{resolution} pixels can't be; take fewer levels"
        )
    resolutions = [resolution >> level for level in range(levels)]
    if strange := set(config.attn_resolutions) - set(resolutions):
        raise InputError(
            f"models: attn_resolutions: no level has resolution {min(strange)}; choose from "
            f"{', '.join(map(str, resolutions))}"
        )
