"""The guide in CONTRIBUTING.md, followed: a plug-in is one file and one line, and leaves the rest alone."""

import re

import numpy as np
import pandas as pd
import pytest
import yaml
from project import ROOT, SERIES, TINY

LIBRARY = "workflow/scripts/synthgap"

SAMPLER = '''"""One look at the network, at the start."""

from ...plan.declarations import Sampler

DECLARATION = Sampler(summary="The denoised image at the start.")


def sample(denoise, x, sigmas, noise, config):
    return denoise(x, sigmas[0])
'''
KIND = '''"""The negatives of another set."""

from dataclasses import dataclass, replace

from ...plan.declarations import SetKind
from ...plan.options import option


@dataclass(frozen=True)
class NegativeOptions:
    of: str = option("Name of the other set.", "real")


DECLARATION = SetKind(
    summary="The negatives of another set.",
    options=NegativeOptions,
    title=lambda name, options, paper: f"{options.of}, negative",
    size=lambda options, others: (0.0, 1.0),
    detected=False,
)


def make(task):
    whole = task.others[task.options.of]
    shown = whole[task.own_rows(len(whole))]
    return replace(shown, images=255 - shown.images)
'''
METRIC = '''"""How far the means of two sets lie from each other."""

import numpy as np

from ..plan.declarations import Metric, Score

DECLARATION = Metric({"shift": Score("distance of the means", "lower")}, extractor="frechet")


def measure(real, fake, config):
    return {"shift": float(np.linalg.norm(real.mean(axis=0) - fake.mean(axis=0)))}
'''
EXTRACTOR = '''"""The pixels themselves."""

from ...plan.declarations import Extractor

DECLARATION = Extractor(title="pixels", width=48, fetched=False)


def load(weights, size):
    import torch

    from ..extraction import Preprocessed

    return Preprocessed(torch.nn.Flatten(), 4, mean=None)
'''
FORMAT = '''"""One npy of images for each class."""

import numpy as np

from ...plan.declarations import DataFormat
from ..labelled import Labelled, Source
from ..sources import required_path

DECLARATION = DataFormat(summary="A folder with an npy of images for each class.")


def read(config, downloads):
    files = sorted(required_path(config).glob("*.npy"))
    parts = [np.load(file) for file in files]
    labels = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Source(Labelled(np.concatenate(parts), labels), None, [file.stem for file in files], "npy files")
'''
FIGURE = '''"""How many images of each kind a set has."""

from ...plan.declarations import Figure
from ..style import new_figure

DECLARATION = Figure(title="Numbers of images", category="Run", caption="Training images of each set.")


def draw(material):
    figure = new_figure(3, 3)
    axes = figure.subplots()
    axes.barh(material.sets["title"], material.sets["n_real"] + material.sets["n_synthetic"])
    return figure
'''
TABLE = '''"""The best set."""

from ...plan.declarations import Table

DECLARATION = Table(title="The best set", caption="The set with the highest accuracy.", scores="accuracy")


def make(scores, values, with_paper=False):
    return scores.nlargest(1, "value")[["set", "value"]]
'''


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
    add(workflow, "extractors", "pixels", "metrics/extractors/pixels.py", EXTRACTOR)
    add(workflow, "data", "npy", "data/formats/npy.py", FORMAT)
    assert workflow.planned() == {}, "a plug-in that nothing uses makes nothing stale"
    add(workflow, "figures", "numbers", "report/figures/numbers.py", FIGURE)
    add(workflow, "tables", "best", "report/tables/best.py", TABLE)
    assert workflow.planned() == {"draw_figure": 1, "write_table": 1}
    return workflow


def test_new_sets_figures_and_tables_leave_the_others_alone(extended):
    one_look = SERIES | {"name": "fast", "t_re": [20], "sampling": {"sampler": "one_look"}, "detect": False}
    extended.configure(sets=[*TINY["sets"], one_look, {"name": "negative", "kind": "negative"}])
    planned = extended.planned()
    assert planned["make_set"] == planned["measure_set"] == 8
    assert planned["train_classifier"] == planned["score_set"] == 4
    assert not {"pack_dataset", "make_model", "detect_fakes", "score_baseline"} & set(planned)
    extended.run("--cores", "2")
    results = extended.folder / "results"
    table = pd.read_csv(results / "table2.csv")
    assert list(table["samples"])[-2:] == ["fast, t_re = 20", "real, negative"]
    assert (results / "numbers.png").stat().st_size > 1000
    assert list(pd.read_csv(results / "best.csv").columns) == ["set", "value"]
    assert "negative" in set(pd.read_csv(results / "scores/quality.csv")["set"])


def test_a_new_metric_scores_anew_and_makes_no_image_or_feature(extended):
    add(extended, "metrics", "shift", "metrics/shift.py", METRIC)
    planned = extended.planned("results/scores/quality.csv")
    assert planned == {"score_set": 8, "score_baseline": 1, "collect_scores": 1}
    extended.run("--cores", "2", "results/summary.md")
    summary = (extended.folder / "results/summary.md").read_text(encoding="utf-8")
    assert re.search(r"\| coverage +\|.*\| shift|\| shift.*\| coverage", summary)


def test_new_formats_and_extractors_are_used(extended):
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
    places += ["metrics/extractors", "metrics/detectors"]
    places += ["report/figures", "report/tables", "report/findings"]
    for place in places:
        assert f"a file in `synthgap/{place}/`, a line in `plan/tables.py`" in guide, place
