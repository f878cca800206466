import numpy as np
import pytest
from synthgap.metrics.configs import ScoreConfig
from synthgap.metrics.measurements import SplitMeasurements
from synthgap.metrics.scores import pair_parts, score_baseline, score_set
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


LIMITED = ScoreConfig(resplits=3, pair_images=40)
IN_PAIRS = ["precision", "recall", "density", "coverage", "kernel"]


def test_scores_over_pairs_are_of_parts_and_say_how_sure_they_are(real, generator):
    """Of 80 images 40 are taken; the Fréchet distance takes all. So does all, where it is asked for."""
    fake = {"train": measure(generator, 80, 0.5), "test": measure(generator, 60, 0.5)}
    scores = pick(score_set("t100", 0, fake, real, LIMITED, seed=0), split="train", extractor=EXTRACTOR)
    exact = score_set("t100", 0, fake, real, ScoreConfig(pair_images=None), seed=0)
    paired = pick(scores, reference="paired").set_index("metric")
    whole = pick(exact, split="train", reference="paired", extractor=EXTRACTOR).set_index("metric")
    assert set(paired.loc[IN_PAIRS, "n_real"]) == {40}
    assert paired.loc["frechet", "n_real"] == 80
    assert paired.loc["frechet", "value"] == whole.loc["frechet", "value"]
    assert set(whole["n_real"]) == {80}
    assert not whole.index.str.endswith("_part_error").any()
    errors = paired.loc[[f"{metric}_part_error" for metric in IN_PAIRS], "value"]
    assert (errors > 0).all()
    assert abs(paired.loc["kernel", "value"] - whole.loc["kernel", "value"]) < 5 * errors["kernel_part_error"]
    by_class = pick(scores, reference="held-out", group="class 0")
    assert set(by_class["n_real"]) == {10}


def test_the_error_of_parts_is_that_of_their_mean(generator):
    """Over many draws, the mean over parts varies as its error says."""
    real = {split: measure(generator, 80) for split in ("train", "test")}
    fake = {split: measure(generator, 80, 0.5) for split in ("train", "test")}
    found = [
        pick(score_set("x", 0, fake, real, LIMITED, seed), split="train", reference="paired").set_index(
            "metric"
        )["value"]
        for seed in range(60)
    ]
    spread = np.std([values["kernel"] for values in found], ddof=1)
    errors = np.sqrt(np.mean([values["kernel_part_error"] ** 2 for values in found]))
    assert errors == pytest.approx(spread, rel=0.3)


def test_parts_of_a_set_and_itself_are_the_same_images(real):
    scores = pick(score_set("real", 0, real, real, LIMITED, seed=0), split="train", reference="paired")
    assert set(pick(scores, metric="precision")["value"]) == {1.0}


def test_the_baseline_has_the_size_of_the_parts(real):
    band = pick(score_baseline(real["train"], real["test"], LIMITED, seed=0), group="all").set_index("metric")
    assert set(band.loc[IN_PAIRS, "n_real"]) == {40}
    assert set(band.loc["frechet", "n_real"]) == {60}


def test_parts_are_stratified(generator):
    labels, others = np.repeat([0, 1], [30, 10]), np.repeat([0, 1], [20, 20])
    parts = pair_parts(labels, others, 20, generator)
    assert len(parts) == 4
    for own, other in parts:
        assert np.bincount(labels[own]).tolist() == [15, 5]
        assert np.bincount(others[other]).tolist() == [10, 10]
