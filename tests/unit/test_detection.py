from dataclasses import replace

import numpy as np
import pytest
import torch
from synthgap.data.images import ImageSet
from synthgap.metrics.configs import DetectionConfig
from synthgap.metrics.detection import change_pixels, detect_fakes, detection_scores
from synthgap.plan.names import DOSES, SCORE_COLUMNS
from synthgap.plan.tables import PLUGINS, plugin
from synthgap.run.errors import InputError

DETECTORS = list(PLUGINS["detectors"])
CPU = torch.device("cpu")
CONFIG = DetectionConfig()
QUICK = DetectionConfig(epochs=20)


@pytest.mark.parametrize("domain", DETECTORS)
def test_noised_images_are_told_from_real(train, generator, domain):
    noise = generator.normal(0, 120, train.images.shape)
    noised = np.clip(train.images + noise, 0, 255).astype(np.uint8)
    found = detect_fakes(train, replace(train, images=noised), domain, CONFIG, seed=0, device=CPU)
    assert min(found.accuracy, found.validation, found.auc) >= 0.95
    assert found.loss < 0.3


def test_boosted_trees_see_a_change_that_the_papers_detectors_do_not(packed):
    """A tenth of the pixel values moved by one grey level, on 899 images."""
    train, _, info = packed
    moved = change_pixels(train.images, np.array(info.grey_levels), np.random.default_rng(0), 0.1)
    found = detect_fakes(train, replace(train, images=moved), "boosted", CONFIG, seed=0, device=CPU)
    assert found.accuracy > 0.8


def test_boosted_trees_learn_from_as_many_images_as_their_cost_allows(train, test, monkeypatch):
    """All are scored, also those that none was learned from."""
    from synthgap.metrics.detectors import boosted

    monkeypatch.setattr(boosted, "LARGEST", 200 * 64)
    monkeypatch.setattr(boosted, "CHUNK", 100)
    bright = replace(test, images=np.maximum(test.images, 60))
    found = detect_fakes(train, bright, "boosted", CONFIG, seed=0, device=CPU)
    assert found.accuracy > 0.95


def test_a_strong_penalty_is_chosen_where_a_weak_one_would_only_fit(train, test):
    """As many coefficients as images: without it the training part is told to the last image."""
    few = detect_fakes(train[:60], test[:60], "dct_linear", CONFIG, seed=0, device=CPU)
    assert few.loss > 0.4


def test_no_test_image_is_another_replicates_validation_image(train, test, monkeypatch):
    seen = []

    def look(parts, fakes, config, *, seed, device):
        seen.append(parts)
        return [np.where(fake, 1.0, -1.0) for fake in fakes]

    monkeypatch.setattr(plugin("detectors", "boosted"), "scores", look)
    for replicate in range(2):
        detect_fakes(train, test, "boosted", CONFIG, seed=0, device=CPU, key=("gan", replicate))
    assert all(np.array_equal(a, b) for a, b in zip(*seen, strict=True))


def test_an_image_and_its_reconstruction_fall_into_the_same_part(train):
    """Copies can't be told apart: a leak between the parts would show as other than a guess."""
    found = detect_fakes(train, train, "pixel", QUICK, seed=0, device=CPU)
    assert found.accuracy == 0.5


def test_detection_repeats_exactly(train, test):
    first, again = (detect_fakes(train, test, "dct", QUICK, seed=3, device=CPU) for _ in range(2))
    assert first == again


def test_too_few_images_are_refused(train):
    with pytest.raises(InputError, match="2 real images are too few"):
        detect_fakes(train[:2], train[:2], "pixel", QUICK, seed=0, device=CPU)


def test_a_diverging_detector_is_told(train, test):
    config = DetectionConfig(lr=1e30)
    with pytest.raises(InputError, match=r"the validation loss became .*; lower detection\.lr"):
        detect_fakes(train, test, "pixel", config, seed=0, device=CPU)


def test_scores_have_the_common_columns(train, test):
    config = DetectionConfig(epochs=1)
    scores = detection_scores("t100", 2, train[:50], test[:50], config, seed=0, device=CPU)
    assert list(scores.columns) == SCORE_COLUMNS
    assert list(scores["extractor"].unique()) == DETECTORS
    halves = scores.set_index(["extractor", "metric"]).loc["pixel", "n_real"]
    assert halves.to_dict() == {
        "detection_accuracy": 10, "detection_auc": 10, "detection_validation": 10, "detection_loss": 30,
    }  # fmt: skip
    assert set(scores["replicate"]) == {2}


@pytest.mark.parametrize("share", DOSES)
def test_a_dose_moves_its_share_of_pixel_values_by_one_level(packed, generator, share):
    train, _, info = packed
    levels = np.array(info.grey_levels)
    changed = change_pixels(train.images, levels, generator, share)
    moved = changed != train.images
    assert moved.mean() == pytest.approx(share, abs=0.01)
    steps = np.searchsorted(levels, changed[moved]) - np.searchsorted(levels, train.images[moved])
    assert set(steps) == {-1, 1}
    assert set(np.unique(changed)) <= set(info.grey_levels)


@pytest.mark.parametrize("domain", DETECTORS)
def test_real_against_real_is_a_guess_also_where_a_split_lies_class_by_class(packed, domain):
    """Folders are packed in the order of their classes, and a split of 80/20 leaves sides of unequal size."""
    both = [
        np.concatenate([getattr(part, name) for part in packed[:2]]) for name in ("images", "labels", "index")
    ]
    images = ImageSet(*both)
    chosen = np.random.default_rng(0).permutation(len(images))
    sides = [
        images[part][np.argsort(images.labels[part], kind="stable")] for part in np.split(chosen, [1438])
    ]
    found = detect_fakes(sides[0], sides[1], domain, CONFIG, seed=0, device=CPU)
    assert found.sizes[2] == 2 * round(0.2 * len(sides[1]))
    assert abs(found.accuracy - 0.5) < 2.6 * np.sqrt(0.25 / found.sizes[2])  # 99 % of a coin's outcomes
