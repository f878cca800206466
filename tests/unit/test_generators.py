"""Sets of other generators: sampled, or taken from a user's files."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from project import GOLDEN
from synthgap.data.images import DatasetInfo
from synthgap.data.labelled import Labelled
from synthgap.data.samples import read_samples, samples_card
from synthgap.models.adapters import renumbered
from synthgap.models.generators import check_generator, load_generator
from synthgap.models.loading import load_network
from synthgap.run.errors import InputError
from synthgap.sets.deal import check_samples, deal_samples
from synthgap.sets.generate import sample_images
from synthgap.sets.task import SetTask

INFO = DatasetInfo(["cat", "dog"], [0, 128, 255], 4, 1, {"train": 6, "test": 4}, "a test")
CPU = torch.device("cpu")


def brightness_of_z(z, labels):
    """Images whose every pixel is the first number of z, moved by the label."""
    return (z[:, :1, None, None] / 4 + labels[:, None, None, None] / 10).expand(-1, 1, 4, 4).clamp(-1, 1)


def sample(index, labels=None, generate=brightness_of_z, **changes):
    index = np.asarray(index)
    labels = np.zeros(len(index), np.int64) if labels is None else labels
    options = {
        "name": "gan", "split": "train", "seed": 0, "replicate": 0, "batch_size": 4, "device": CPU,
    } | changes  # fmt: skip
    return sample_images(generate, 3, labels, index, **options)


def test_an_image_belongs_to_its_place_alone():
    whole = sample(np.arange(10))
    assert whole.shape == (10, 4, 4, 1)
    assert len(np.unique(whole[:, 0, 0, 0])) > 5
    for part in ([3], [9, 2, 5, 0, 7]):
        assert np.array_equal(sample(part), whole[part])
    for other in ({"seed": 1}, {"replicate": 1}, {"split": "test"}, {"name": "other"}):
        assert not np.array_equal(sample(np.arange(10), **other), whole)


def test_samples_are_rounded_to_the_grey_levels_and_have_their_labels():
    rounded = sample(np.arange(10), grey_levels=np.array([0, 128, 255]))
    assert set(np.unique(rounded)) <= {0, 128, 255}
    moved = sample(np.arange(10), np.ones(10, np.int64)).astype(int) - sample(np.arange(10))
    assert np.abs(moved - 12.75).max() <= 1


@pytest.mark.parametrize("name", ["stylegan2ada", "stylegan3t", "stylegan3r"])
def test_stylegans_are_sampled_alike_in_any_batch(name):
    generator = load_network(GOLDEN / f"{name}.pkl")
    labels = np.arange(5) % 10
    whole = sample_images(
        generator, generator.z_dim, labels, np.arange(5),
        name="g", split="test", seed=0, replicate=0, batch_size=3, device=CPU,
    )  # fmt: skip
    one = sample_images(
        generator, generator.z_dim, labels[4:], np.array([4]),
        name="g", split="test", seed=0, replicate=0, batch_size=3, device=CPU,
    )  # fmt: skip
    assert np.array_equal(whole[4:], one)


PLACES = {"train": np.array([0, 1, 1, 0, 1, 1]), "test": np.array([1, 0, 0, 1])}  # 4 cats, 6 dogs
REAL = {split: SimpleNamespace(labels=labels, image_shape=(4, 4, 1)) for split, labels in PLACES.items()}


def samples_of(labels, shape=(4, 4, 1)):
    return Labelled(np.zeros((len(labels), *shape), np.uint8), np.asarray(labels, np.int64))


def test_samples_take_the_places_of_their_class_and_none_comes_twice():
    labels = np.array([0, 1] * 8)
    dealt = deal_samples(labels, PLACES, name="mine", seed=0, replicate=0)
    for split, places in PLACES.items():
        assert np.array_equal(labels[dealt[split]], places)
    assert len(set(np.concatenate(list(dealt.values())))) == 10
    again = deal_samples(labels, PLACES, name="mine", seed=0, replicate=1)
    assert not np.array_equal(again["train"], dealt["train"])


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (samples_of([0, 1] * 8, (8, 8, 1)), r"its images are \[8, 8, 1\], the data set's \[4, 4, 1\]"),
        (samples_of([0, 1] * 8, (4, 4, 3)), r"its images are \[4, 4, 3\], the data set's \[4, 4, 1\]"),
        (samples_of([0] * 3 + [1] * 9), "it has 3 images of cat, but both splits together need 4; "),
        (samples_of([0] * 9), "it has 0 images of dog, but both splits together need 6; "),
    ],
)
def test_samples_that_can_not_stand_in_are_refused(samples, message):
    with pytest.raises(InputError, match=f"^sets: mine: {message}"):
        check_samples(samples, REAL, INFO.class_names, "sets: mine")


def write(path, class_names, labels):
    images = np.zeros((len(labels), 4, 4), np.uint8)
    np.savez(path, images=images, labels=labels)
    return str(path)


def test_samples_of_an_npz_have_numbered_classes(tmp_path):
    samples = read_samples(write(tmp_path / "a.npz", None, [0, 1, 1]), INFO, "sets: mine")
    assert samples.images.shape == (3, 4, 4, 1)
    assert list(samples.labels) == [0, 1, 1]


def test_samples_of_a_folder_have_named_classes(tmp_path):
    for name in ("dog", "cat"):
        (tmp_path / name).mkdir()
        for i in range(3):
            Image.new("L", (4, 4), 100 if name == "cat" else 200).save(tmp_path / name / f"{i}.png")
    samples = read_samples(str(tmp_path), INFO, "sets: mine")
    assert [(int(i.max()), int(label)) for i, label in zip(samples.images, samples.labels, strict=True)] == [
        (100, 0), (100, 0), (100, 0), (200, 1), (200, 1), (200, 1),
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"sets: mine: .* has the classes cat, dog; expected those of"):
        read_samples(str(tmp_path), DatasetInfo(["cat", "fish"], [0], 4, 1, {}, ""), "sets: mine")


def test_samples_of_more_classes_are_refused(tmp_path):
    path = write(tmp_path / "a.npz", None, [0, 1, 2])
    with pytest.raises(InputError, match=r"sets: mine: .* has the classes 0, 1, 2; expected"):
        read_samples(path, INFO, "sets: mine")


def test_samples_that_can_not_be_read_are_refused_by_name(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"nonsense")
    with pytest.raises(InputError, match=r"^sets: mine: "):
        read_samples(str(tmp_path / "a.npz"), INFO, "sets: mine")


def test_a_generator_of_other_images_is_refused_by_name():
    generator = load_network(GOLDEN / "stylegan2ada.pkl")
    fitting = DatasetInfo(list("abcdefghij"), [0], generator.resolution, generator.channels, {}, "a test")
    check_generator(generator, fitting, "models: stylegan2: g.pkl")
    for changes, message in (
        ({"resolution": 16}, f"g.pkl has resolution {generator.resolution}, the data set 16"),
        ({"class_names": ["a", "b"]}, "g.pkl has num_classes 10, the data set 2"),
        ({"channels": 1}, "g.pkl has channels 3, the data set 1"),
    ):
        with pytest.raises(InputError, match=f"models: stylegan2: {message}"):
            check_generator(generator, replace(fitting, **changes), "models: stylegan2: g.pkl")
    unconditional = SimpleNamespace(num_classes=0)
    with pytest.raises(InputError, match=r"g\.pkl is unconditional; bring one that was trained with labels"):
        check_generator(unconditional, fitting, "models: stylegan2: g.pkl")
    with pytest.raises(InputError, match="holds a network of kind 'edm'; expected one of gan, stylegan2"):
        load_generator(GOLDEN / "edm_ddpmpp.pkl")


def test_samples_of_several_sizes_are_refused_without_talk_of_the_data_set(tmp_path):
    (tmp_path / "cat").mkdir()
    for size in (4, 5):
        Image.new("L", (size, size)).save(tmp_path / f"cat/{size}.png")
    with pytest.raises(InputError, match=r"^sets: mine: the images in .* are 4x4 and 5x5 pixels$"):
        read_samples(str(tmp_path), INFO, "sets: mine")


NUMBERED = DatasetInfo([str(i) for i in range(12)], [0], 4, 1, {}, "")
FROM_1 = DatasetInfo([str(i) for i in range(1, 11)], [0], 4, 1, {}, "")
NATURAL = DatasetInfo(["class 1", "class 10", "class 2"], [0], 4, 1, {}, "")


@pytest.mark.parametrize(
    ("info", "labels", "classes", "expected"),
    [
        (NUMBERED, [0, 2, 10], (), [0, 2, 10]),  # numbers are the names
        (FROM_1, [1, 2, 10], (), [0, 1, 9]),
        (INFO, [1, 2], (), [0, 1]),  # from 1: nothing else is possible
        (INFO, [0, 1], ("dog", "cat"), [1, 0]),
        (INFO, [1, 2], ("dog", "cat"), [1, 0]),
        (FROM_1, [0, 9], (10, 1, 2, 3, 4, 5, 6, 7, 8, 9), [9, 8]),  # as SVHN's readers number the digits
        (NATURAL, [0, 1, 2], ("class 1", "class 2", "class 10"), [0, 2, 1]),
    ],
)
def test_numbers_mean_the_classes_that_they_can_only_mean(tmp_path, info, labels, classes, expected):
    samples = read_samples(write(tmp_path / "a.npz", None, labels), info, "sets: mine", classes)
    assert list(samples.labels) == expected


@pytest.mark.parametrize(
    ("info", "labels", "classes", "message"),
    [
        (FROM_1, list(range(10)), (), "set classes, .*: they may mean 1 = 2, 2 = 3, .*, or 1 = 10, 2 = 2, "),
        (FROM_1, [1, 2], (), "set classes, .*: they may mean 1 = 1, 2 = 2, or 1 = 2, 2 = 3$"),
        (
            NATURAL,
            [0, 1, 2],
            (),
            "set classes, .*: they may mean 1 = class 10, 2 = class 2, or 1 = class 2, ",
        ),
        (INFO, [0, 2], (), "has the classes 0, 2; expected those of the data set, 0 = cat, 1 = dog"),
        (INFO, [0, 1], ("dog",), "classes: cat is missing; it holds each class of the data set once"),
        (INFO, [0, 1], ("dog", "cow"), "classes: cow is unknown or twice"),
        (INFO, [0, 2], ("dog", "cat"), "has the classes 0, 2, but the key classes 2 names"),
    ],
)
def test_numbers_that_may_mean_several_classes_are_asked_about(tmp_path, info, labels, classes, message):
    path = write(tmp_path / "a.npz", None, labels)
    with pytest.raises(InputError, match=f"^sets: mine: .*{message}") as told:
        read_samples(path, info, "sets: mine", classes)
    assert len(str(told.value)) <= 300


def test_folders_that_are_numbers_are_matched_by_name_or_by_value(tmp_path):
    for name in ("02", "10"):
        (tmp_path / name).mkdir()
        Image.new("L", (4, 4)).save(tmp_path / f"{name}/0.png")
    assert sorted(read_samples(str(tmp_path), NUMBERED, "sets: mine").labels) == [2, 10]


def test_a_network_of_other_numbers_gets_its_own():
    def numbers(classes, info=INFO):
        task = SetTask("x", None, "train", 0, 0, 1, 0, 1, "cpu", info, {}, {}, classes={"network": classes})
        return list(task.class_numbers("network", "models: x"))

    assert numbers(("dog", "cat")) == [1, 0]
    assert numbers(()) == numbers(None) == [0, 1]
    with pytest.raises(
        InputError, match=r"^models: x has the classes 0, 1, 2; set classes, .*: they may mean"
    ):
        numbers((), NATURAL)
    assert numbers(None, NATURAL) == [0, 1, 2]
    assert numbers(("class 2", "class 1", "class 10"), NATURAL) == [1, 2, 0]


def test_a_renumbered_network_sees_its_own_numbers():
    class Told(torch.nn.Module):
        resolution = 8

        def forward(self, x, sigma, labels=None):
            return labels

    network = Told()
    assert renumbered(network, np.arange(3)) is network
    other = renumbered(network, np.array([1, 2, 0]))
    assert other.resolution == 8
    assert other(None, None, torch.tensor([0, 2])).tolist() == [1, 0]
    assert other(None, None) is None


def test_the_card_of_samples_tells_what_they_are(tmp_path):
    samples = read_samples(write(tmp_path / "a.npz", None, [0, 1, 1]), INFO, "sets: mine")
    real = np.zeros((2, 4, 4, 1), np.uint8)
    card = samples_card(samples, INFO, real, real + 1)
    assert card["classes"] == "0 = cat, 1 = dog"
    assert card["counts"] == {"cat": 1, "dog": 2}
    assert card["grey_levels"] == [0]
    assert card["duplicates"] == {"of_other_samples": 2, "of_train": 3, "of_test": 0}


def test_broken_weights_are_told():
    with pytest.raises(InputError, match="sets: gan: its generator's output is not finite"):
        sample([0], generate=lambda z, labels: torch.full((len(z), 1, 4, 4), float("nan")))
