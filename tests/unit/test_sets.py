"""Sets as recipes, and the kinds that are made from other sets."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from project import ROOT, TINY, merged, schema_defaults
from synthgap.data.images import DatasetInfo, ImageReader, save_images
from synthgap.data.splits import nested_order
from synthgap.plan.schema import kinds
from synthgap.plan.tables import plugin
from synthgap.run.errors import InputError
from synthgap.sets.checks import check_sets
from synthgap.sets.kinds.known import FAULTS
from synthgap.sets.recipe import build_options, recipes, steps_of
from synthgap.sets.task import SetTask

T = {"name": "t", "kind": "reconstruct", "model": "denoiser", "t_re": [30, 100]}
GAN = {"name": "gan", "kind": "generate", "model": "gan"}
MODELS = [{"name": "denoiser", "kind": "train"}, {"name": "gan", "kind": "gan"}]


def config(*sets, **changes):
    return merged(schema_defaults(), {"models": MODELS, "sets": list(sets), **changes})


def test_series_are_written_out_in_their_order():
    found = recipes(
        config(T, GAN, {"name": "part", "kind": "subset", "share": [0.25, 0.5]}, {"name": "one", **_one(T)})
    )
    assert list(found) == ["real", "t030", "t100", "gan", "part0.25", "part0.5", "one"]
    assert [found[name].t_re for name in found] == [0, 30, 100, None, None, None, 100]
    assert [found[name].series for name in found] == ["real", "t", "t", "gan", "part", "part", "one"]
    assert [name for name in found if found[name].paper] == ["real", "t030", "t100"]
    assert [name for name in found if found[name].generated] == ["t100", "gan", "one"]
    assert found["t030"].sigma == pytest.approx(0.2922, abs=1e-4)
    assert [recipe.name for recipe in steps_of(found.values())] == ["real", "t030", "t100"]


def _one(entry):
    return {"kind": "reconstruct", "model": entry["model"], "t_re": 100}


def test_names_have_as_many_digits_as_the_schedule():
    found = recipes(config({**T, "t_re": [5, 20], "sampling": {"steps": 20}}))
    assert list(found) == ["real", "t05", "t20"]


def test_a_set_may_change_the_sampler():
    churned = {"name": "churned", **_one(T), "sampling": {"sampler": "churn", "s_noise": 1.01}}
    options = recipes(config(T, churned, sampling={"rho": 5.0}))["churned"].options
    assert (options.sampling.sampler, options.sampling.s_noise, options.sampling.rho) == ("churn", 1.01, 5.0)


def test_titles_say_what_a_set_is_and_differ():
    churned = {"name": "churned", **_one(T), "sampling": {"sampler": "churn"}}
    mix = {"name": "both", "kind": "mix", "of": {"real": 1, "t100": 0.5}}
    found = recipes(config(T, churned, {"name": "part", "kind": "subset", "share": 0.25}, mix))
    titles = [recipe.title for recipe in found.values()]
    assert titles == [
        "real", "denoiser, t_re = 30", "denoiser, t_re = 100", "churned, t_re = 100", "0.25 of real",
        "real + 0.5 t100",
    ]  # fmt: skip


def test_sizes_are_multiples_of_the_real_sets():
    found = recipes(
        config(
            T,
            {**GAN, "times": 3},
            {"name": "part", "kind": "subset", "of": "gan", "share": 0.5},
            {"name": "both", "kind": "mix", "of": {"real": 0.25, "gan": 2}},
            {"name": "again", "kind": "augment", "of": "both", "times": 2},
        )
    )
    sizes = {name: (recipe.real, recipe.synthetic) for name, recipe in found.items()}
    assert sizes["gan"] == (0, 3)
    assert sizes["part"] == (0, 1.5)
    assert sizes["both"] == (0.25, 2)
    assert sizes["again"] == (0.5, 4)


def test_evaluations_of_networks_are_counted():
    """2n - 1 of Heun's n steps, n of others, twice as many where a network leads, and those of restarts."""
    one, led = {"name": "one", **_one(T)}, {"kind": "autoguidance", "model": "denoiser", "weight": 2.0}
    restart = {"sampler": "restart", "restart_times": 3, "restart_steps": 2}
    found = recipes(
        config(
            T,
            {**one, "times": 2, "sampling": {"sampler": "dpmpp_2m", "solver_steps": 25}},
            {**one, "name": "led", "guidance": led},
            {**one, "name": "again", "sampling": restart},
            {**one, "name": "low", "t_re": 10, "sampling": restart},
            GAN,
            {"name": "both", "kind": "mix", "of": {"real": 0.5, "t030": 0.5, "gan": 1}},
        )
    )
    assert {name: recipe.evaluations for name, recipe in found.items()} == {
        "real": 0, "t030": 59, "t100": 199, "one": 50, "led": 398, "again": 199 + 12, "low": 19, "gan": 1,
        "both": 60,
    }  # fmt: skip


