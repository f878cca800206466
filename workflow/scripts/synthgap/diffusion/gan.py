"""A small class-conditional GAN, the diffusion model's competitor on small data.

Residual networks with a projection discriminator (Miyato and Koyama 2018), spectral normalisation
(Miyato et al. 2018) and the hinge loss.
"""

import copy
import math
import os
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from ..data.images import ImageSet
from ..data.pixels import to_signal
from ..errors import InputError
from ..progress import progress
from ..randomness import derive_seed, random_generator
from ..settings import narrow_settings
from ..torch_setup import seeded
from .loops import batch_positions, update_average
from .resuming import TrainingState, checkpoint_path

SMALLEST = 4  # the generator starts from so many pixels, or a few more


@dataclass(frozen=True)
class GANShape:
    """latent: numbers that an image is made from; width: channels at the full resolution."""

    latent: int = 64
    width: int = 32


@dataclass(frozen=True)
class GANConfig(GANShape):
    """The GAN (see GANShape) and its training.

    steps: of the generator; critic_steps: of the discriminator before each; lr: Adam's; ema_decay: of
    the averaged generator, which is the result.
    """

    steps: int = 2000
    critic_steps: int = 1
    batch_size: int = 64
    lr: float = 1e-3
    ema_decay: float = 0.999


class GANGenerator(nn.Module):
    """G(z [B, latent], labels int64 [B]) -> images [B, C, H, W] in [-1, 1]."""

    def __init__(self, resolution: int, channels: int, num_classes: int, shape: GANShape) -> None:
        super().__init__()
        self.resolution, self.channels, self.num_classes = resolution, channels, num_classes
        self.shape, self.z_dim = shape, shape.latent
        doublings = _doublings(resolution)
        self.start = resolution >> doublings
        width = shape.width * 2 ** min(doublings, 2)
        self.first = nn.Linear(shape.latent, width * self.start**2)
        self.blocks = nn.ModuleList()
        for level in reversed(range(doublings)):
            out = shape.width * 2 ** min(level, 2)
            self.blocks.append(_UpBlock(width, out, num_classes))
            width = out
        self.last = nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        x = self.first(z).unflatten(1, (-1, self.start, self.start))
        for block in self.blocks:
            x = block(x, labels)
        return self.last(F.relu(x)).tanh()


class _UpBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, num_classes: int) -> None:
        super().__init__()
        self.norm0 = _ClassNorm(in_channels, num_classes)
        self.conv0 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.norm1 = _ClassNorm(out_channels, num_classes)
        self.conv1 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.skip = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        h = F.interpolate(F.relu(self.norm0(x, labels)), scale_factor=2)
        h = self.conv1(F.relu(self.norm1(self.conv0(h), labels)))
        return h + F.interpolate(self.skip(x), scale_factor=2)


class _ClassNorm(nn.Module):
    """Batch normalisation with a scale and a shift for every class."""

    def __init__(self, channels: int, num_classes: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale = nn.Embedding.from_pretrained(torch.ones(num_classes, channels), freeze=False)
        self.shift = nn.Embedding.from_pretrained(torch.zeros(num_classes, channels), freeze=False)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        return self.norm(x) * self.scale(labels)[..., None, None] + self.shift(labels)[..., None, None]


class Discriminator(nn.Module):
    """D(images [B, C, H, W], labels int64 [B]) -> score [B], high for real images."""

    def __init__(self, resolution: int, channels: int, num_classes: int, shape: GANShape) -> None:
        super().__init__()
        width = shape.width
        self.first = spectral_norm(nn.Conv2d(channels, width, 3, padding=1))
        blocks = []
        for level in range(_doublings(resolution)):
            out = shape.width * 2 ** min(level + 1, 2)
            blocks.append(_DownBlock(width, out))
            width = out
        self.blocks = nn.Sequential(*blocks)
        self.score = spectral_norm(nn.Linear(width, 1))
        self.projection = spectral_norm(nn.Embedding(num_classes, width))

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        features = F.relu(self.blocks(self.first(images))).sum(dim=(2, 3))
        return self.score(features)[:, 0] + (self.projection(labels) * features).sum(dim=1)


class _DownBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv0 = spectral_norm(nn.Conv2d(in_channels, out_channels, 3, padding=1))
        self.conv1 = spectral_norm(nn.Conv2d(out_channels, out_channels, 3, padding=1))
        self.skip = spectral_norm(nn.Conv2d(in_channels, out_channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(F.relu(self.conv0(F.relu(x))))
        return F.avg_pool2d(h + self.skip(x), 2)


def train_gan(
    train: ImageSet,
    num_classes: int,
    config: GANConfig,
    *,
    seed: int,
    device: torch.device,
    checkpoints: str | os.PathLike,
    made_by: str = "",
) -> GANGenerator:
    """Train on a labelled image set and return the averaged generator (eval mode, on the CPU).

    Continues from its checkpoint as train_denoiser does. Raises InputError where the training diverges.
    """
    shape = narrow_settings(GANShape, config)
    sizes = (train.images.shape[1], train.images.shape[3], num_classes, shape)
    with seeded(derive_seed(seed, "train_gan", "init")):
        generator, critic = GANGenerator(*sizes).to(device).train(), Discriminator(*sizes).to(device).train()
    average = copy.deepcopy(generator)
    adam = [torch.optim.Adam(m.parameters(), config.lr, betas=(0.0, 0.9)) for m in (generator, critic)]
    modules = {"generator": generator, "critic": critic, "average": average}
    path = checkpoint_path(checkpoints, "gan", train, config, seed, made_by)
    state = TrainingState(path, modules, {"adam_generator": adam[0], "adam_critic": adam[1]})
    state.restore()
    real = torch.from_numpy(to_signal(train.images).transpose(0, 3, 1, 2)).float()
    labels = torch.from_numpy(train.labels)
    batches = config.critic_steps + 1
    steps = range(state.step, config.steps)
    for step in progress(steps, "train GAN", "step", total=config.steps, initial=state.step):
        for part in range(batches):
            batch = batch_positions(len(train), config.batch_size, step * batches + part, seed, "train_gan")
            noise = random_generator(seed, "train_gan", "latent", step, part)
            z = torch.from_numpy(noise.standard_normal((len(batch), config.latent))).float().to(device)
            classes = labels[batch].to(device)
            if part < config.critic_steps:
                _train_critic(generator, critic, adam[1], real[batch].to(device), classes, z)
            else:
                loss = _train_generator(generator, critic, adam[0], classes, z)
        update_average(average, generator, step, config.ema_decay)
        state.step = step + 1
        if state.is_due(config.steps):
            if not math.isfinite(float(loss)):
                raise InputError(f"gan: the loss became {float(loss)} by step {state.step}; lower gan.lr")
            state.save()
    state.forget()
    return average.cpu().eval().requires_grad_(False)


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


def _doublings(resolution: int) -> int:
    """How often the resolution can be halved without going below SMALLEST or a broken pixel."""
    count = 0
    while resolution % 2 == 0 and resolution // 2 >= SMALLEST:
        resolution, count = resolution // 2, count + 1
    return count
