"""The league of metrics, where the right order is known."""

import numpy as np
import pandas as pd
import pytest
from synthgap.metrics.league import standing
from synthgap.plan.names import RECIPE_COLUMNS, SCORE_COLUMNS
from synthgap.plan.tables import plugin
from synthgap.report.tables import league

SETS, REPLICATES = 12, 3
BLIND = "recall"  # of the made-up run below
TITLE = plugin("metrics", "manifold").DECLARATION.scores[BLIND].title


def generator():
    return np.random.default_rng(0)


def noisy(means, deviation=0.001):
    return np.asarray(means)[:, None] + deviation * generator().normal(size=(len(means), REPLICATES))


def test_a_metric_that_orders_the_sets_rightly_has_no_regret():
    accuracy = noisy(np.linspace(0.5, 0.9, SETS))
    good, inverted = (standing(accuracy, sign * accuracy, generator()) for sign in (-1, 1))
    assert (good.rho, good.regret) == (1, 0)
    assert good.rho_low > 0.99
    assert (good.sets, good.replicates) == (SETS, REPLICATES)
    assert inverted.rho == -1
    assert inverted.regret == pytest.approx(0.4, abs=0.01)
    assert inverted.regret_low < inverted.regret < inverted.regret_high


def test_a_metric_that_says_the_same_of_all_sets_orders_none():
    accuracy = noisy(np.linspace(0.5, 0.9, SETS))
    constant = standing(accuracy, np.zeros_like(accuracy), generator())
    assert constant.rho == 0
    assert constant.regret == pytest.approx(0.2, abs=0.01)  # of a set at random


@pytest.mark.parametrize("deviation", [0.003, 0.01])
def test_the_interval_holds_the_order_without_noise(deviation):
    """With a range of 5 points, and the deviations over replicates that runs have."""
    truth, held, outside = np.linspace(0.85, 0.9, SETS), 0, 0
    said = truth[[3, 0, 1, 2, 4, 5, 6, 10, 7, 8, 9, 11]]
    expected = standing(noisy(truth, 0), -noisy(said, 0), generator()).rho
    for run in range(60):
        random = np.random.default_rng(run)
        accuracy, liked = (
            side[:, None] + deviation * random.normal(size=(SETS, REPLICATES)) for side in (truth, said)
        )
        found = standing(accuracy, -liked, random)
        held += found.rho_low <= expected <= found.rho_high
        outside += not found.rho_low <= found.rho <= found.rho_high
    assert 0.8 < expected < 0.95
    assert held >= 52
    assert outside == 0


def test_an_order_that_few_sets_would_have_by_luck_is_not_beyond_chance():
    accuracy = noisy(np.linspace(0.5, 0.9, SETS))
    assert standing(accuracy, -accuracy, generator()).p < 0.001
    assert standing(accuracy[:4], -accuracy[:4], generator()).p == pytest.approx(2 / 24)
    unrelated = noisy(generator().permutation(SETS))
    assert standing(accuracy, unrelated, generator()).p > 0.05


def test_few_sets_and_one_replicate_say_so():
    with pytest.raises(ValueError, match="3 sets"):
        standing(np.ones((3, 2)), np.ones((3, 2)), generator())
    single = standing(noisy(np.arange(5))[:, :1], noisy(np.arange(5))[:, :1], generator())
    assert np.isnan(single.rho_low)
    assert single.rho == -1


