"""What the workflow makes, and what makes its results stale."""

import json
import re
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from project import DENOISER, GAN, GENERATED, SERIES
from synthgap.data.arrays import ArrayReader
from synthgap.plan.names import RECIPE_COLUMNS, SCORE_COLUMNS

FIGURES = ["fig1a", "fig1b", "fig2", "fig3a", "fig3b", "fig4", "fig5", "fig6", "detection", "spectra"]
FIGURES += ["edges", "lost", "copied"]
# What shows the scores of every stage, beside figures.
AFTER_ALL_SCORES = {
    "collect_scores": 6, "score_worth": 1, "collect_metrics": 1, "write_table": 4, "write_summary": 1,
    "write_page": 1, "write_explorer": 1, "write_costs": 1,
}  # fmt: skip
# What shows those of one stage.
AFTER_QUALITY = {
    "collect_scores": 1, "collect_metrics": 1, "write_table": 1, "write_summary": 1, "write_page": 1,
    "write_explorer": 1, "write_costs": 1, "draw_figure": 2,
}  # fmt: skip
# All but the models, the GAN's set and what concerns real images alone.
AFTER_SAMPLER = {
    "make_set": 4, "train_classifier": 4, "measure_set": 4, "score_set": 4, "score_edges": 4,
    "detect_fakes": 4, "map_attention": 1, **AFTER_ALL_SCORES, "draw_figure": 13,
}  # fmt: skip
AFTER_GAN = {
    "make_model": 1, "make_set": 2, "train_classifier": 2, "measure_set": 2, "score_set": 2,
    "score_edges": 2, "detect_fakes": 2, "map_attention": 1, **AFTER_ALL_SCORES, "draw_figure": 10,
}  # fmt: skip
# What lists the sets, or shows them beside each other.
AFTER_FEWER_SETS = {"list_sets": 1, "map_attention": 1, **AFTER_ALL_SCORES, "draw_figure": 13}


def test_every_table_and_figure_is_made(finished):
    results = finished.folder / "results"
    tables = {"edges.csv", "metrics.csv", "quality.csv", "sets.csv", "table1.csv", "table2.csv"}
    assert set(finished.tables()) == tables
    for name in FIGURES:
        assert (results / f"{name}.png").stat().st_size > 1000
        assert (results / f"{name}.pdf").stat().st_size > 1000
    accuracies = pd.read_csv(results / "table2.csv")
    assert list(accuracies["samples"]) == ["real", "denoiser, t_re = 10", "denoiser, t_re = 20", "gan"]
    assert list(accuracies["t_re"].astype("Int64").dropna()) == [0, 10, 20]
    told_apart = pd.read_csv(results / "table1.csv").set_index(["samples", "detector"])
    numbers = ["accuracy_mean", "accuracy_std", "n", "low", "high", "auc_mean", "validation"]
    assert (
        told_apart.loc[[("denoiser, t_re = 20", "boosted"), ("gan", "boosted")], numbers]
        .notna()
        .all(axis=None)
    )
    assert "What is lost" in (results / "summary.md").read_text(encoding="utf-8")
    assert not list(results.rglob("*.pkl"))
    assert not list((results / "checkpoints").glob("*"))


def test_all_scores_are_in_one_table(finished):
    table = pd.read_csv(finished.folder / "results/metrics.csv")
    assert list(table.columns) == [*SCORE_COLUMNS, *RECIPE_COLUMNS]
    assert not table["value"].isna().any()
    assert set(table["set"]) == {"real", "t10", "t20", "gan", "positive-control", "negative-control"}
    key = ["set", "split", "replicate", "reference", "extractor", "metric", "group"]
    assert not table.duplicated(key).any()


def test_every_job_has_a_log(finished):
    logs = list((finished.folder / "results/logs").rglob("*.log"))
    assert len(logs) > 40
    training = (finished.folder / "results/logs/make_model/denoiser.log").read_text(encoding="utf-8")
    assert re.search(r"train denoiser.*8/8", training)


def test_a_second_run_has_nothing_to_do(finished):
    assert "Nothing to be done" in finished.run("--cores", "2")


