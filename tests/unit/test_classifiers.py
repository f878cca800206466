from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import train_classifier as script
from hypothesis import given
from hypothesis import strategies as st
from synthgap.classifiers import training
from synthgap.classifiers.classifier import build_classifier, load_classifier, save_classifier
from synthgap.classifiers.config import ClassifierConfig, ResNetConfig
from synthgap.classifiers.learners.timm import TimmOptions
from synthgap.classifiers.resnet import ResNet
from synthgap.classifiers.training import (
    accuracy_scores,
    epoch_orders,
    images_to_tensor,
    predict,
    train_classifier,
)
from synthgap.data.augmentation import crop_and_flip
from synthgap.data.images import DatasetInfo, save_images, save_info
from synthgap.data.randomness import derive_seed
from synthgap.data.tables import load_table
from synthgap.metrics.attention import attention_maps
from synthgap.models.seeding import seeded
from synthgap.run.errors import InputError

CPU = torch.device("cpu")
SHAPE = ResNetConfig(width=8, blocks=(1, 1, 1, 1), strides=(1, 2, 1, 1))
SMALL = ClassifierConfig(epochs=6, batch_size=64, lr=0.1, lr_step=4, options=SHAPE)


@pytest.fixture(scope="module")
def trained(train, test):
    return train_classifier(train, 10, SMALL, seed=0, device=CPU)


def test_a_classifier_learns_the_digits(trained, test):
    model, history = trained
    assert (predict(model, test.images, 100)[0].argmax(1) == test.labels).mean() > 0.9
    assert list(history["epoch"]) == list(range(1, 7))
    assert list(history["lr"]) == pytest.approx([0.1] * 4 + [0.01] * 2)


def test_training_repeats_exactly(trained, train):
    model, history = train_classifier(train, 10, SMALL, seed=0, device=CPU)
    assert history.equals(trained[1])
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), trained[0].parameters(), strict=True))
    _, other = train_classifier(train, 10, SMALL, seed=1, device=CPU)
    assert not other.equals(history)


def test_training_leaves_torchs_generator_alone(train, test):
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    train_classifier(train[np.arange(64)], 10, replace(SMALL, epochs=1), seed=0, device=CPU)
    assert torch.equal(torch.rand(3), expected)


def by_hand(train, epochs):
    """The last weights of SGD over whole random orders of the images."""
    images, labels = images_to_tensor(train.images), torch.from_numpy(train.labels)
    with seeded(derive_seed(0, "train_classifier")):
        model = build_classifier("resnet", 1, 10, SHAPE)
    deviation, mean = torch.std_mean(images.float() / 255, dim=(0, 2, 3))
    model.mean.copy_(mean)
    model.deviation.copy_(deviation)
    optimizer = torch.optim.SGD(model.parameters(), 0.1, 0.9, weight_decay=5e-4)
    generator = torch.Generator().manual_seed(derive_seed(0, "train_classifier", "order"))
    for _ in range(epochs):
        for batch in torch.randperm(len(images), generator=generator).split(64):
            pixels = crop_and_flip(images[batch], generator)
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(pixels), labels[batch]).backward()
            optimizer.step()
    return list(model.parameters())


def test_of_as_many_images_as_an_epoch_shows_each_is_shown_once(train):
    images = train[np.arange(150)]
    config = replace(SMALL, epochs=2, augmentation="crop_flip")
    model, _ = train_classifier(images, 10, config, seed=0, device=CPU, epoch_images=150)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), by_hand(images, 2), strict=True))


@pytest.fixture
def batches(monkeypatch):
    """The sizes of the batches that are learnt from."""
    sizes, learn = [], torch.nn.functional.cross_entropy

    def noted(logits, labels):
        sizes.append(len(labels))
        return learn(logits, labels)

    monkeypatch.setattr(training.F, "cross_entropy", noted)
    return sizes


@pytest.mark.parametrize("size", [1, 5, 64, 65, 150, 400])
def test_sets_of_all_sizes_get_the_same_steps(train, batches, size):
    config = replace(SMALL, epochs=2, lr_step=1)
    _, history = train_classifier(train[np.arange(size)], 10, config, seed=0, device=CPU, epoch_images=150)
    assert batches == [64, 64, 22] * 2
    assert list(history["lr"]) == pytest.approx([0.1, 0.01])
    assert np.isfinite(history["train_loss"]).all()


