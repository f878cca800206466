"""Tables, findings and pages, from scores whose story is known."""

import pandas as pd
import pytest
from story import described, story
from synthgap.data.images import DatasetInfo
from synthgap.report.costs import cost_table, cost_text, read_benchmarks
from synthgap.report.findings import other_findings, paper_findings
from synthgap.report.pages import to_html
from synthgap.report.series import by_reverse_step, select
from synthgap.report.summary import summary_text
from synthgap.report.tables import accuracy, detection
from synthgap.report.tables.quality import quality_table
from synthgap.sets.schedule import sigma_schedule

SETS = described({"real": 0, "t100": 100, "gan": None}).assign(model="m", n_real=0, n_synthetic=60)
INFO = DatasetInfo(["a", "b"], [0, 255], 8, 1, {"train": 90, "test": 60}, "a test")


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
    table = accuracy.make(story(0.2)).set_index("t_re")
    assert table.loc[0, "accuracy_mean"] == pytest.approx(90, abs=1)
    assert table.loc[100, "difference"] == pytest.approx(-18, abs=1)
    assert table.loc[100, "beyond_noise"]
    assert not table.loc[0, "beyond_noise"]
    assert table.loc[100, "sigma"] == pytest.approx(80)
    assert table.loc[30, "sigma"] == pytest.approx(sigma_schedule(100)[70])


def test_the_quality_table_has_every_metric_and_the_sizes():
    table = quality_table(story(0.2)).set_index("t_re")
    assert table.loc[100, "frechet_mean"] == pytest.approx(12, abs=0.1)
    assert {"kernel_mean", "precision_mean", "recall_mean", "density_std", "coverage_mean"} <= set(table)
    assert set(table["images"]) == {60}


def test_table_1_has_the_synthetic_set_and_both_controls():
    table = detection.make(story(0.2)).set_index("samples")
    assert list(table.index) == [
        "denoiser, t_re = 100",
        "negative control (real against real)",
        "positive control (1 % of pixels moved by one level)",
    ]
    assert table.loc["denoiser, t_re = 100", "pixel_mean"] == pytest.approx(58, abs=1)
    assert set(table["test_images"]) == {120}
    row = table.loc["denoiser, t_re = 100"]
    assert row["dct_low"] < row["dct_mean"] < row["dct_high"]
    assert row["dct_high"] - row["dct_low"] == pytest.approx(2 * 196 * (0.58 * 0.42 / 120) ** 0.5, rel=0.05)
    assert row["dct_linear_auc_mean"] == pytest.approx(0.58, abs=0.01)


def test_the_first_detectable_reverse_step_is_told():
    finding = next(f for f in paper_findings(story(0.9), 0) if "hardly tells" in f.claim)
    assert (
        "told apart beyond noise by pixels: from t_re = 100 on, by DCT: from t_re = 100 on"
        in finding.measured
    )
    finding = next(f for f in paper_findings(story(0.0), 0) if "hardly tells" in f.claim)
    assert "by pixels: at no t_re" in finding.measured


def test_a_reverse_step_between_undetected_ones_is_no_first():
    scores = story(0.0)
    chosen = scores[(scores["set"] == "t100") & scores["metric"].str.startswith("detection")]
    detected = chosen.assign(set="t050", t_re=50, value=chosen["value"] + 0.3)
    finding = next(f for f in paper_findings(pd.concat([scores, detected]), 0) if "hardly" in f.claim)
    assert "by pixels: at no t_re" in finding.measured


def test_a_loss_is_seen():
    assert all(finding.seen for finding in paper_findings(story(0.2), 0))


def test_where_nothing_is_lost_nothing_is_seen():
    seen = {finding.claim: finding.seen for finding in paper_findings(story(0.0), 0)}
    unchanged = [claim for claim in seen if "hardly tells" in claim or "does not change" in claim]
    assert len(unchanged) == 2
    assert all(seen.pop(claim) for claim in unchanged)
    assert not any(seen.values())


def test_a_detectable_set_is_not_called_indistinguishable():
    finding = next(f for f in paper_findings(story(0.9), 0) if "hardly tells" in f.claim)
    assert not finding.seen
    assert finding.verdict == "not seen in this run"


def test_a_blind_detector_is_told():
    scores = story(0.0)
    scores.loc[scores["set"].str.endswith("control"), "value"] = 0.5
    finding = next(f for f in paper_findings(scores, 0) if "hardly tells" in f.claim)
    assert "don't see their positive control" in finding.measured
    assert finding.seen is None