def test_remedies_make_their_own_sets_and_no_other(finished, tmp_path):
    """A guide, a model led away from its images, another sampler, a choice."""
    workflow = finished.copy(tmp_path)
    early = DENOISER | {"name": "early", "steps": 2}
    neon = {"name": "neon", "kind": "neon", "model": "denoiser", "set": "t20", "steps": 4}
    plain = SERIES | {"t_re": 20, "measure": False, "detect": False, "remedy_for": "t20"}
    led = {"kind": "autoguidance", "model": "early", "weight": 2.0}
    workflow.configure(
        models=[DENOISER, early, GAN, neon],
        sets=[
            SERIES,
            GENERATED,
            plain | {"name": "guided", "guidance": led},
            plain | {"name": "neon", "model": "neon"},
            plain | {"name": "restart", "sampling": {"sampler": "restart"}},
            {"name": "best", "kind": "choice", "of": ["guided", "neon"], "remedy_for": "t20"},
        ],
    )
    planned = workflow.planned()
    computed = {"make_model": 2, "make_set": 8, "train_classifier": 8, "choose_set": 1}
    assert computed.items() <= planned.items()
    assert not {"pack_dataset", "measure_set", "detect_fakes", "score_set"} & set(planned)
    workflow.run("--cores", "2", "results/remedies.csv")
    table = pd.read_csv(workflow.folder / "results/remedies.csv").set_index("samples")
    assert table["training_steps"].tolist() == [2, 4, 0, 6]
    chosen = json.loads((workflow.folder / "results/sets/best/choice.json").read_text())["chosen"]
    assert f"real training images: {chosen}, of guided (" in table["chosen"].iloc[-1]
    files = [
        workflow.folder / f"results/sets/{name}/train/rep1/0-of-1.safetensors" for name in ("best", chosen)
    ]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert workflow.planned("results/remedies.csv") == {}


def test_cores_and_shards_change_no_byte(finished, untouched, tmp_path):
    """Of everything that computes: networks, images, features, classifiers, scores."""
    other = untouched.copy(tmp_path)
    other.configure(shards=2)
    folders = ["sets/t20/train/rep0", "sets/gan/test/rep1", "metrics/t20/rep1"]
    files = [
        "models/denoiser.safetensors",
        "models/gan.safetensors",
        "metrics/t20/rep1/scores.csv",
        "metrics/gan/rep0/scores.csv",
        "metrics/gan/rep0/images.safetensors",
        "metrics/gan/rep0/edges.csv",
        "metrics/gan/rep0/edges-images.safetensors",
        "classifiers/t20/rep1.safetensors",
        "classifiers/gan/rep0.csv",
        "metrics/baseline.csv",
        "metrics/detection/t20/rep1.csv",
    ]
    shards = [f"{folder}/{shard}-of-2.safetensors" for folder in folders for shard in range(2)]
    other.run("--cores", "1", *(f"results/{name}" for name in files + shards))
    for name in files:
        paths = [workflow.folder / "results" / name for workflow in (other, finished)]
        assert paths[0].read_bytes() == paths[1].read_bytes(), name
    for folder in folders:
        parts = ArrayReader(other.folder / f"results/{folder}/{shard}-of-2.safetensors" for shard in range(2))
        whole = ArrayReader(finished.folder / f"results/{folder}/0-of-1.safetensors")
        assert whole.names() == parts.names()
        for name in whole.names():
            assert np.array_equal(whole.read(name), parts.read(name)), (folder, name)