def test_the_config_says_which_analyses_a_set_enters():
    found = recipes(config({**T, "train": [100], "detect": False}, {**GAN, "measure": False}))
    assert [name for name in found if found[name].trained_on] == ["real", "t100", "gan"]
    assert [name for name in found if found[name].measured] == ["real", "t030", "t100"]
    assert [name for name in found if found[name].detected] == ["gan"]


def test_without_a_series_of_the_paper_there_is_none():
    found = recipes(config({"name": "mine", "kind": "samples", "path": "x"}))
    assert steps_of(found.values()) == []
    assert not found["real"].paper


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ([{**T, "t_re": [30, 100, 120]}], r"sets: t: t_re: 120 is above T = sampling\.steps = 100"),
        ([{**T, "t_re": [30]}], r"sets: t: t_re: \[30\] lacks T = .* = 100, the fully synthetic set"),
        ([{**T, "train": [30]}], "sets: t: train leaves out T = 100"),
        ([{**T, "times": 2}], "sets: t: times: the findings compare each real image with one counterpart"),
        (
            [{"name": "p", "kind": "subset", "share": [0.1234567, 0.1234568]}],
            "sets: p: share: two values give the name p0.123457; take one away",
        ),
        ([{**T, "train": [60, 100]}], r"train: \[60, 100\] must hold only values of t_re = \[30, 100\]"),
        ([{**T, "model": "gan"}], "sets: t: gan is no denoiser; choose one of denoiser"),
        ([{**T, "model": "edm"}], "sets: t: no model edm; choose one of denoiser"),
        ([{**GAN, "model": "denoiser"}], "sets: gan: denoiser is no generator; choose one of gan"),
        ([{**T, "sampling": {"sigma_min": 90.0}}], r"sampling: sigma_min 90\.0 is not below sigma_max 80"),
        (
            [{**T, "sampling": {"sampler": "restart", "restart_min": 0.4}}],
            r"sets: t: sampling: restart_min 0\.4 is not below restart_max 0\.3; lower it",
        ),
        (
            [{**T, "sampling": {"sampler": "restart", "restart_min": 0.001}}],
            r"restart_max 0\.3 are not within sigma_min 0\.002 and sigma_max 80\.0: no walk would be",
        ),
        ([GAN, GAN], "config: sets: gan: this name is taken"),
        ([{**GAN, "name": "real"}], "sets: real: the name real is taken"),
        ([{**GAN, "name": "controls"}], "sets: controls: the name controls is taken"),
        ([{**GAN, "name": "nan"}], "sets: nan: the name nan is taken"),
        ([T, {**GAN, "name": "t030"}], "sets: t030: the name t030 is taken"),
        ([{"name": "m", "kind": "mix", "of": {"t100": 1}}, T], "sets: m: of: no set 't100' above it; choose"),
        (
            [T, {"name": "m", "kind": "mix", "of": {"real": 1, "t100": 2}}],
            "sets: m: 2 times as many images as the real set has are more than t100 has, 1 times; lower it "
            "to 1, or raise times of t$",
        ),
        ([{"name": "m", "kind": "mix", "of": {"real": 2}}], "than real has, 1 times; lower it to 1$"),
        (
            [T, {**GAN, "times": 2}, {"name": "m", "kind": "add", "of": "gan", "times": [1, 2, 5]}],
            "sets: m: 5 times as many images as the real set has are more than gan has, 2 times; lower it to "
            "2, or raise times of gan$",
        ),
        ([T, {"name": "m", "kind": "add", "of": "gan", "times": 1}], "sets: m: of: no set 'gan' above it"),
        (
            [
                T,
                {"name": "p", "kind": "subset", "share": 0.5},
                {"name": "m", "kind": "replace", "of": "p", "share": 0.5},
            ],
            "sets: m: of: p has no images to take the places of the real ones; choose a set of kind recon",
        ),
        (
            [T, {"name": "m", "kind": "replace", "of": "t100", "share": 0.5, "detect": True}],
            "sets: m: detect: it holds real images",
        ),
        (
            [{"name": f"s{i}", "kind": "subset", "share": [j / 1000 for j in range(1, 999)]} for i in "ab"],
            "config: 1997 sets, replicates: 3 and shards: 1 are 5991 files; up to 1000 sets",
        ),
        (
            [{"name": "mine", "kind": "samples", "path": "/no/where"}],
            r"config: sets: mine: path: /no/where does not exist",
        ),
    ],
)
def test_sets_that_can_not_be_made_are_told(sets, message):
    with pytest.raises(InputError, match=message):
        check_sets(config(*sets))