def test_a_job_trains_as_long_as_the_real_images_take(tmp_path, train, test, batches):
    for name, images in (("train", train[np.arange(40)]), ("test", test[np.arange(20)])):
        save_images(tmp_path / name, images)
    info = DatasetInfo([str(digit) for digit in range(10)], [0], 8, 1, {"train": 150, "test": 20}, "")
    save_info(tmp_path / "info", info)
    values = {"learner": "resnet", "epochs": 1, "batch_size": 64, "width": 4, "blocks": [1, 1, 1, 1]}
    job = SimpleNamespace(
        input=SimpleNamespace(**{name: tmp_path / name for name in ("train", "test", "info")}),
        output=SimpleNamespace(**{n: tmp_path / n for n in ("weights", "history", "scores", "images")}),
        params=SimpleNamespace(settings={"seed": 0, "tf32": False, "classifier": values}),
        wildcards=SimpleNamespace(set="part", rep="0"),
        resources=SimpleNamespace(device="cpu"),
    )
    script.main(job)
    assert batches == [64, 64, 22]
    assert set(load_table(tmp_path / "scores")["n_fake"]) == {40}


@given(st.integers(1, 30), st.integers(1, 30))
def test_every_image_is_shown_as_often_as_any_other(total, shown):
    orders = epoch_orders(total, shown, torch.Generator().manual_seed(0))
    positions = torch.cat([next(orders) for _ in range(7)])
    counts = torch.bincount(positions, minlength=total)
    assert len(positions) == 7 * shown
    assert int(counts.max() - counts.min()) <= 1


def test_the_same_images_twice_are_no_gain(train, test):
    """Twice as many steps would be one: from 83 to 87 % right."""
    images = train[np.arange(150)]
    config = replace(SMALL, epochs=10, batch_size=32, lr=0.05, lr_step=7)

    def accuracy(images, seed):
        model, _ = train_classifier(images, 10, config, seed=seed, device=CPU, epoch_images=150)
        return (predict(model, test.images, 100)[0].argmax(1) == test.labels).mean()

    once, twice = (
        np.mean([accuracy(images[np.arange(size) % 150], seed) for seed in range(3)]) for size in (150, 300)
    )
    assert once > 0.8
    assert abs(twice - once) < 0.03


def test_a_diverging_training_is_told(train, test):
    with pytest.raises(InputError, match=r"the training loss became .* in epoch 1; lower classifier\.lr"):
        train_classifier(train, 10, replace(SMALL, lr=1e20), seed=0, device=CPU)


def test_pixels_are_normalised_by_the_training_images(trained, train):
    normalised = trained[0].normalise(images_to_tensor(train.images))
    assert float(normalised.mean()) == pytest.approx(0, abs=1e-5)
    assert float(normalised.std()) == pytest.approx(1, abs=1e-4)


def test_logits_are_the_heads_of_the_features(trained, test):
    model = trained[0]
    logits, features = predict(model, test.images, 100)
    assert logits.shape == (len(test), 10)
    assert features.shape == (len(test), 64)
    assert np.allclose(features @ model.head.weight.numpy().T + model.head.bias.numpy(), logits, atol=1e-4)


def test_accuracy_is_a_score_of_all_images_and_of_each_class():
    correct, labels = np.array([True, False, True, True]), np.array([0, 0, 2, 2])
    scores = accuracy_scores("s", 1, correct, labels, 3, 60).set_index("group")
    assert scores["value"].to_dict() == {"all": 0.75, "class 0": 0.5, "class 2": 1.0}
    assert scores["n_real"].to_dict() == {"all": 4, "class 0": 2, "class 2": 2}
    assert set(scores["n_fake"]) == {60}


def test_a_classifier_survives_the_file(tmp_path, trained, test):
    save_classifier(tmp_path / "c.safetensors", trained[0])
    loaded = load_classifier(tmp_path / "c.safetensors")
    assert np.array_equal(predict(loaded, test.images, 64)[0], predict(trained[0], test.images, 64)[0])


