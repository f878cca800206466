"""Tables and findings, from scores whose story is known."""

import pandas as pd
import pytest
from story import STRONGEST, page, story, story_values
from synthgap.metrics.verdicts import Verdict
from synthgap.report.alarms import alarms, worst_class
from synthgap.report.evidence import Evidence
from synthgap.report.series import by_reverse_step, select
from synthgap.report.tables import accuracy, detection
from synthgap.report.tables.quality import make as quality_table
from synthgap.report.verdicts import judge_findings
from synthgap.sets.schedule import sigma_schedule


def judged(lost, scores=None, values=None, replicates=3, **margins):
    """The findings by their names."""
    scores = story(lost, replicates) if scores is None else scores
    values = story_values(lost, replicates) if values is None else values
    return {each.name: each for each in judge_findings(Evidence(scores, values, 0), margins)}


def test_means_are_over_replicates_and_in_order_of_t_re():
    scores = story(0.2)
    accuracies = by_reverse_step(scores, "accuracy")
    assert list(accuracies) == [0, 30, 50, 70, 100]
    values = scores[(scores["metric"] == "accuracy") & (scores["set"] == "t050")]["value"]
    assert accuracies[50].mean == pytest.approx(values.mean())
    assert accuracies[50].std == pytest.approx(values.std())
    assert accuracies[50].n == 3


def test_scores_that_are_missing_are_named():
    with pytest.raises(ValueError, match=r"no scores of accuracy with \{'set': 'gan'\}"):
        select(story(0.2), "accuracy", set="gan")


def test_table_2_is_in_percent_and_judges_differences():
    table = accuracy.make(story(0.2), story_values(0.2)).set_index("t_re")
    assert table.loc[0, "accuracy_mean"] == pytest.approx(90, abs=1)
    assert table.loc[100, "difference"] == pytest.approx(-18, abs=1)
    assert table.loc[100, "low"] < table.loc[100, "difference"] < table.loc[100, "high"] < 0
    assert table.loc[100, "p"] <= table.loc[100, "p_adjusted"] < 0.05
    assert table.loc[0, ["difference", "low", "high", "p", "p_adjusted"]].isna().all()
    assert table.loc[100, "sigma"] == pytest.approx(80)
    assert table.loc[30, "sigma"] == pytest.approx(sigma_schedule(100)[70])


def test_the_quality_table_has_every_metric_and_the_sizes():
    table = quality_table(story(0.2))
    assert table.loc[0, "samples"] == "real against real (re-splits)"
    table = table.iloc[1:].set_index("t_re")
    assert table.loc[100, "frechet_excess"] == pytest.approx(2, abs=0.1)
    assert table.loc[100, "frechet_paired"] == pytest.approx(12, abs=0.1)
    assert pd.isna(table.loc[0, "frechet_std"]), "the real images are the same in every replicate"
    assert table.loc[100, "frechet_mean"] == pytest.approx(12, abs=0.1)
    assert {"kernel_mean", "precision_mean", "recall_mean", "density_std", "coverage_mean"} <= set(table)
    assert set(table["images"]) == {60}


def table_1(scores):
    return detection.make(scores).set_index(["samples", "detector"])


def test_table_1_has_the_synthetic_set_and_the_controls():
    table = table_1(story(0.2))
    samples = list(dict.fromkeys(table.index.get_level_values(0)))
    assert samples[:2] == ["denoiser, t_re = 100", "negative control (real against real)"]
    assert [text.split()[2] for text in samples[2:]] == ["(1", "(3", "(10", "(30", "(100"]
    row = table.loc[("denoiser, t_re = 100", "dct")]
    assert row["accuracy_mean"] == pytest.approx(58, abs=1)
    assert row["test_images"] == 120
    assert row["high"] - row["low"] == pytest.approx(2 * 196 * (0.58 * 0.42 / 120) ** 0.5, rel=0.05)
    assert (row["learned"], row["in_paper"]) == ("yes", True)
    # 120 test images: 62.6 % are beyond chance, 56.9 % are not.
    assert set(table["least_dose"]) == {10}


