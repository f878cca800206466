"""What remedies win back, from values per image whose story is known."""

import re

import pandas as pd
import pytest
from story import REMEDY_COSTS, REMEDY_RIGHT, remedies, story
from synthgap.metrics.comparisons import compare
from synthgap.report.figures.remedies import remedies_figure
from synthgap.report.remedies import remedy_sentence, weigh_remedies
from synthgap.report.tables import accuracy
from synthgap.report.tables.remedies import DECLARATION, make
from synthgap.sets.recipe import Recipe


@pytest.fixture(scope="module")
def known():
    return remedies()


def test_the_table_says_what_is_won_back_and_what_it_costs(known):
    table = make(*known).set_index("samples")
    assert list(table.index) == [f"{name}, t_re = 100" for name in ("helped", "harmed", "same", "best")]
    assert list(table["verdict"]) == ["seen", "the opposite", "undecided", "seen"]
    assert table["recovered"].tolist() == pytest.approx([6, -10, 0, 6], abs=0.5)
    assert ((table["low"] < table["recovered"]) & (table["recovered"] < table["high"])).all()
    assert (table["p_adjusted"] >= table["p"]).all()
    assert table["share"].tolist() == pytest.approx([0.6, -1, 0, 0.6], abs=0.1)
    costs = zip(table["evaluations"], table["training_steps"], strict=True)
    assert list(costs) == list(REMEDY_COSTS.values())
    assert set(table["plain"]) == {"denoiser, t_re = 100"}
    assert table["plain_accuracy"].tolist() == pytest.approx([80] * 4, abs=0.5)
    assert table["real_accuracy"].tolist() == pytest.approx([90] * 4, abs=0.5)
    assert 0 < table["detectable"].loc["same, t_re = 100"] < 3
    assert "n_eq" not in table


def test_differences_are_those_of_the_values_per_image(known):
    scores, values = known
    right = {
        name: values["accuracy"].read(f"accuracy-test/{name}").astype(float) for name in ("helped", "t100")
    }
    expected = compare(right["helped"], right["t100"], False)
    first = make(scores, values).iloc[0]
    assert first["recovered"] == pytest.approx(100 * expected.value)
    assert (first["low"], first["high"]) == pytest.approx(tuple(100 * end for end in expected.interval()))


def test_a_choice_says_what_it_was_chosen_among(known):
    table = make(*known).set_index("samples")
    assert table.loc["best, t_re = 100", "chosen"] == (
        "chosen by accuracy on 450 real training images: helped, of weak (91.10 %), helped (93.10 %)"
    )
    assert set(table["chosen"].iloc[:3]) == {""}


def test_the_candidates_accuracies_are_no_test_accuracies(known):
    """The other tables select the test accuracy, and see no row of a choice."""
    scores, values = known
    table = accuracy.make(scores, values).set_index("samples")
    assert table.loc["best, t_re = 100", "n"] == 3
    assert table.loc["best, t_re = 100", "accuracy_mean"] == pytest.approx(86, abs=0.5)


def test_where_no_loss_is_seen_there_is_no_share_of_it():
    scores, values = remedies(right=REMEDY_RIGHT | {"real": 0.8})
    assert make(scores, values)["share"].isna().all()
    assert not any(
        "of what that loses" in line for line in map(remedy_sentence, weigh_remedies(scores, values))
    )


def test_one_replicate_decides_nothing():
    scores, values = remedies(replicates=1)
    table = make(scores, values)
    assert set(table["verdict"]) == {"undecided"}
    assert table[["low", "high", "p", "p_adjusted", "share", "detectable"]].isna().all(axis=None)
    assert all(
        "is undecided: " in line and "nan" not in line
        for line in map(remedy_sentence, weigh_remedies(scores, values))
    )


def test_sentences_say_what_helped_and_what_is_undecided(known):
    helped, harmed, same, best = map(remedy_sentence, weigh_remedies(*known))
    assert helped.startswith("**helped, t_re = 100** helped beyond chance: +")
    assert re.search(r" beside denoiser, t_re = 100, adjusted p < 0\.001, [56]\d % of what that lo", helped)
    assert helped.endswith("398 evaluations of networks an image (199 plain), 500 training steps more.")
    assert "did harm beyond chance: -" in harmed
    assert "is undecided: " in same
    assert "points would have been seen in four of five such runs" in same
    assert best.endswith("on 450 real training images: helped, of weak (91.10 %), helped (93.10 %).")
    scores = story(0.2)
    assert weigh_remedies(scores, {}) == []


def test_scores_of_other_stages_stand_beside_where_they_are(known):
    scores, values = known
    worth = scores[(scores["set"] == "helped") & (scores["metric"] == "accuracy")].assign(metric="n_eq")
    worth["value"] = [400.0, 500.0, 600.0]
    table = make(pd.concat([scores, worth], ignore_index=True), values)
    assert table["n_eq"].iloc[0] == 500
    assert table["n_eq"].iloc[1:].isna().all()
    assert "edge_share" not in table


def test_an_experiment_without_remedies_has_no_table_of_them():
    plain = Recipe("t100", "t", "reconstruct", "t", None)
    remedy = Recipe("g", "g", "reconstruct", "g", None, remedy_for="t100")
    untrained = Recipe("g", "g", "reconstruct", "g", None, remedy_for="t100", trained_on=False)
    applies = [DECLARATION.applies({"a": plain, "b": other}) for other in (plain, remedy, untrained)]
    assert applies == [False, True, False]


def test_the_figure_shows_each_remedy_beside_its_plain_set(known):
    axes = remedies_figure(*known).axes[0]
    remedy = weigh_remedies(*known)[0]
    assert axes.get_yticklabels()[0].get_text() == (
        "helped, t_re = 100\n398 evaluations, 500 training steps more"
    )
    band = axes.patches[0].get_bbox()
    assert (band.x0, band.x1) == pytest.approx(tuple(100 * end for end in remedy.loss.interval()))
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(list(make(*known)["recovered"]))
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [False, False, True, False]