@pytest.mark.parametrize("architecture", ["resnet10t", "mobilenetv3_small_050"])
def test_timms_networks_are_learners(tmp_path, train, test, architecture):
    config = replace(SMALL, learner="timm", options=TimmOptions(architecture), epochs=1)
    model, history = train_classifier(train[np.arange(64)], 10, config, seed=0, device=CPU)
    assert np.isfinite(history["train_loss"]).all()
    save_classifier(tmp_path / "c.safetensors", model)
    logits, features = predict(load_classifier(tmp_path / "c.safetensors"), test.images[:20], 20)
    assert np.array_equal(logits, predict(model, test.images[:20], 20)[0])
    assert np.allclose(model.logits(torch.from_numpy(features)).numpy(), logits, atol=1e-5)
    large = np.repeat(np.repeat(test.images[:2], 8, axis=1), 8, axis=2)
    assert attention_maps(model, large, test.labels[:2], CPU).shape == (2, 2, 2)


@pytest.mark.parametrize(
    ("architecture", "message"),
    [("resnet51", "no network resnet51; choose one, such as resnet"), ("deit_tiny_patch16_224", "no maps")],
)
def test_what_is_no_convolutional_network_of_timm_is_refused(architecture, message):
    with pytest.raises(InputError, match=message):
        build_classifier("timm", 3, 10, TimmOptions(architecture))(torch.zeros(1, 3, 224, 224))


def test_a_head_may_be_a_convolution():
    model = build_classifier("timm", 3, 10, TimmOptions("dla46_c")).eval()
    assert model(torch.zeros(2, 3, 64, 64, dtype=torch.uint8)).shape == (2, 10)


def test_a_network_that_is_made_for_larger_images_is_refused(train):
    config = replace(SMALL, learner="timm", options=TimmOptions("densenet121"))
    with pytest.raises(InputError, match=r"can't take images of 8x8 .*; choose another"):
        train_classifier(train[np.arange(64)], 10, config, seed=0, device=CPU)


def test_the_default_is_resnet_18():
    """He et al.'s ResNet-18 has 11.69 M parameters: less 1000 classes' head and its 7x7 stem here."""
    resnet18 = ResNet(3, 1000, ResNetConfig(stem="imagenet"))
    assert sum(p.numel() for p in resnet18.parameters()) == 11_689_512


@pytest.mark.parametrize(("stem", "side"), [("cifar", 4), ("imagenet", 1)])
def test_stems_keep_or_cut_the_resolution(stem, side):
    model = ResNet(3, 10, ResNetConfig(stem=stem, width=4))
    shapes = []
    model.block4.register_forward_hook(lambda _module, _inputs, output: shapes.append(output.shape[2:]))
    model(torch.zeros(2, 3, 32, 32, dtype=torch.uint8))
    assert shapes == [(side, side)]


def test_augmentation_moves_and_flips_each_image_by_itself():
    images = (
        torch.arange(1, 257, dtype=torch.int32).to(torch.uint8).reshape(1, 1, 16, 16).repeat(300, 1, 1, 1)
    )
    moved = crop_and_flip(images, torch.Generator().manual_seed(0))
    assert moved.shape == images.shape
    versions = {image.numpy().tobytes() for image in moved}
    assert len(versions) > 40  # of 5 x 5 offsets and 2 directions
    allowed = set()
    padded = torch.nn.functional.pad(images[0], (2, 2, 2, 2))
    for row in range(5):
        for column in range(5):
            cut = padded[:, row : row + 16, column : column + 16]
            allowed |= {cut.numpy().tobytes(), cut.flip(2).numpy().tobytes()}
    assert versions <= allowed


def test_augmented_training_runs(train, test):
    config = replace(SMALL, epochs=1, augmentation="crop_flip")
    _, history = train_classifier(train, 10, config, seed=0, device=CPU)
    assert len(history) == 1


def test_a_last_batch_of_one_image_is_no_obstacle(train, test):
    images = train[np.arange(65)]
    _, history = train_classifier(images, 10, replace(SMALL, epochs=1), seed=0, device=CPU)
    assert np.isfinite(history["train_loss"]).all()