def test_the_strongest_detector_is_chosen_by_the_validation_part():
    scores = story(0.2)
    tested = scores["metric"].isin(["detection_accuracy", "detection_auc"])
    scores.loc[tested & (scores["extractor"] == "pixel") & (scores["set"] == "t100"), "value"] = 0.99
    table = table_1(scores)
    assert list(table[table["strongest"]].index.get_level_values(1).unique()) == [STRONGEST]
    assert judged(0.2, scores)["detection"].weighed.comparison.value == pytest.approx(0.08, abs=0.01)
    assert "boosted trees (the strongest on the validation part)" in page(0.2, scores)


def test_a_detector_with_the_loss_of_guessing_did_not_learn():
    """Its accuracy is none, whatever it is, and it is never the strongest."""
    scores = story(0.2)
    blind = (scores["extractor"] == STRONGEST) & (scores["metric"] == "detection_loss")
    scores.loc[blind, "value"] = 0.6925  # ln 2 is 0.6931
    row = table_1(scores).loc[("denoiser, t_re = 100", STRONGEST)]
    assert row["learned"] == "did not learn"
    assert row[["accuracy_mean", "low", "least_dose"]].isna().all()
    assert not row["strongest"]
    assert "boosted trees: did not learn" in page(0.2, scores)
    scores.loc[scores["metric"] == "detection_loss", "value"] = 0.6925
    found = judged(0.2, scores)["detection"]
    assert found.verdict is Verdict.UNDECIDED
    assert "no detector learned" in found.weighed.measured


def test_a_loss_is_seen():
    found = judged(0.2)
    seen = {name for name, each in found.items() if each.verdict is Verdict.SEEN}
    assert seen == set(found) - {"detection", "attention"}
    assert found["attention"].verdict is Verdict.NO_DIFFERENCE
    assert found["detection"].verdict is Verdict.UNDECIDED  # 58 % on 120 images
    assert found["attention"].words == "no difference larger than 0.1"
    assert "95 % interval -0.1" in found["recall"].difference
    assert "p < 0.001, adjusted < 0.001" in found["recall"].difference


def test_where_nothing_is_lost_nothing_is_seen():
    assert not {Verdict.SEEN, Verdict.OPPOSITE} & {each.verdict for each in judged(0.0).values()}


def test_what_gets_better_is_the_opposite():
    found = judged(-0.1)
    assert found["accuracy"].verdict is Verdict.OPPOSITE
    assert found["accuracy"].words == "the opposite"
    assert found["entropy_test"].verdict is Verdict.OPPOSITE


def test_recall_must_fall_before_it_can_fall_more():
    scores = story(0.0)
    worse = (scores["metric"] == "precision") & (scores["set"] == "t100")
    scores.loc[worse, "value"] += 0.3  # precision rises: recall falls "more" without falling
    found = judged(0.0, scores)
    assert found["recall_most"].weighed.comparison.value < -0.2
    assert found["recall_most"].verdict is Verdict.UNDECIDED


def test_margins_come_from_the_config():
    assert judged(0.0)["attention"].verdict is Verdict.NO_DIFFERENCE
    found = judged(0.0, attention=1e-6)["attention"]
    assert found.verdict is Verdict.UNDECIDED
    assert "would have been seen in four of five such runs" in found.difference


def test_a_detectable_set_is_not_called_indistinguishable():
    assert judged(0.9)["detection"].verdict is Verdict.OPPOSITE


def test_a_blind_detector_is_told():
    scores = story(0.0)
    scores.loc[scores["set"].str.endswith("control") & (scores["metric"] != "detection_loss"), "value"] = 0.5
    found = judged(0.0, scores)["detection"]
    assert "doesn't see its positive controls either" in found.weighed.measured
    assert found.verdict is Verdict.UNDECIDED


