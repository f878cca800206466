"""What jobs ask of a scheduler."""

import pytest
import yaml
from project import ROOT, merged, schema_defaults
from synthgap.plan.estimates import memory_mb, raised, runtime_minutes
from synthgap.sets.recipe import models, recipes


def config(name):
    path = ROOT / f"config/{name}.yaml"
    default = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    preset = yaml.safe_load(path.read_text(encoding="utf-8"))
    return merged(merged(schema_defaults(), default), preset)


def test_small_jobs_ask_for_little_and_large_ones_for_more():
    small, large = config("config"), config("cifar10")
    for rule in ("train_classifier", "measure_set", "score_set"):
        assert 1000 < memory_mb(rule, small, "none") < memory_mb(rule, small, "cpu") < 6000
        assert memory_mb(rule, small, "cpu") < memory_mb(rule, large, "cuda") < 64_000
        assert 10 <= runtime_minutes(rule, small) <= 120
        assert runtime_minutes(rule, large) <= 24 * 60


def test_jobs_on_small_images_ask_for_no_more_than_twice_what_they_take():
    """On 8x8 digits, measured: 930 MB where networks run, and some 500 MB of Snakemake beside them."""
    tiny = merged(config("config"), {"dataset": {"max_images": 24}})
    assert all(memory_mb(rule, tiny, "cpu") < 2 * (930 + 500) for rule in ("make_model", "measure_set"))


def test_attempts_ask_for_more_up_to_a_ceiling():
    assert [raised(152, attempt, 400) for attempt in (1, 2, 3, 4)] == [152, 304, 400, 400]
    assert raised(500, 3, 400) == 500, "but for as much as the first"


def test_small_extractors_take_less_time_than_large_ones():
    small = config("config")
    large = merged(small, {"metrics": {"frechet": "inception", "manifold": "dinov2"}})
    assert 10 <= runtime_minutes("measure_set", small) < 20
    assert runtime_minutes("measure_set", large) > 5 * runtime_minutes("measure_set", small)


def test_more_shards_make_shorter_jobs_and_more_steps_longer_ones():
    few = config("cifar10")
    many = merged(few, {"shards": 50})
    fast = merged(few, {"sampling": {"solver_steps": 10}})
    exact = merged(few, {"tf32": False})
    minutes = [runtime_minutes("make_set", c, recipes(c)["t100"]) for c in (few, many, fast, exact)]
    assert minutes[0] > 2 * minutes[1]
    assert minutes[0] > 2 * minutes[2]
    assert minutes[3] > 2 * minutes[0]
    assert memory_mb("make_set", many, "cuda") < memory_mb("make_set", few, "cuda")


def test_what_makes_images_decides_how_long_they_take():
    small = config("config")
    minutes = {name: runtime_minutes("make_set", small, recipe) for name, recipe in recipes(small).items()}
    assert minutes["real"] <= minutes["gan"] <= minutes["t100"]
    longer = merged(small, {"models": [{**small["models"][0], "steps": 200_000}]})
    before, after = (runtime_minutes("make_model", c, models(c)["denoiser"]) for c in (small, longer))
    assert after > 5 * before


def test_what_restarts_guides_and_further_training_cost_is_counted():
    large = config("cifar10")
    base = large["models"][0]["name"]
    plain = {
        "name": "plain",
        "kind": "reconstruct",
        "model": base,
        "t_re": 100,
        "sampling": {"sampler": "heun"},
    }
    restart = plain | {"name": "again", "sampling": {"sampler": "restart", "restart_times": 100}}
    led = plain | {"name": "led", "guidance": {"kind": "autoguidance", "model": "early", "weight": 2}}
    best = {"name": "best", "kind": "choice", "of": ["again", "led"]}
    early = {"name": "early", "kind": "train", "steps": 50_000, "model_channels": 128, "batch_size": 512}
    neon = {"name": "neon", "kind": "neon", "model": "early", "set": "plain", "steps": 500, "batch_size": 512}
    models_ = [*large["models"], early, neon]
    whole = merged(large, {"models": models_, "sets": [plain, restart, led, best]})
    found = recipes(whole)
    times = {name: runtime_minutes("make_set", whole, recipe) for name, recipe in found.items()}
    assert times["again"] > 2 * times["plain"]
    assert times["led"] > 1.5 * times["plain"]
    assert times["best"] < 30 < times["plain"]
    trainings = [runtime_minutes("make_model", whole, models(whole)[name]) for name in ("early", "neon")]
    assert trainings[0] > 20 * trainings[1] > 20 * 10
    assert 10 < runtime_minutes("choose_set", whole, found["best"]) < 60


@pytest.mark.parametrize("dataset", [{"max_images": 500}, {"max_images": 500, "resolution": 32}])
def test_a_folder_of_unknown_size_is_bounded_by_max_images(dataset):
    whole = merged(config("config"), {"dataset": {"kind": "folder", "path": "x"}})
    part = merged(whole, {"dataset": dataset})
    assert memory_mb("score_set", part, "none") < memory_mb("score_set", whole, "none") / 2


def test_max_images_says_how_large_a_folder_is():
    large = merged(config("config"), {"dataset": {"kind": "folder", "path": "x", "max_images": 1_280_000}})
    assert runtime_minutes("train_classifier", large) > 10 * runtime_minutes(
        "train_classifier", merged(large, {"dataset": {"max_images": 100_000}})
    )