def test_constant_attention_maps_decide_nothing():
    scores = story(0.2)
    scores.loc[scores["metric"] == "attention_correlation", "value"] = float("nan")
    finding = next(f for f in paper_findings(scores, 0) if "does not change" in f.claim)
    assert finding.seen is None
    assert finding.verdict == "undecided in this run"


def test_one_replicate_claims_nothing_beyond_noise():
    findings = paper_findings(story(0.2, replicates=1), 0)
    on_noise = (
        "less accurate",
        "Recall falls",
        "are easier",
        "concentrate",
    )  # others have the band, or a bound
    judged = [f.seen for f in findings if any(words in f.claim for words in on_noise)]
    assert judged == [None] * 5
    assert "no error from one replicate" in findings[0].measured
    summary = summary_text(story(0.2, replicates=1), SETS, INFO, 0)
    assert "one replicate, so nothing can be said about noise" in summary
    assert "nan" not in summary


def test_the_summary_has_the_headline_the_tables_and_the_seed():
    summary = summary_text(story(0.2), SETS, INFO, 5)
    assert "beyond noise" in summary
    assert "| denoiser, t_re = 100" in summary
    assert "seed 5" in summary
    page = to_html(summary, "a test")
    assert page.count("<table>") == 4
    assert page.count("<li>") > 20


def test_competitors_have_rows_behind_the_reverse_steps():
    scores = story(0.2, competitor=True)
    table = accuracy.make(scores, with_paper=True)
    assert list(table["samples"])[-2:] == ["denoiser, t_re = 100", "gan"]
    assert table.iloc[-1][["t_re", "sigma", "paper_mean"]].isna().all()
    assert table.iloc[-1]["difference"] == pytest.approx(-18, abs=1)
    assert list(quality_table(scores)["samples"])[-1] == "gan"
    assert detection.make(scores).set_index("samples").loc["gan", "pixel_mean"] == pytest.approx(80, abs=1)


def test_competitors_are_compared_with_the_diffusion_model():
    scores = story(0.2, competitor=True)
    (finding,) = other_findings(scores)
    assert finding.seen
    assert finding.measured.startswith("80.")
    alike = scores["metric"].str.startswith("detection") & (scores["set"] == "gan")
    scores.loc[alike, "value"] -= 0.22
    (finding,) = other_findings(scores)
    assert finding.seen is False
    scores.loc[scores["set"].str.endswith("control"), "value"] = 0.5
    (finding,) = other_findings(scores)
    assert finding.seen is None
    summary = summary_text(scores, SETS, INFO, 0)
    assert "- **gan**: 7" in summary
    assert "| gan " in summary
    assert "nan" not in summary
    assert "<NA>" not in summary


def test_the_papers_findings_are_the_same_whatever_other_sets_there_are():
    with_gan, without = (paper_findings(story(0.2, competitor=c), 0) for c in (True, False))
    assert with_gan == without


def test_without_a_series_of_the_paper_the_summary_has_no_findings():
    scores = story(0.2, competitor=True)
    scores = scores[scores["set"].isin(["real", "gan"]) | scores["kind"].isna()].assign(paper=False)
    summary = summary_text(scores, SETS, INFO, 0)
    assert "findings" not in summary
    assert "- **gan**: 7" in summary


def test_costs_are_added_up_by_rule(tmp_path):
    header = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"
    for path, seconds, memory in (
        ("slow/a-0.tsv", 7000, 500),
        ("slow/b-0.tsv", 2000, 900),
        ("fast.tsv", 1000, 90),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        row = f"{seconds}\t-\t{memory}\t0\t0\t0\t0\t0\t0\t{seconds / 2}\n"
        (tmp_path / path).write_text(header + row)
    jobs = read_benchmarks(tmp_path)
    table = cost_table(jobs).set_index("rule")
    assert list(table.index) == ["slow", "fast"]
    slow = table.loc["slow", ["jobs", "seconds", "longest", "share", "cores", "memory"]]
    assert list(slow) == [2, 9000, 7000, 0.9, 0.5, 900]
    page = cost_text(jobs)
    assert all(text in page for text in ("took 2 h 46 min", "2 h 30 min", "1 h 56 min", "90.0%", "900 MB"))