def test_better_than_real_is_an_alarm_not_a_success():
    assert not alarms(story(0.2))[0]
    scores = story(0.2)
    held_out = (scores["set"] == "t100") & (scores["reference"] == "held-out")
    scores.loc[held_out & (scores["metric"] == "recall"), "value"] = 0.99
    scores.loc[held_out & (scores["metric"] == "copies_test"), "value"] = 0.9
    raised, number = alarms(scores)
    assert number == 4 * 7 + 1  # six metrics and two kinds of copies; reconstructions may copy their sources
    assert [check.words for check in raised] == [
        "its recall is better than that of real images against real ones",
        "it holds copies of real test images",
    ]
    assert "it holds copies of real test images" in page(0.2, scores)
    assert not alarms(scores[scores["replicate"] < 2])[0], "two replicates decide nothing"


def test_the_class_that_is_lost_is_named():
    """Class 1 loses all: its name is b."""
    assert "- **denoiser, t_re = 100**: class b, coverage 0.720, +0.1" in page(0.2)
    worst = worst_class(story(0.2), "t100")
    assert worst.deficit == pytest.approx(0.18, abs=0.01)
    assert worst.p_adjusted < 0.05
    assert "(beyond chance)" in page(0.2)
    assert "(beyond chance)" not in page(0.0)
    assert "(undecided)" in page(0.2, replicates=2)


def test_constant_attention_maps_decide_nothing():
    values = story_values(0.2)
    for array in values["attention"].arrays.values():
        array[:] = float("nan")
    found = judged(0.2, values=values)["attention"]
    assert found.verdict is Verdict.UNDECIDED
    assert "the maps are constant" in found.weighed.measured


def test_images_whose_maps_are_constant_are_left_out():
    values = story_values(0.2)
    values["attention"].arrays["attention/real"][0, 1, :30] = float("nan")
    found = judged(0.2, values=values)["attention"]
    assert "370 test images" in found.weighed.measured
    assert found.verdict is Verdict.NO_DIFFERENCE


@pytest.mark.parametrize("replicates", [1, 2])
def test_one_or_two_replicates_decide_nothing(replicates):
    found = judged(0.2, replicates=replicates)
    assert {each.verdict for each in found.values()} == {Verdict.UNDECIDED}
    summary = page(0.2, replicates=replicates)
    assert "10 undecided" in summary
    assert "nan" not in summary
    assert ("points (without an error)" in summary) == (replicates == 1)


def test_a_trend_of_missing_scores_is_undecided():
    scores = story(0.2)
    scores.loc[scores["set"] == "t050", "value"] = float("nan")
    assert "trend over t_re is undecided: a score is" in Evidence(scores, {}, 0).trend("accuracy")


def test_four_reverse_steps_are_too_few_for_a_trend():
    scores = story(0.2)
    found = judged(0.2, scores[scores["set"] != "t050"])
    assert "4 reverse steps are too few for a trend (5 are needed)" in found["accuracy"].weighed.measured
    assert "a falling trend over t_re" in judged(0.2)["accuracy"].weighed.measured


def test_other_sets_have_rows_behind_the_reverse_steps():
    scores = story(0.2, competitor=True)
    table = accuracy.make(scores, story_values(0.2), with_paper=True)
    assert list(table["samples"])[-2:] == ["denoiser, t_re = 100", "gan"]
    assert table.iloc[-1][["t_re", "sigma", "paper_mean"]].isna().all()
    assert table.iloc[-1]["difference"] == pytest.approx(-18, abs=1)
    assert list(quality_table(scores)["samples"])[-1] == "gan"
    assert table_1(scores).loc[("gan", "pixel"), "accuracy_mean"] == pytest.approx(80, abs=1)


def test_the_papers_findings_are_the_same_whatever_other_sets_there_are():
    with_gan, without = (judged(0.2, story(0.2, competitor=c)) for c in (True, False))
    assert [each.weighed for each in with_gan.values()] == [each.weighed for each in without.values()]
