from dataclasses import replace

import numpy as np
import pytest
import torch
from synthgap.data.images import ImageSet
from synthgap.metrics.detection import DetectionConfig, change_pixels, detect_fakes, detection_scores
from synthgap.plan.names import SCORE_COLUMNS
from synthgap.plan.tables import PLUGINS
from synthgap.run.errors import InputError

DETECTORS = list(PLUGINS["detectors"])
CPU = torch.device("cpu")
QUICK = DetectionConfig(epochs=20)


@pytest.mark.parametrize("domain", DETECTORS)
def test_real_against_real_is_a_guess(train, test, domain):
    found = detect_fakes(train, test, domain, DetectionConfig(), seed=0, device=CPU)
    assert found.n_test == 2 * round(0.2 * len(test))
    interval = 2.6 * np.sqrt(0.25 / found.n_test)  # 99 % of a fair coin's outcomes
    assert abs(found.accuracy - 0.5) < interval
    assert abs(found.auc - 0.5) < interval


@pytest.mark.parametrize("domain", DETECTORS)
def test_noised_images_are_told_from_real(train, generator, domain):
    noise = generator.normal(0, 120, train.images.shape)
    noised = np.clip(train.images + noise, 0, 255).astype(np.uint8)
    fake = replace(train, images=noised)
    assert detect_fakes(train, fake, domain, DetectionConfig(), seed=0, device=CPU).accuracy >= 0.95


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
    pairs = [(train[:50], test[:50])] * 2
    scores = detection_scores("t100", pairs, DetectionConfig(epochs=1), seed=0, device=CPU)
    assert list(scores.columns) == SCORE_COLUMNS
    accuracies = scores[scores["metric"] == "detection_accuracy"]
    assert list(accuracies["extractor"]) == [detector for detector in DETECTORS for _ in range(2)]
    assert set(scores["metric"]) == {"detection_accuracy", "detection_auc"}
    assert set(scores["n_real"]) == {10}


def test_the_positive_control_moves_one_pixel_in_a_hundred_by_one_level(packed, generator):
    train, _, info = packed
    levels = np.array(info.grey_levels)
    changed = change_pixels(train.images, levels, generator)
    moved = changed != train.images
    assert moved.mean() == pytest.approx(0.01, abs=0.002)
    steps = np.searchsorted(levels, changed[moved]) - np.searchsorted(levels, train.images[moved])
    assert set(steps) == {-1, 1}
    assert set(np.unique(changed)) <= set(info.grey_levels)


@pytest.mark.parametrize("domain", DETECTORS)
def test_a_split_that_lies_class_by_class_is_no_giveaway(packed, domain):
    """Folders are packed in the order of their classes, and a split of 80/20 leaves sides of unequal size."""
    both = [
        np.concatenate([getattr(part, name) for part in packed[:2]]) for name in ("images", "labels", "index")
    ]
    images = ImageSet(*both)
    chosen = np.random.default_rng(0).permutation(len(images))
    sides = [
        images[part][np.argsort(images.labels[part], kind="stable")] for part in np.split(chosen, [1438])
    ]
    found = detect_fakes(sides[0], sides[1], domain, DetectionConfig(), seed=0, device=CPU)
    assert found.n_test == 2 * round(0.2 * len(sides[1]))
    assert abs(found.accuracy - 0.5) < 2.6 * np.sqrt(0.25 / found.n_test)