def test_the_findings_may_be_left_out():
    found = recipes(config({**T, "t_re": 50, "detect": False}, paper_series="none"))
    assert not any(recipe.paper for recipe in found.values())
    check_sets(config({**T, "t_re": 50, "times": 2}, paper_series="none"))


def test_titles_differ_whatever_sets_are_called():
    again = {"name": "again", "kind": "augment"}
    found = recipes(config(T, {**T, "name": "denoiser"}, again, {**again, "name": "more"}))
    titles = [recipe.title for recipe in found.values()]
    assert len(set(titles)) == len(titles)


def test_a_generators_set_does_not_depend_on_the_sampler():
    options = [recipes(config(GAN, sampling={"rho": rho}))["gan"].options for rho in (5.0, 7.0)]
    assert options[0] == options[1]


def test_the_paper_series_must_be_one():
    with pytest.raises(InputError, match=r"paper_series: gan is no set of kind reconstruct; choose one of t"):
        check_sets(config(T, GAN, paper_series="gan"))


def test_sets_that_can_be_made_pass():
    check_sets(
        config(
            T,
            {**T, "name": "other"},
            GAN,
            {"name": "mine", "kind": "samples", "path": str(ROOT)},
            {"name": "both", "kind": "mix", "of": {"real": 0.5, "t100": 1, "gan": 1}},
            {"name": "part", "kind": "subset", "of": "both", "share": [0.1, 1]},
        )
    )


def test_every_kind_is_documented():
    for family in ("models", "sets"):
        for kind in kinds(family):
            assert plugin(family, kind).DECLARATION.summary.endswith(".")


@given(st.lists(st.integers(0, 4), min_size=1, max_size=80), st.integers(0, 80))
def test_every_prefix_of_a_nested_order_is_stratified(labels, size):
    labels = np.array(labels)
    order = nested_order(labels, np.random.default_rng(0))
    assert sorted(order) == list(range(len(labels)))
    size = size % len(labels)
    for label in np.unique(labels):
        share = size * (labels == label).sum() / len(labels)
        assert abs((labels[order[:size]] == label).sum() - share) <= 1 + len(np.unique(labels)) / 2


INFO = DatasetInfo([str(i) for i in range(10)], list(range(256)), 8, 1, {}, "a test")


@pytest.fixture(scope="module")
def files(tmp_path_factory, train, test):
    """The real images of both splits, and another set of as many: their negatives."""
    folder, readers = tmp_path_factory.mktemp("sets"), {}
    for split, images in (("train", train[np.arange(101)]), ("test", test[np.arange(60)])):
        save_images(folder / f"real-{split}", images)
        save_images(folder / f"other-{split}", replace(images, images=255 - images.images))
        for name in ("real", "other"):
            readers[name, split] = ImageReader(folder / f"{name}-{split}")
    return readers


