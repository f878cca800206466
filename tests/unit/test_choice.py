"""Choosing one of several sets by real training images."""

from dataclasses import replace
from types import SimpleNamespace

import choose_set
import numpy as np
import pytest
import torch
from project import merged, schema_defaults
from synthgap.classifiers.classifier import save_classifier
from synthgap.classifiers.config import classifier_config
from synthgap.classifiers.training import predict, train_classifier
from synthgap.data.images import save_images
from synthgap.data.tables import load_table
from synthgap.run.errors import InputError
from synthgap.run.files import read_json
from synthgap.sets.checks import check_sets
from synthgap.sets.choice import best_of, judging_part
from synthgap.sets.recipe import recipes

SMALL = {
    "learner": "resnet", "width": 4, "blocks": [1, 1, 1, 1], "strides": [1, 2, 1, 1], "epochs": 16,
    "lr_step": 8, "batch_size": 32, "lr": 0.1,
}  # fmt: skip


@pytest.fixture(scope="module")
def classifiers(train, test, tmp_path_factory):
    """Files of classifiers that learned from the training images, from the test images, and from noise."""
    folder, models = tmp_path_factory.mktemp("classifiers"), {}
    shuffled = replace(train, labels=np.random.default_rng(0).permutation(train.labels))
    for name, images in {"of_train": train, "of_test": test, "of_noise": shuffled}.items():
        config, cpu = classifier_config(SMALL), torch.device("cpu")
        models[name], _ = train_classifier(images, 10, config, seed=0, device=cpu)
        save_classifier(folder / name, models[name])
    return folder, models


def choose(folder, train, out, of, share=0.5, replicates=1):
    """Run the job. It is given the classifiers and the training images, and nothing else."""
    save_images(out / "train", train)
    choose_set.main(
        SimpleNamespace(
            input=SimpleNamespace(
                classifiers=[folder / name for name in of for _ in range(replicates)], train=out / "train"
            ),
            output=SimpleNamespace(choice=out / "choice.json", scores=out / "choice.csv"),
            wildcards=SimpleNamespace(set="best"),
            params=SimpleNamespace(
                settings={
                    "of": list(of), "share": share, "replicates": replicates, "seed": 0, "batch_size": 64,
                    "tf32": False,
                }
            ),
            resources=SimpleNamespace(device="cpu"),
        )
    )  # fmt: skip
    return read_json(out / "choice.json"), load_table(out / "choice.csv")


def test_the_best_on_training_images_is_chosen_though_another_is_better_on_test_images(
    classifiers, train, test, tmp_path
):
    folder, models = classifiers

    def accuracy(name, images):
        return np.mean(predict(models[name], images.images, 64)[0].argmax(1) == images.labels)

    assert accuracy("of_test", test) > accuracy("of_train", test)
    assert accuracy("of_train", train) > accuracy("of_test", train)
    choice, scores = choose(folder, train, tmp_path, ["of_noise", "of_test", "of_train"])
    assert choice["chosen"] == "of_train"
    assert list(scores["group"]) == ["of_noise", "of_test", "of_train"]
    assert set(scores["metric"]) == {"selection_accuracy"}
    assert set(scores["split"]) == {"train"}
    part = train[judging_part(train.labels, 0.5, seed=0, name="best")]
    assert choice["images"] == len(part) == round(len(train) / 2)
    for name, value in zip(scores["group"], scores["value"], strict=True):
        assert value == accuracy(name, part) == choice["accuracies"][name][0]


def test_every_replicate_has_its_say(classifiers, train, tmp_path):
    choice, scores = choose(classifiers[0], train, tmp_path, ["of_noise", "of_train"], replicates=2)
    assert [len(values) for values in choice["accuracies"].values()] == [2, 2]
    assert list(scores["replicate"]) == [0, 1, 0, 1]
    assert best_of({"a": [0.9, 0.1], "b": [0.6, 0.6]}) == "b"
    assert best_of({"a": [0.5], "b": [0.5]}) == "a"


def test_the_part_is_stratified_and_the_seeds_alone(train):
    part = judging_part(train.labels, 0.3, seed=0, name="best")
    counts = np.bincount(train.labels[part])
    assert np.abs(counts - 0.3 * np.bincount(train.labels)).max() < 1
    assert np.array_equal(part, judging_part(train.labels, 0.3, seed=0, name="best"))
    assert not np.array_equal(part, judging_part(train.labels, 0.3, seed=1, name="best"))
    with pytest.raises(InputError, match=r"sets: best: share: 1e-06 of the \d+ real training images is none"):
        judging_part(train.labels, 1e-6, seed=0, name="best")


T = {"name": "t", "kind": "reconstruct", "model": "denoiser", "t_re": [30, 100]}
GAN = {"name": "gan", "kind": "generate", "model": "gan"}
BEST = {"name": "best", "kind": "choice", "of": ["t100", "gan"]}


def config(*sets):
    models = [{"name": "denoiser", "kind": "train"}, {"name": "gan", "kind": "gan"}]
    return merged(schema_defaults(), {"models": models, "sets": list(sets)})


def test_a_choice_is_what_its_candidates_are():
    declared = config(T, GAN, BEST | {"remedy_for": "t030"}, BEST | {"name": "pairs", "of": ["t030", "t100"]})
    check_sets(declared)
    found = recipes(declared)
    best, pairs = found["best"], found["pairs"]
    assert (best.of, best.real, best.synthetic) == (("t100", "gan"), 0, 1)
    assert (best.generated, best.paired, pairs.generated, pairs.paired) == (True, False, False, True)
    assert best.evaluations == found["t100"].evaluations + found["gan"].evaluations == 199 + 1
    assert best.title == "best, chosen among 2"


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ([T, BEST], "sets: best: of: no set 'gan' above it; choose among real, t030, t100"),
        ([T, GAN | {"train": False}, BEST], "of: no classifier is trained on gan, and .*; let train of gan"),
        ([T, BEST | {"of": ["real", "t100"]}], "of: real holds real training images, and by those"),
        ([T, GAN | {"times": 2}, BEST], "of: gan has 2 times as many images as the real set, t100 1 times"),
        (
            [T, GAN | {"remedy_for": "real"}],
            "gan: remedy_for: no set 'real' above it .* t030, t100, or move",
        ),
        ([GAN | {"remedy_for": "t100"}, T], "sets: gan: remedy_for: no set 't100' above it .* none, or move"),
        ([T | {"train": [100]}, GAN | {"remedy_for": "t030"}], "no set 't030' above it that a classifier is"),
    ],
)
def test_what_can_not_be_chosen_or_improved_on_is_told(sets, message):
    with pytest.raises(InputError, match=message):
        check_sets(config(*sets))
