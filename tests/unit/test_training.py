import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from synthgap.data.randomness import random_generator
from synthgap.models import denoiser_training as training
from synthgap.models import loops, resuming
from synthgap.models.denoiser_training import DenoiserConfig, denoising_loss, train_denoiser
from synthgap.models.kinds.train import TrainOptions, seeded_name
from synthgap.models.loops import Batches
from synthgap.models.resuming import checkpoint_path
from synthgap.run.errors import InputError

CONFIG = DenoiserConfig(model_channels=8, steps=12, batch_size=16, dropout=0.1)
CPU = torch.device("cpu")


def fit(train, folder, config=CONFIG, seed=0, made_by=""):
    """Train as a job does: the checkpoint goes when the result is safe."""
    checkpoint = checkpoint_path(folder, "denoiser", train, config, seed, made_by)
    network = train_denoiser(train, 10, config, seed=seed, device=CPU, checkpoint=checkpoint)
    checkpoint.unlink()
    return network


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"channel_mult": (1, 1, 1, 1, 1)}, "5 levels halve the resolution 4 times, but 8 pixels can't be"),
        ({"attn_resolutions": (5,)}, "no level has resolution 5; choose from 8, 4"),
        ({"lr": 1e30}, r"the loss became .* of 12; lower its lr"),
    ],
)
def test_a_training_that_can_not_work_is_told(tmp_path, train, config, message):
    with pytest.raises(InputError, match=message):
        fit(train, tmp_path, replace(CONFIG, **config))


def weights(network) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in network.state_dict().values()])


def test_training_repeats_exactly(tmp_path, train):
    first, again = fit(train, tmp_path), fit(train, tmp_path)
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(fit(train, tmp_path, seed=1)))