def make(files, kind, options, *, shards=1, shard=0, split="train", replicate=0):
    task = SetTask(
        name="made", options=build_options(kind, options), split=split, replicate=replicate, shard=shard,
        shards=shards, seed=0, batch_size=8, device="cpu", info=INFO,
        packed={name: files["real", name] for name in ("train", "test")},
        others={name: files[name, split] for name in ("real", "other")}, chosen="other",
    )  # fmt: skip
    return plugin("sets", kind).make(task)


KINDS = {
    "real": {},
    "choice": {"of": ["real", "other"]},
    "subset": {"share": 0.5, "of": "other"},
    "mix": {"of": {"real": 0.25, "other": 0.75}},
    "augment": {"of": "real", "times": 3},
    "known": {"fault": "core"},
    "replace": {"of": "other", "share": 0.4},
    "add": {"of": "other", "times": 0.6},
}


@pytest.mark.parametrize("kind", KINDS)
def test_shards_put_together_are_the_whole_set(files, kind):
    whole = make(files, kind, KINDS[kind])
    parts = [make(files, kind, KINDS[kind], shards=3, shard=shard) for shard in range(3)]
    for field in ("images", "labels", "index"):
        together = np.concatenate([getattr(part, field) for part in parts])
        assert np.array_equal(together, getattr(whole, field)), field


def test_the_real_set_is_the_real_images(files, train):
    made = make(files, "real", {})
    assert np.array_equal(made.images, train.images[:101])


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_choice_is_the_set_that_was_chosen(files, split):
    made, other = make(files, "choice", KINDS["choice"], split=split), files["other", split][:]
    for field in ("images", "labels", "index"):
        assert np.array_equal(getattr(made, field), getattr(other, field)), field


def rows(image_set):
    return {image.tobytes() for image in image_set.images}


def test_subsets_are_nested_and_stratified(files):
    parts = [make(files, "subset", {"share": share}) for share in (0.1, 0.3, 1.0)]
    assert [len(part) for part in parts] == [10, 30, 101]
    assert rows(parts[0]) < rows(parts[1]) < rows(parts[2])
    assert np.bincount(parts[1].labels).max() <= np.bincount(parts[1].labels).min() + 2
    again = make(files, "subset", {"share": 0.3}, replicate=1)
    assert rows(again) != rows(parts[1])


def test_a_mix_holds_what_it_says(files):
    mixed = make(files, "mix", {"of": {"real": 0.25, "other": 0.75}})
    real, other = rows(files["real", "train"][:]), rows(files["other", "train"][:])
    from_real = [image.tobytes() in real for image in mixed.images]
    assert (sum(from_real), len(mixed)) == (25, 101)
    assert rows(mixed) <= real | other
    counts = np.bincount(mixed.labels, minlength=10)
    assert counts.max() - counts.min() <= 4
    test = make(files, "mix", {"of": {"real": 0.25, "other": 0.75}}, split="test")
    assert len(test) == 60


def test_a_mix_of_more_than_there_is_is_told(files):
    with pytest.raises(InputError, match=r"sets: made: 1\.5 times the 101 real train images are more than"):
        make(files, "mix", {"of": {"real": 1.5}})


def test_a_share_of_nothing_is_told(files):
    with pytest.raises(InputError, match=r"share: 1e-05 of the 101 train images of real is none; raise it"):
        make(files, "subset", {"share": 0.00001})


def test_augmentation_keeps_the_originals_and_changes_the_rest(files):
    made = make(files, "augment", {"of": "real", "times": 3})
    original = files["real", "train"][:]
    assert np.array_equal(made.images[:101], original.images)
    assert np.array_equal(made.labels, np.tile(original.labels, 3))
    assert not np.array_equal(made.images[101:202], original.images)
    assert not np.array_equal(made.images[101:202], made.images[202:])


def test_known_faults_are_what_they_are_called(files):
    sets = {fault: make(files, "known", {"fault": fault}) for fault in FAULTS}
    real, classes = sets["identical"], {fault: len(np.unique(each.labels)) for fault, each in sets.items()}
    different = {fault: len(np.unique(each.images, axis=0)) for fault, each in sets.items()}
    assert rows(real) == rows(make(files, "real", {}))
    assert different["collapsed"] == classes["collapsed"] == classes["identical"] == 10
    assert different["duplicated"] == (len(real) + 1) // 2
    assert classes["class_missing"] == 9
    assert rows(sets["core"]) < rows(real)
    assert len(rows(sets["core"])) <= len(real) / 2 + 10
    assert not rows(sets["noise"]) & rows(real)
    assert all(len(each) == len(real) for each in sets.values())