def test_a_report_is_written(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.run("--report", "results/report.html")
    report = (workflow.folder / "results/report.html").read_text(encoding="utf-8")
    for text in ("Fig. 3b: quality", "Table 2: test accuracy", "What the set is worth"):
        assert text in report


def test_a_lost_table_is_one_job(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    (workflow.folder / "results/table2.csv").unlink()
    assert workflow.planned("results/table2.csv") == {"write_table": 1}


def test_a_changed_classifier_retrains_classifiers_and_what_follows(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.configure(classifier={"epochs": 3})
    planned = workflow.planned()
    assert planned["train_classifier"] == 8
    assert planned["measure_set"] == 8
    assert planned["score_set"] == 8
    assert planned["map_attention"] == 1
    untouched_rules = {"pack_dataset", "make_model", "make_set", "detect_fakes"}
    assert not untouched_rules & set(planned)


def test_more_replicates_add_their_own_jobs_and_repeat_only_joint_ones(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.configure(replicates=3)
    planned = workflow.planned()
    reports = {"draw_figure", "write_table", "write_summary", "write_page", "write_explorer", "write_costs"}
    assert {rule: jobs for rule, jobs in planned.items() if rule not in reports} == {
        # The third replicate, of four sets or of the three that are not real.
        "make_set": 3, "train_classifier": 4, "measure_set": 4, "score_set": 4, "score_edges": 3,
        "detect_fakes": 3,
        # All replicates together.
        "map_attention": 1, "score_worth": 1, "collect_scores": 6, "collect_metrics": 1,
    }  # fmt: skip


def test_two_settings_that_swap_their_values_are_noticed(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.configure(metrics={"precision_k": 5, "density_k": 3})  # they were 3 and 5
    assert workflow.planned()["score_set"] == 8


@pytest.mark.parametrize(
    ("changes", "stale"),
    [
        ({"figures": {"images": 2}}, {"draw_figure": 2, "write_page": 1}),
        ({"device": "cuda"}, {}),
        # Defaults written out, whole numbers with a point, keys in another order.
        (
            {
                "dataset": {"test_fraction": 0.5, "path": None},
                "sampling": {"rho": 7},
                "sets": [dict(reversed(SERIES.items())), GENERATED | {"times": 1}],
            },
            {},
        ),
        ({"sets": [SERIES]}, AFTER_FEWER_SETS),
        ({"models": [DENOISER, GAN | {"lr": 0.01}]}, AFTER_GAN),
        ({"metrics": {"resplits": 4}}, {"score_baseline": 1, **AFTER_QUALITY}),
        (
            {"detection": {"epochs": 3}},
            {
                "detect_fakes": 6, "detect_controls": 1, "collect_scores": 1, "collect_metrics": 1,
                "write_table": 1, "write_summary": 1, "write_page": 1, "write_explorer": 1, "write_costs": 1,
                "draw_figure": 1,
            },
        ),
    ],
)  # fmt: skip
def test_a_setting_makes_stale_what_depends_on_it(finished, tmp_path, changes, stale):
    workflow = finished.copy(tmp_path)
    workflow.configure(**changes)
    assert workflow.planned() == stale


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        (
            "synthgap/metrics/entropy.py",
            "log_p).sum(axis=1)",
            "log_p).sum(axis=1) * 1",
            {"score_set": 8, "score_baseline": 1, **AFTER_QUALITY},
        ),
        (
            "synthgap/report/figures/grid.py",
            '["images"])',
            '["images"] + 0)',
            {"draw_figure": 1, "write_page": 1},
        ),
        (
            "synthgap/report/style.py",
            '"font.size": 8',
            '"font.size": 9',
            {"write_summary": 1, "write_page": 1, "draw_figure": 13},
        ),
        (
            "synthgap/metrics/detectors/pixel.py",
            "paper=True",
            "paper=False",
            {"write_table": 1, "write_summary": 1, "write_page": 1, "write_explorer": 1, "draw_figure": 1},
        ),
        ("synthgap/sets/samplers/dpmpp_2m.py", "step = log(", "step = 1.0 * log(", AFTER_SAMPLER),
        ("synthgap/sets/samplers/heun.py", "/ sigma\n", "/ sigma * 1\n", {}),
        ("draw_figure.py", "def main(job):", "# A comment.\ndef main(job):", {}),
        ("synthgap/sets/samplers/dpmpp_2m.py", "second order, n evaluations", "of second order", {}),
        ("synthgap/sets/reconstruct.py", "is not finite; its", "is nothing; its", {}),
        ("synthgap/run/progress.py", "mininterval=2", "mininterval=3", {}),
        ("synthgap/plan/declarations.py", "varies: bool = True", "varies: bool = 1 == 1", {}),
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


def test_what_is_made_again_with_the_same_content_makes_nothing_stale(finished, tmp_path):
    """Whatever its size: Snakemake by itself looks into files of up to a megabyte only."""
    workflow = finished.copy(tmp_path)
    denoiser = workflow.folder / "results/models/denoiser.safetensors"
    before = denoiser.read_bytes()
    workflow.run("--cores", "1", "--forcerun", "make_model", "--until", "make_model")
    assert denoiser.read_bytes() == before
    assert workflow.planned() == {}
    # Snakemake's own limit of a megabyte would not do for real data: here as if it were a byte.
    assert workflow.planned("--max-checksum-file-size", "1")["make_set"] == 6


def test_nested_values_may_come_from_the_command_line(finished):
    planned = finished.planned("--config", "classifier={epochs: 3, width: 4, blocks: [1, 1, 1, 1]}")
    assert planned["train_classifier"] == 8
    assert finished.planned("--config", "figures={images: 3}", "replicates=2") == {}


def test_starting_elsewhere_makes_nothing_stale(finished, tmp_path):
    """The hash of the code must not depend on the folder that Snakemake was started from."""
    workflow = finished.copy(tmp_path)
    elsewhere = replace(workflow, started_from=tmp_path)
    arguments = ["--snakefile", str(workflow.folder / "Snakefile"), "--directory", str(workflow.folder)]
    assert elsewhere.planned(*arguments) == {}


def test_every_replicate_can_have_a_denoiser_of_its_own(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(models=[DENOISER | {"replicates": True}, GAN])
    assert workflow.planned()["make_model"] == 3


def test_only_gpu_jobs_ask_for_a_gpu(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(device="cuda")
    output = workflow.run("--dry-run", "--cores", "2")
    blocks = re.split(r"\n(?=(?:local)?rule )", output)
    asking = {(re.match(r"(?:local)?rule (\w+)", block)[1], "gpu=1" in block) for block in blocks[1:]}
    gpu_rules = {name for name, asks in asking if asks}
    assert gpu_rules == {
        "make_model", "make_set", "train_classifier", "measure_set", "detect_fakes", "detect_controls",
        "map_attention",
    }  # fmt: skip
    real = next(block for block in blocks if "logs/make_set/real-rep0-0.log" in block)
    assert "gpu=0" in real


def test_a_table_needs_only_what_it_shows(untouched, tmp_path):
    """No features, detectors or attention maps for the accuracies of Table 2."""
    planned = untouched.copy(tmp_path).planned("results/table2.csv")
    assert planned == {
        "pack_dataset": 1, "list_sets": 1, "make_model": 2, "make_set": 7, "train_classifier": 8,
        "collect_scores": 1, "write_table": 1,
    }  # fmt: skip


def test_a_learning_curve_gives_every_set_its_worth(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    part = {"name": "part", "kind": "subset", "share": [0.25, 0.5]}
    added = {"name": "more", "kind": "add", "of": "gan", "times": [0.5, 1]}
    workflow.configure(replicates=1, shards=1, sets=[GENERATED, part, added])
    assert workflow.planned("results/worth.csv") == {
        "pack_dataset": 1, "list_sets": 1, "make_model": 1, "make_set": 6, "train_classifier": 6,
        "collect_scores": 2, "score_worth": 1, "write_table": 1,
    }  # fmt: skip
    workflow.run("--cores", "2", "results/worth.csv", "results/worth.png")
    table = pd.read_csv(workflow.folder / "results/worth.csv").set_index("samples")
    assert list(table["training_images"]) == [60, 60, 15, 30, 90, 120]
    assert table.loc["gan", "worth"].startswith("60 synthetic images train like ")
    history = pd.read_csv(workflow.folder / "results/classifiers/part0.25/rep0.csv")
    assert len(history) == 2


def test_sets_that_no_classifier_is_trained_on_are_not_made_for_table_2(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(sets=[SERIES | {"train": [20]}, GENERATED | {"train": False}])
    planned = workflow.planned("results/table2.csv")
    assert (planned["make_set"], planned["train_classifier"]) == (3, 4)


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
