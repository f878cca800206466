import numpy as np
import pytest
from synthgap.metrics.configs import ScoreConfig
from synthgap.metrics.measurements import SplitMeasurements
from synthgap.metrics.scores import score_baseline, score_set
from synthgap.plan.names import SCORE_COLUMNS
from synthgap.run.errors import InputError

CONFIG = ScoreConfig(resplits=6)
EXTRACTOR = "efficientnet_lite0"


def measure(generator, n, shift=0.0, spread=1.0):
    labels = np.arange(n) % 4
    features = (spread * generator.normal(size=(n, 6)) + shift).astype(np.float32)
    nearest = {split: generator.uniform(1, 2, (n, 3)).astype(np.float32) for split in ("train", "test")}
    return SplitMeasurements({EXTRACTOR: features}, generator.normal(size=(n, 4)), features, labels, nearest)


@pytest.fixture
def real(generator):
    return {"train": measure(generator, 80), "test": measure(generator, 60)}


def pick(scores, **conditions):
    for column, value in conditions.items():
        scores = scores[scores[column] == value]
    return scores


def test_both_sides_have_the_same_size_and_say_it(real, generator):
    fake = {"train": measure(generator, 80, 1), "test": measure(generator, 60, 1)}
    scores = score_set("t100", 0, fake, real, CONFIG, seed=0)
    assert list(scores.columns) == SCORE_COLUMNS
    assert not scores.duplicated(
        ["set", "split", "replicate", "reference", "extractor", "metric", "group"]
    ).any()
    compared = scores[(scores["extractor"] == EXTRACTOR) & (scores["group"] == "all")]
    assert (compared["n_real"] == compared["n_fake"]).all()
    sizes = compared.groupby(["split", "reference"])["n_real"].first().to_dict()
    assert sizes == {("train", "paired"): 80, ("train", "held-out"): 60, ("test", "paired"): 60}


def test_the_real_set_is_its_own_pair(real):
    scores = score_set("real", 0, real, real, CONFIG, seed=0)
    paired = pick(scores, split="train", reference="paired", extractor=EXTRACTOR).set_index("metric")["value"]
    assert paired["frechet"] == pytest.approx(0, abs=1e-6)
    assert paired["precision"] == paired["recall"] == paired["coverage"] == 1
    assert set(pick(scores, metric="concentration")["value"]) == {1.0}
    assert set(pick(scores, metric="entropy_ratio")["value"]) == {1.0}


def test_held_out_compares_with_the_real_test_images(real):
    """The real training images against themselves are at 0, against the test images they are not."""
    scores = score_set("real", 0, real, real, CONFIG, seed=0)
    assert pick(scores, reference="held-out", metric="frechet")["value"].item() > 0.01


def test_the_classifiers_features_serve_on_test_images_only(real):
    scores = score_set("real", 0, real, real, CONFIG, seed=0)
    own = pick(scores, extractor="classifier")
    assert set(own[own["metric"].isin(["frechet", "concentration"])]["split"]) == {"test"}


def test_a_concentrated_set_shows(real, generator):
    fake = {"train": measure(generator, 80, spread=0.5), "test": measure(generator, 60, spread=0.5)}
    scores = score_set("t100", 0, fake, real, CONFIG, seed=0)
    assert pick(scores, metric="concentration")["value"].item() == pytest.approx(0.5, abs=0.1)


def test_the_baseline_is_what_real_images_give_against_each_other(real, generator):
    band = score_baseline(real["train"], real["test"], CONFIG, seed=0)
    values = pick(band, metric="frechet")["value"]
    assert len(values) == 6
    assert set(band[band["group"] == "all"]["n_real"]) == {60}
    held_out = score_set("real", 0, real, real, CONFIG, seed=0)
    own = pick(held_out, reference="held-out", metric="frechet")["value"].item()
    assert abs(own - values.mean()) < 4 * values.std()
    fake = {"train": measure(generator, 80, 1), "test": measure(generator, 60, 1)}
    far = score_set("t100", 0, fake, real, CONFIG, seed=0)
    assert pick(far, reference="held-out", metric="frechet")["value"].item() > values.max()


def test_too_few_images_for_the_neighbours_are_told(generator):
    few = {"train": measure(generator, 5), "test": measure(generator, 5)}
    with pytest.raises(InputError, match=r"5 images are too few for 5 neighbours; .*metrics\.precision_k"):
        score_set("real", 0, few, few, CONFIG, seed=0)


def test_each_class_is_scored_by_itself_and_a_lost_one_has_nothing(real, generator):
    """Without class 3 all scores of the whole set still look well; the re-splits' band has every class."""
    fake = {"train": measure(generator, 80), "test": measure(generator, 60)}
    lost = fake["train"].labels == 3
    fake["train"].labels[lost] = 0
    scores = pick(score_set("t100", 0, fake, real, CONFIG, seed=0), metric="coverage", reference="held-out")
    by_class = scores.set_index("group")["value"]
    assert by_class["class 3"] == 0
    assert by_class[["all", "class 0", "class 1", "class 2"]].min() > 0.4
    assert pick(scores, group="class 1")["n_real"].item() == 15
    band = score_baseline(real["train"], real["test"], CONFIG, seed=0)
    assert (pick(band, metric="coverage", group="class 3")["value"] > 0.4).all()
    few = score_set("t100", 0, fake, {**real, "test": measure(generator, 20)}, CONFIG, seed=0)
    assert set(few["group"]) == {"all"}, "5 neighbours need more than 5 images"
