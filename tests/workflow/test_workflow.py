"""What the workflow makes, and what makes its results stale."""

import json
import re
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from synthgap.plan.names import SCORE_COLUMNS

FIGURES = ["fig1a", "fig1b", "fig2", "fig3a", "fig3b", "fig4", "fig5", "fig6", "detection", "spectra"]
FIGURES_STALE = {
    "plot_accuracy": 1, "plot_features": 1, "plot_reconstruction": 1, "plot_grid": 1,
    "plot_quality": 1, "plot_attention": 1, "plot_entropy": 1, "plot_class_features": 1,
    "plot_detection": 1, "plot_spectra": 1,
}  # fmt: skip
AFTER_METRICS = {
    "tabulate_accuracy": 1, "tabulate_detection": 1, "write_summary": 1, "write_costs": 1,
    "plot_accuracy": 1, "plot_quality": 1, "plot_entropy": 1, "plot_detection": 1,
}  # fmt: skip
# All but the denoiser, the competitor and what concerns real images alone.
AFTER_SAMPLER = {
    "reconstruct_images": 16, "train_classifier": 4, "measure_set": 8, "score_set": 4, "detect_fakes": 2,
    "map_attention": 1, "collect_metrics": 1, **AFTER_METRICS, **FIGURES_STALE,
}  # fmt: skip
# What shows the competitor beside other sets.
COMPETITOR_GONE = {
    "map_attention": 1, "collect_metrics": 1, **AFTER_METRICS,
    "plot_grid": 1, "plot_attention": 1, "plot_spectra": 1,
}  # fmt: skip
AFTER_GAN = {
    "train_gan": 1, "sample_generator": 4, "train_classifier": 2, "measure_set": 4, "score_set": 2,
    "detect_fakes": 1, **COMPETITOR_GONE,
}  # fmt: skip


def test_every_table_and_figure_is_made(finished):
    results = finished.folder / "results"
    assert set(finished.tables()) == {"metrics.csv", "table1.csv", "table2.csv"}
    for name in FIGURES:
        assert (results / f"{name}.png").stat().st_size > 1000
        assert (results / f"{name}.pdf").stat().st_size > 1000
    accuracies = pd.read_csv(results / "table2.csv")
    assert list(accuracies["samples"]) == ["real", "EDM, t_re = 10", "EDM, t_re = 20", "gan"]
    assert list(accuracies["t_re"].astype("Int64").dropna()) == [0, 10, 20]
    told_apart = pd.read_csv(results / "table1.csv").set_index("samples")
    numbers = ["pixel_mean", "pixel_std", "pixel_n", "dct_mean", "dct_std", "dct_n"]
    assert told_apart.loc[["EDM, t_re = 20", "gan"], numbers].notna().all(axis=None)
    assert "What is lost" in (results / "summary.md").read_text(encoding="utf-8")
    assert not list(results.rglob("*.pkl"))
    assert not list((results / "checkpoints").glob("*"))


def test_all_scores_are_in_one_table(finished):
    table = pd.read_csv(finished.folder / "results/metrics.csv")
    assert list(table.columns) == SCORE_COLUMNS
    assert not table["value"].isna().any()
    assert set(table["set"]) == {"real", "t10", "t20", "gan", "positive-control", "negative-control"}
    key = ["set", "split", "replicate", "reference", "extractor", "metric"]
    assert not table.duplicated(key).any()


def test_every_job_has_a_log(finished):
    logs = list((finished.folder / "results/logs").rglob("*.log"))
    assert len(logs) > 40
    training = (finished.folder / "results/logs/train_denoiser/denoiser.log").read_text(encoding="utf-8")
    assert re.search(r"train denoiser.*8/8", training)


def test_a_second_run_has_nothing_to_do(finished):
    assert "Nothing to be done" in finished.run("--cores", "2")


def test_one_core_gives_the_same_bytes_as_two(finished, untouched, tmp_path):
    """Of everything that computes: networks, images, classifiers, scores."""
    alone = untouched.copy(tmp_path)
    targets = [
        "diffusion/denoiser.safetensors",
        "diffusion/gan/generator.safetensors",
        "diffusion/t10/test/rep1/1-of-2.npz",
        "metrics/t20/rep1/scores.csv",
        "metrics/gan/rep0/scores.csv",
        "metrics/baseline.csv",
        "metrics/detection/t20.csv",
    ]
    alone.run("--cores", "1", *(f"results/{name}" for name in targets))
    for name in [*targets, "classifiers/t20/rep1.safetensors", "classifiers/gan/rep0.csv"]:
        paths = [workflow.folder / "results" / name for workflow in (alone, finished)]
        assert paths[0].read_bytes() == paths[1].read_bytes(), name