def test_replaced_images_stand_in_the_places_of_real_ones(files):
    real, other = files["real", "train"][:], files["other", "train"][:]
    before = np.zeros(101, bool)
    for share, expected in ((0.1, 10), (0.25, 25), (0.5, 50), (1, 101)):
        made = make(files, "replace", {"of": "other", "share": share})
        replaced = (made.images == other.images).all((1, 2, 3))
        assert replaced.sum() == expected
        assert np.array_equal(made.images[~replaced], real.images[~replaced])
        assert np.array_equal(made.labels, real.labels)
        assert (replaced >= before).all(), "what a smaller share replaces, a larger one does too"
        before = replaced
        if share == 0.5:
            assert np.abs(np.bincount(real.labels[replaced]) - np.bincount(real.labels) / 2).max() <= 1
            again = make(files, "replace", {"of": "other", "share": share}, replicate=1)
            assert not np.array_equal(again.images, made.images)


def test_added_images_stand_beside_all_real_ones(files):
    real, other = files["real", "train"][:], files["other", "train"][:]
    added = [make(files, "add", {"of": "other", "times": times}) for times in (0.1, 0.5, 1)]
    assert [len(made) for made in added] == [111, 151, 202]
    for made in added:
        assert np.array_equal(made.images[:101], real.images)
        assert np.array_equal(made.labels[:101], real.labels)
        assert np.array_equal(made.index, np.arange(len(made)))
    parts = [rows(made[101 : len(made)]) for made in added]
    assert parts[0] < parts[1] < parts[2] == rows(other)
    counts = np.bincount(added[1].labels[101:], minlength=10)
    assert np.abs(counts - np.bincount(other.labels) / 2).max() <= 1.5
    with pytest.raises(InputError, match=r"sets: made: 2 times the 101 real train images are more than the"):
        make(files, "add", {"of": "other", "times": 2})


SWAP = {"name": "swap", "kind": "replace", "of": "t100", "share": [0.25, 1]}
MORE = {"name": "more", "kind": "add", "of": "gan", "times": [0.5, 2]}


def test_sets_that_replace_or_add_say_what_they_hold():
    half = {"name": "half", "kind": "subset", "of": "swap0.25", "share": 0.5}
    found = recipes(config(T, {**GAN, "times": 2}, SWAP, MORE, half))
    assert list(found)[4:] == ["swap0.25", "swap1", "more0.5", "more2", "half"]
    assert [found[name].title for name in list(found)[4:8]] == [
        "real, 25 % replaced by t100", "real, 100 % replaced by t100",
        "real + 0.5 times as many of gan", "real + 2 times as many of gan",
    ]  # fmt: skip
    sizes = [(recipe.real, recipe.synthetic) for recipe in found.values()][4:]
    assert sizes == [(0.75, 0.25), (0, 1), (1, 0.5), (1, 2), (0.375, 0.125)]
    assert [recipe.value for recipe in found.values()][4:] == [0.25, 1, 0.5, 2, 0.5]
    made = list(found.values())[4:]
    assert all(recipe.trained_on and not recipe.measured and not recipe.detected for recipe in made)


def test_points_of_the_learning_curve_are_real_images_alone():
    found = recipes(
        config(
            T, GAN, SWAP,
            {"name": "part", "kind": "subset", "share": [0.25, 0.5]},
            {"name": "less", "kind": "subset", "of": "part0.5", "share": 0.5},
            {"name": "other", "kind": "subset", "of": "gan", "share": 0.5},
            {"name": "twice", "kind": "augment"},
            {"name": "again", "kind": "add", "of": "real", "times": 1},
        )
    )  # fmt: skip
    points = [name for name, recipe in found.items() if recipe.curve]
    assert points == ["real", "part0.25", "part0.5", "less"]


def test_the_tests_config_is_one_of_the_new_form():
    check_sets(merged(schema_defaults(), TINY))
