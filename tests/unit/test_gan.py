"""The small GAN: its networks, its training, what it makes."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from synthgap.data.pixels import to_signal
from synthgap.models import gan_training, resuming
from synthgap.models.gan import Discriminator, GANGenerator, GANShape
from synthgap.models.gan_training import GANConfig, train_gan
from synthgap.models.loading import load_network, save_network
from synthgap.run.errors import InputError

CONFIG = GANConfig(latent=8, width=4, steps=12, batch_size=16)
CPU = torch.device("cpu")


def fit(train, folder, config=CONFIG, seed=0):
    checkpoint = folder / "gan.safetensors"
    generator = train_gan(train, 10, config, seed=seed, device=CPU, checkpoint=checkpoint)
    checkpoint.unlink()
    return generator


def weights(network) -> torch.Tensor:
    return torch.cat([tensor.flatten().double() for tensor in network.state_dict().values()])


@pytest.mark.parametrize("resolution", [4, 8, 12, 28, 32])
def test_the_networks_fit_every_resolution(resolution):
    shape = GANShape(latent=5, width=4)
    labels = torch.tensor([0, 2])
    images = GANGenerator(resolution, 3, 10, shape)(torch.randn(2, 5), labels)
    assert images.shape == (2, 3, resolution, resolution)
    assert images.abs().max() <= 1
    assert Discriminator(resolution, 3, 10, shape)(images, labels).shape == (2,)


def test_training_repeats_exactly(tmp_path, train):
    first, again = fit(train, tmp_path), fit(train, tmp_path)
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(fit(train, tmp_path, seed=1)))


def test_an_interrupted_training_ends_with_the_same_weights(tmp_path, train, monkeypatch):
    config = replace(CONFIG, critic_steps=2)
    undisturbed = fit(train, tmp_path / "a", config)
    monkeypatch.setattr(resuming, "CHECKPOINTS", 2)  # after 6 and 12 of 12 steps
    step, calls = gan_training._train_generator, []

    def failing(*args):
        calls.append(args)
        if len(calls) == 9:
            raise KeyboardInterrupt
        return step(*args)

    monkeypatch.setattr(gan_training, "_train_generator", failing)
    with pytest.raises(KeyboardInterrupt):
        fit(train, tmp_path / "b", config)
    resumed = fit(train, tmp_path / "b", config)
    assert len(calls) == 9 + 6
    assert torch.equal(weights(undisturbed), weights(resumed))
    assert not list((tmp_path / "b").iterdir())


def test_a_training_that_diverges_is_told(tmp_path, train):
    with pytest.raises(InputError, match=r"train: the loss became .* by step \d+ of 12; lower its lr"):
        fit(train, tmp_path, replace(CONFIG, lr=1e30))


def test_a_generator_survives_the_disk(tmp_path, train):
    generator = fit(train, tmp_path)
    save_network(tmp_path / "generator.safetensors", generator, {})
    again = load_network(tmp_path / "generator.safetensors")
    z, labels = torch.randn(3, 8), torch.tensor([0, 5, 9])
    assert torch.equal(generator(z, labels), again(z, labels))
    assert not again.training


def test_it_learns_which_digit_is_which(tmp_path, train):
    """A classifier of real digits sees the class that was asked for; guessing gives 0.1 ± 0.02."""
    generator = fit(train, tmp_path, GANConfig(width=16, steps=400, ema_decay=0.99))
    labels = np.arange(200) % 10
    z = torch.randn(200, generator.z_dim, generator=torch.Generator().manual_seed(0))
    images = generator(z, torch.from_numpy(labels)).numpy().reshape(200, -1)
    classifier = LogisticRegression(max_iter=2000).fit(
        to_signal(train.images).reshape(len(train), -1), train.labels
    )
    assert (classifier.predict(images) == labels).mean() > 0.2