def test_a_report_is_written(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.run("--report", "results/report.html")
    report = (workflow.folder / "results/report.html").read_text(encoding="utf-8")
    for text in ("Fig. 3b: quality", "Table 2: test accuracy", "What was lost"):
        assert text in report


def test_a_lost_table_is_one_job(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    (workflow.folder / "results/table2.csv").unlink()
    assert workflow.planned("results/table2.csv") == {"tabulate_accuracy": 1}


def test_a_changed_classifier_retrains_classifiers_and_what_follows(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.configure(classifier={"epochs": 3})
    planned = workflow.planned()
    assert planned["train_classifier"] == 8
    assert planned["measure_set"] == 16
    assert planned["score_set"] == 8
    assert planned["map_attention"] == 1
    untouched_rules = {"pack_dataset", "train_denoiser", "reconstruct_images", "detect_fakes"}
    assert not untouched_rules & set(planned)


def test_two_settings_that_swap_their_values_are_noticed(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.configure(metrics={"precision_k": 5, "density_k": 3})  # they were 3 and 5
    assert workflow.planned()["score_set"] == 8


@pytest.mark.parametrize(
    ("changes", "stale"),
    [
        ({"figures": {"images": 2}}, {"plot_grid": 1, "plot_attention": 1}),
        ({"device": "cuda"}, {}),
        ({"competitors": []}, COMPETITOR_GONE),
        ({"gan": {"lr": 0.01}}, AFTER_GAN),
        ({"metrics": {"resplits": 4}}, {"score_baseline": 1, "collect_metrics": 1, **AFTER_METRICS}),
        (
            {"detection": {"epochs": 3}},
            {"detect_fakes": 3, "detect_controls": 1, "collect_metrics": 1, **AFTER_METRICS},
        ),
    ],
)
def test_a_setting_makes_stale_what_depends_on_it(finished, tmp_path, changes, stale):
    workflow = finished.copy(tmp_path)
    workflow.configure(**changes)
    assert workflow.planned() == stale


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        (
            "synthgap/metrics/entropy.py",
            "axis=1).mean())",
            "axis=1).mean() * 1)",
            {"score_set": 8, "score_baseline": 1, "collect_metrics": 1, **AFTER_METRICS},
        ),
        ("plot_grid.py", '["images"])', '["images"] + 0)', {"plot_grid": 1}),
        (
            "synthgap/figures/style.py",
            '"font.size": 8',
            '"font.size": 9',
            {"write_summary": 1, **FIGURES_STALE},
        ),
        ("synthgap/diffusion/samplers.py", "step = log(", "step = 1.0 * log(", AFTER_SAMPLER),
        ("plot_grid.py", "def main(job):", "# A comment.\ndef main(job):", {}),
        ("synthgap/diffusion/samplers.py", "Heun's second-order method", "The method of Heun", {}),
    ],
)
def test_a_changed_line_makes_stale_what_uses_it_and_a_comment_nothing(
    finished, tmp_path, file, old, new, stale
):
    workflow = finished.copy(tmp_path)
    workflow.edit(file, old, new)
    assert workflow.planned() == stale


def test_touched_files_make_nothing_stale(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    for path in [workflow.folder / "Snakefile", *(workflow.folder / "workflow").rglob("*")]:
        path.touch()
    assert workflow.planned() == {}


def test_starting_elsewhere_makes_nothing_stale(finished, tmp_path):
    """The hash of the code must not depend on the folder that Snakemake was started from."""
    workflow = finished.copy(tmp_path)
    elsewhere = replace(workflow, started_from=tmp_path)
    arguments = ["--snakefile", str(workflow.folder / "Snakefile"), "--directory", str(workflow.folder)]
    assert elsewhere.planned(*arguments) == {}


def test_shards_change_nothing_but_the_number_of_files(finished, untouched, tmp_path):
    one = untouched.copy(tmp_path)
    one.configure(diffusion={"shards": 1})
    targets = ["diffusion/t20/train/rep0", "diffusion/gan/test/rep1", "metrics/t20/rep0"]
    one.run("--cores", "2", *(f"results/{target}/0-of-1.npz" for target in targets))
    for target in targets:
        shards = [np.load(finished.folder / f"results/{target}/{i}-of-2.npz") for i in range(2)]
        with np.load(one.folder / f"results/{target}/0-of-1.npz") as whole:
            for name in whole:
                parts = [shard[name] for shard in shards]
                assert np.array_equal(whole[name], np.concatenate(parts)), (target, name)
        for shard in shards:
            shard.close()


def test_every_replicate_can_have_a_denoiser_of_its_own(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(diffusion={"train": {"replicates": True}})
    assert workflow.planned()["train_denoiser"] == 2


def test_only_gpu_jobs_ask_for_a_gpu(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(device="cuda")
    output = workflow.run("--dry-run", "--cores", "2")
    blocks = re.split(r"\n(?=(?:local)?rule )", output)
    resources = {re.match(r"(?:local)?rule (\w+)", b)[1]: "gpu=1" in b for b in blocks[1:]}
    gpu_rules = {name for name, asks in resources.items() if asks}
    assert gpu_rules == {
        "train_denoiser", "reconstruct_images", "train_classifier", "measure_set",
        "detect_fakes", "detect_controls", "map_attention", "train_gan", "sample_generator",
    }  # fmt: skip


def test_the_dataset_says_what_it_is(finished):
    info = json.loads((finished.folder / "results/data/dataset.json").read_text(encoding="utf-8"))
    assert info["class_names"] == [str(digit) for digit in range(10)]
    assert info["sizes"] == {"train": 60, "test": 60}


def test_sets_are_exported_on_request(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.run("--cores", "2", "results/export/t20-train.zip", "results/export/real-test")
    with zipfile.ZipFile(workflow.folder / "results/export/t20-train.zip") as archive:
        assert len(archive.namelist()) == 60 + 1
    assert len(list((workflow.folder / "results/export/real-test").glob("*/*.png"))) == 60
