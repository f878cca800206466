"""The guide in CONTRIBUTING.md, followed: a plug-in is one file and one line, and leaves the rest alone."""

import re

import numpy as np
import pandas as pd
import pytest
import yaml
from project import ROOT, SERIES, TINY
from small_plugins import (
    DETECTOR,
    EXTRACTOR,
    FIGURE,
    FINDING,
    FORMAT,
    GUIDANCE,
    KIND,
    LEARNER,
    METRIC,
    MODEL,
    SAMPLER,
    TABLE,
)

LIBRARY = "workflow/scripts/synthgap"


def add(workflow, family, name, place, text):
    """A plug-in: its file, and its line in the table."""
    (workflow.folder / LIBRARY / place).write_text(text, encoding="utf-8")
    module = place.removesuffix(".py").replace("/", ".")
    edited = f'    "{family}": {{\n        "{name}": "{module}",\n'
    workflow.edit("synthgap/plan/tables.py", f'    "{family}": {{\n', edited)


@pytest.fixture
def extended(finished, tmp_path):
    """The finished project with a plug-in more in each family. Nothing of it has run."""
    workflow = finished.copy(tmp_path)
    add(workflow, "samplers", "one_look", "sets/samplers/one_look.py", SAMPLER)
    add(workflow, "sets", "negative", "sets/kinds/negative.py", KIND)
    add(workflow, "models", "untrained", "models/kinds/untrained.py", MODEL)
    add(workflow, "guidance", "towards_grey", "models/guidance/towards_grey.py", GUIDANCE)
    add(workflow, "learners", "linear", "classifiers/learners/linear.py", LEARNER)
    add(workflow, "extractors", "pixels", "metrics/extractors/pixels.py", EXTRACTOR)
    add(workflow, "data", "npy", "data/formats/npy.py", FORMAT)
    assert workflow.planned() == {}, "a plug-in that nothing uses makes nothing stale"
    add(workflow, "figures", "numbers", "report/figures/numbers.py", FIGURE)
    add(workflow, "tables", "best", "report/tables/best.py", TABLE)
    add(workflow, "findings", "density", "report/findings/density.py", FINDING)
    assert workflow.planned() == {"draw_figure": 1, "write_table": 1, "write_summary": 1, "write_page": 1}
    return workflow


def test_new_sets_figures_and_tables_leave_the_others_alone(extended):
    led = {"kind": "towards_grey", "weight": 1.1}
    one_look = {"name": "fast", "t_re": [20], "model": "new", "guidance": led, "detect": False}
    one_look = SERIES | one_look | {"sampling": {"sampler": "one_look"}}
    extended.configure(models=[*TINY["models"], {"name": "new", "kind": "untrained"}])
    extended.configure(sets=[*TINY["sets"], one_look, {"name": "negative", "kind": "negative"}])
    planned = extended.planned()
    assert planned["make_set"] == planned["measure_set"] == 4
    assert planned["train_classifier"] == planned["score_set"] == 4
    assert planned["make_model"] == 1
    assert not {"pack_dataset", "detect_fakes", "score_baseline"} & set(planned)
    extended.run("--cores", "2")
    results = extended.folder / "results"
    table = pd.read_csv(results / "table2.csv")
    assert list(table["samples"])[-2:] == ["fast, t_re = 20", "real, negative"]
    assert (results / "numbers.png").stat().st_size > 1000
    assert list(pd.read_csv(results / "best.csv").columns) == ["set", "value"]
    assert "Density falls." in (results / "summary.md").read_text(encoding="utf-8")
    assert "negative" in set(pd.read_csv(results / "scores/quality.csv")["set"])


def test_a_new_metric_scores_anew_and_makes_no_image_or_feature(extended):
    add(extended, "metrics", "shift", "metrics/shift.py", METRIC)
    planned = extended.planned("results/scores/quality.csv")
    assert planned == {"score_set": 8, "score_baseline": 1, "collect_scores": 1}
    extended.run("--cores", "2", "results/summary.md")
    summary = (extended.folder / "results/summary.md").read_text(encoding="utf-8")
    assert re.search(r"\| coverage +\|.*\| shift|\| shift.*\| coverage", summary)


def test_a_new_detector_detects_anew_and_makes_no_image(extended):
    add(extended, "detectors", "mean", "metrics/detectors/mean.py", DETECTOR)
    planned = extended.planned("results/scores/detection.csv")
    assert planned == {"detect_fakes": 6, "detect_controls": 1, "collect_scores": 1}
    extended.run("--cores", "2", "results/metrics/detection/gan/rep0.csv")
    scores = pd.read_csv(extended.folder / "results/metrics/detection/gan/rep0.csv")
    assert "mean" in set(scores["extractor"])


def test_new_formats_learners_and_extractors_are_used(extended):
    generator = np.random.default_rng(0)
    (extended.folder / "arrays").mkdir()
    for name in ("bright", "dark"):
        images = generator.integers(0, 256, (20, 8, 8, 1)).astype(np.uint8)
        np.save(extended.folder / f"arrays/{name}.npy", images // (2 if name == "dark" else 1))
    (extended.folder / "other.yaml").write_text(
        yaml.safe_dump(
            {
                "results": "results/other", "replicates": 1, "shards": 1,
                "dataset": {"kind": "npy", "path": "arrays"}, "sets": [],
                "metrics": {"frechet": "pixels", "manifold": "pixels"},
                "classifier": {"learner": "linear", "epochs": 1},
            }
        )
    )  # fmt: skip
    extended.run("--cores", "2", "results/other/scores/quality.csv", "--configfile", "other.yaml")
    scores = pd.read_csv(extended.folder / "results/other/scores/quality.csv")
    assert set(scores[scores["metric"] == "recall"]["extractor"]) == {"pixels"}
    assert scores["n_real"].max() == 20


def test_the_guide_names_the_families_that_are_one_file():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    places = ["sets/samplers", "sets/kinds", "models/kinds", "models/formats", "data/formats", "metrics"]
    places += ["models/guidance", "classifiers/learners"]
    places += ["metrics/extractors", "metrics/detectors"]
    places += ["report/figures", "report/tables", "report/findings"]
    for place in places:
        assert f"a file in `synthgap/{place}/`, a line in `plan/tables.py`" in guide, place