def run_scores():
    """Twelve sets that lose more and more, two known faults, and a metric that sees neither."""
    rows, sets = [], []

    def add(name, reference, extractor, metric, values, group="all"):
        rows.extend(
            (name, "train", rep, reference, extractor, metric, group, value, 60, 60)
            for rep, value in enumerate(values)
        )

    names = ["real", *(f"t{step:03d}" for step in range(10, 61, 10)), *"abcdef", "known-core", "known-noise"]
    for place, name in enumerate(names):
        known, paper = name.startswith("known"), name.startswith("t") or name == "real"
        lost = 0.5 if known else place / SETS
        kind = "known" if known else "real" if name == "real" else "reconstruct" if paper else "generate"
        t_re = 0 if name == "real" else 10 * place if paper else None
        described = {
            "title": f"known: {name.removeprefix('known-')}" if known else name, "kind": kind,
            "series": "t" if paper else name, "paper": paper, "generated": kind == "generate" or t_re == 60,
            "judged": not known and name != "real", "t_re": t_re, "sigma": None,
            "model": "m" if kind == "reconstruct" else name,
        }  # fmt: skip
        sets.append({"set": name, **{column: described.get(column) for column in RECIPE_COLUMNS}})
        noise = 0.001 * np.random.default_rng(place).normal(size=REPLICATES)
        if not known:
            add(name, "none", "classifier", "accuracy", 0.9 - 0.3 * lost + noise)
        add(name, "held-out", "x", "frechet", 10 + lost + noise)
        add(name, "held-out", "classifier", "frechet", 5 - lost + noise)
        add(name, "held-out", "x", BLIND, 0.8 + 0.1 * noise)
    add("real", "re-split", "x", "frechet", 10 + 0.01 * generator().normal(size=20))
    add("real", "re-split", "x", BLIND, 0.8 + 0.01 * generator().normal(size=20))
    return (
        pd.DataFrame(rows, columns=SCORE_COLUMNS)
        .merge(pd.DataFrame(sets), on="set")
        .astype({"t_re": "Int64"})
    )


def test_the_table_names_the_order_the_blocks_and_what_a_metric_is_blind_to():
    table = league.make(run_scores()).set_index(["block", "metric"])
    frechet = plugin("metrics", "frechet").DECLARATION.scores["frechet"].title
    assert dict(table["sets"].groupby("block", sort=False).first()) == {
        "all sets": 12, "reverse steps": 6, "all models, from labels alone": 7,
    }  # fmt: skip
    assert table.loc[("all sets", frechet), "rho"] == pytest.approx(1)
    assert table.loc[("all sets", frechet), "regret"] == pytest.approx(0, abs=1e-9)
    assert abs(table.loc[("all sets", TITLE), "rho"]) < 0.7
    assert (
        table.loc[("all sets", frechet), "p_adjusted"] < 0.05 < table.loc[("all sets", TITLE), "p_adjusted"]
    )
    assert table.loc[("all sets", frechet), "blind_to"] == ""
    assert table.loc[("all sets", TITLE), "blind_to"] == "core, noise"
    assert (table["n"] == REPLICATES).all()


def test_nothing_is_blind_that_could_not_be_asked():
    scores = run_scores()
    single = league.make(scores[scores["replicate"] == 0])
    assert single["blind_to"].isna().all()
    smaller = scores.assign(n_real=scores["n_real"].mask(scores["set"] == "known-core", 54))
    table = league.make(smaller).set_index(["block", "metric"])
    assert table.loc[("all sets", TITLE), "blind_to"] == "noise"


def test_a_run_without_judged_sets_has_no_league():
    scores = run_scores()
    none = scores[scores["set"].isin(["real", "known-core", "known-noise"])]
    assert league.make(none).empty
    assert league.blocks(none) == {block: [] for block in league.blocks(scores)}


def test_what_edges_see_and_what_they_are_blind_to():
    rows = []
    for name, value in (("known-core", 0.003), ("known-noise", -0.5)):
        for metric, number in (("local_share", value), ("local_share_deviation", 0.01)):
            rows += [(name, "train", rep, "held-out", "x", metric, "all", number, 60, 60) for rep in range(3)]
    scores = run_scores()
    told = scores.drop(columns=SCORE_COLUMNS[1:]).drop_duplicates("set")
    own = [(f"t{step:03d}", "train", rep, "held-out", "x", "local_share", "all", -step / 1000, 60, 60)
           for step in range(10, 61, 10) for rep in range(3)]  # fmt: skip
    edges = pd.DataFrame(rows + own, columns=SCORE_COLUMNS).merge(told, on="set")
    table = league.make(pd.concat([scores, edges], ignore_index=True)).set_index(["block", "metric"])
    assert table.loc[("reverse steps", "local share"), "rho"] == pytest.approx(1)
    assert table.loc[("reverse steps", "local share"), "blind_to"] == "core"