def test_an_interrupted_training_ends_with_the_same_weights(tmp_path, train, request):
    undisturbed = fit(train, tmp_path / "a")
    calls = request.getfixturevalue("interrupted_denoising")
    with pytest.raises(KeyboardInterrupt):
        fit(train, tmp_path / "b")
    assert len(list((tmp_path / "b").glob("denoiser-*.safetensors"))) == 1
    resumed = fit(train, tmp_path / "b")
    assert len(calls) == 9 + 6
    assert torch.equal(weights(undisturbed), weights(resumed))
    assert not list((tmp_path / "b").iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_training_that_is_told_to_stop_saves_and_goes_on(tmp_path, train, monkeypatch, caplog, number):
    undisturbed = fit(train, tmp_path / "a")
    loss, calls = training.denoising_loss, []

    def told_to_stop(*args):
        calls.append(args)
        if len(calls) == 5:
            signal.raise_signal(number)
        return loss(*args)

    handler = signal.getsignal(number)
    monkeypatch.setattr(resuming, "CHECKPOINTS", 1)  # none is due before the end
    monkeypatch.setattr(training, "denoising_loss", told_to_stop)
    with pytest.raises(SystemExit) as stopped:
        fit(train, tmp_path / "b")
    assert stopped.value.code == 128 + number
    assert f"stopped by {number.name} after step 5 of 12; run again to go on from there" in caplog.text
    assert signal.getsignal(number) == handler
    resumed = fit(train, tmp_path / "b")
    assert len(calls) == 12
    assert torch.equal(weights(undisturbed), weights(resumed))


def test_a_snapshot_is_a_moment_of_the_whole_training(tmp_path, train):
    checkpoint = tmp_path / "denoiser.safetensors"

    def run(**settings):
        config = replace(CONFIG, **settings)
        return weights(train_denoiser(train, 10, config, seed=0, device=CPU, checkpoint=checkpoint))

    early, finished = run(stop=5), run()  # the second goes on from the first
    assert torch.equal(finished, weights(fit(train, tmp_path)))
    assert not torch.equal(early, weights(fit(train, tmp_path, replace(CONFIG, steps=5))))
    names = [
        seeded_name("early-rep1", TrainOptions(seed_of="denoiser", replicates=own)) for own in (True, False)
    ]
    assert names == ["denoiser-rep1", "denoiser"]
    assert seeded_name("early", TrainOptions()) == "early"


def test_a_finished_training_is_kept_until_its_result_is_safe(tmp_path, train):
    checkpoint = tmp_path / "denoiser.safetensors"
    first = train_denoiser(train, 10, CONFIG, seed=0, device=CPU, checkpoint=checkpoint)
    assert checkpoint.exists()
    again = train_denoiser(train, 10, CONFIG, seed=0, device=CPU, checkpoint=checkpoint)
    assert torch.equal(weights(first), weights(again))


def test_a_checkpoint_is_never_older_than_some_minutes(tmp_path, train, monkeypatch):
    monkeypatch.setattr(resuming, "CHECKPOINTS", 1)
    monkeypatch.setattr(resuming, "SECONDS", 0)
    saved, save = [], resuming.TrainingState._save

    def noted(state):
        saved.append(state.step)
        save(state)

    monkeypatch.setattr(resuming.TrainingState, "_save", noted)
    fit(train, tmp_path)
    assert saved == list(range(1, 13))


def test_a_broken_checkpoint_is_told_and_the_training_starts_anew(tmp_path, train, caplog):
    checkpoint = tmp_path / "denoiser.safetensors"
    checkpoint.write_bytes(b"cut off")
    network = train_denoiser(train, 10, CONFIG, seed=0, device=CPU, checkpoint=checkpoint)
    assert "can't be read" in caplog.text
    assert torch.equal(weights(network), weights(fit(train, tmp_path)))


@pytest.mark.parametrize(
    "other", [{"seed": 1}, {"config": replace(CONFIG, lr=1e-3)}, {"images": 1}, {"made_by": "other"}]
)
def test_a_checkpoint_of_other_settings_is_left_alone(tmp_path, train, monkeypatch, other):
    with monkeypatch.context() as patch:
        patch.setattr(resuming.TrainingState, "_restore", lambda state: state._save())
        patch.setattr(training, "denoising_loss", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fit(train, tmp_path)
    (checkpoint,) = tmp_path.iterdir()
    images = train[np.arange(len(train) - other.pop("images", 0))]
    fit(images, tmp_path, **other)
    assert list(tmp_path.iterdir()) == [checkpoint]


def test_the_loss_falls(tmp_path, train):
    """More training denoises better: the loss at fixed noise, before and after."""
    noise = torch.randn(64, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    clean = torch.from_numpy(train.images[:64].transpose(0, 3, 1, 2) / 127.5 - 1).float()
    labels, sigma = torch.from_numpy(train.labels[:64]), torch.full((64,), 0.5)
    losses = [
        float(denoising_loss(fit(train, tmp_path, replace(CONFIG, steps=n)), clean, sigma, noise, labels))
        for n in (1, 150)
    ]
    assert losses[1] < 0.8 * losses[0]


def test_sigma_data_is_measured(tmp_path, train):
    network = fit(train, tmp_path, replace(CONFIG, steps=1))
    assert network.sigma_data == pytest.approx((train.images / 127.5 - 1).std())


def test_an_epoch_visits_every_image_once():
    batches = Batches(10, 4, 0, "x")
    positions = np.concatenate([batches.positions(step) for step in range(5)])
    assert sorted(positions[:10]) == sorted(positions[10:]) == list(range(10))
    assert list(positions[:10]) != list(positions[10:])


@pytest.mark.parametrize("batch_size", [4, 25])
def test_a_batch_is_the_same_wherever_a_training_takes_it_up(batch_size):
    batches = Batches(10, batch_size, 0, "x")
    for step in range(8):
        assert (batches.positions(step) == Batches(10, batch_size, 0, "x").positions(step)).all()
    orders = [random_generator(0, "x", "order", epoch).permutation(10) for epoch in range(20)]
    shown = np.concatenate(orders)[3 * batch_size : 4 * batch_size]
    assert (batches.positions(3) == shown).all()


def test_an_order_is_drawn_once_an_epoch(monkeypatch):
    drawn = []
    monkeypatch.setattr(loops, "random_generator", lambda *key: drawn.append(key) or random_generator(*key))
    batches = Batches(100, 8, 0, "x")
    for step in range(25):
        batches.positions(step)
    assert len(drawn) == 2
