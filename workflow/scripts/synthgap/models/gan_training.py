"""Training of the small GAN with the hinge loss (Lim and Ye 2017)."""

import copy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..data.images import ImageSet
from ..data.pixels import to_signal
from ..data.randomness import derive_seed, random_generator
from ..plan.settings import narrow_settings
from ..run.progress import progress
from .configs import GANConfig, GANShape
from .gan import Discriminator, GANGenerator
from .loops import Batches, update_average
from .resuming import TrainingState
from .seeding import seeded

STATISTICS_BATCHES = 100


def train_gan(
    train: ImageSet,
    num_classes: int,
    config: GANConfig,
    *,
    seed: int,
    device: torch.device,
    checkpoint: Path,
    name: str = "train",
) -> GANGenerator:
    """Train on a labelled image set and return the averaged generator (eval mode, on the CPU).

    checkpoint, name: as for train_denoiser. Raises InputError where the training diverges.
    """
    images = train.images
    sizes = (images.shape[1], images.shape[3], num_classes, narrow_settings(GANShape, config))
    with seeded(derive_seed(seed, "train_gan", "init")):
        generator, critic = GANGenerator(*sizes).to(device).train(), Discriminator(*sizes).to(device).train()
    average = copy.deepcopy(generator)
    adam = [torch.optim.Adam(m.parameters(), config.lr, betas=(0.0, 0.9)) for m in (generator, critic)]
    modules = {"generator": generator, "critic": critic, "average": average}
    optimizers = {"adam_generator": adam[0], "adam_critic": adam[1]}
    labels = torch.from_numpy(train.labels)
    parts = config.critic_steps + 1
    batches = Batches(len(train), config.batch_size, seed, "train_gan")
    with TrainingState(checkpoint, config.steps, modules, optimizers) as state:
        steps = range(state.step, config.steps)
        for step in progress(steps, "train GAN", "step", total=config.steps, initial=state.step):
            for part in range(parts):
                positions = batches.positions(step * parts + part)
                source = random_generator(seed, "train_gan", "latent", step, part)
                noise = source.standard_normal((len(positions), config.latent), dtype=np.float32)
                z = torch.from_numpy(noise).to(device)
                classes = labels[positions].to(device)
                if part < config.critic_steps:
                    signal = to_signal(images[positions]).transpose(0, 3, 1, 2).astype(np.float32)
                    real = torch.from_numpy(signal).to(device)
                    _train_critic(generator, critic, adam[1], real, classes, z)
                else:
                    loss = _train_generator(generator, critic, adam[0], classes, z)
            update_average(average, generator, step, config.ema_decay)
            state.advance(loss, f"models: {name}")
    _settle_statistics(average, labels, config, seed, device)
    return average.cpu().eval().requires_grad_(False)


@torch.no_grad()
def _settle_statistics(
    average: GANGenerator, labels: Tensor, config: GANConfig, seed: int, device: torch.device
) -> None:
    """Measure the batch norms' statistics of the averaged weights, which training didn't."""
    average.train()
    for module in average.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None  # a plain mean over the batches
    source = random_generator(seed, "train_gan", "statistics")
    for _ in range(STATISTICS_BATCHES):
        chosen = labels[source.integers(len(labels), size=config.batch_size)]
        noise = source.standard_normal((config.batch_size, config.latent), dtype=np.float32)
        average(torch.from_numpy(noise).to(device), chosen.to(device))


def _train_critic(
    generator: nn.Module, critic: nn.Module, adam: torch.optim.Adam, real: Tensor, labels: Tensor, z: Tensor
) -> None:
    with torch.no_grad():
        fake = generator(z, labels)
    scores = critic(torch.cat([real, fake]), torch.cat([labels, labels]))
    on_real, on_fake = scores.chunk(2)
    adam.zero_grad(set_to_none=True)
    (F.relu(1 - on_real).mean() + F.relu(1 + on_fake).mean()).backward()
    adam.step()


def _train_generator(
    generator: nn.Module, critic: nn.Module, adam: torch.optim.Adam, labels: Tensor, z: Tensor
) -> Tensor:
    """One step; returns the loss, a scalar."""
    adam.zero_grad(set_to_none=True)
    loss = -critic(generator(z, labels), labels).mean()
    loss.backward()
    adam.step()
    return loss.detach()
