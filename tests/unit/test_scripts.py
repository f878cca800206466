"""Every script through a namespace, in the order of the data: a whole tiny analysis in one process."""

import importlib.util
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from project import SCRIPTS, schema_defaults
from synthgap.data.images import load_images
from synthgap.errors import InputError
from synthgap.metrics.names import SCORE_COLUMNS, measurement_names
from synthgap.sets import set_name

SETS, REPLICATES = ["real", "t10", "t20"], 2
MEASUREMENTS = measurement_names(["efficientnet_lite0"])


class Files(list):
    """Snakemake's lists of files: by position, by name, and as attributes."""

    def __init__(self, *unnamed, **named):
        super().__init__(unnamed)
        for name, value in named.items():
            self.extend([value] if isinstance(value, str) else value)
            setattr(self, name, value)

    def __getitem__(self, key):
        return getattr(self, key) if isinstance(key, str) else super().__getitem__(key)

    def get(self, key, default=None):
        return getattr(self, key, default)


def settings():
    """The schema's defaults, made tiny and laid out as every script wants them."""
    config = schema_defaults()
    config["dataset"] = {"kind": "digits", "test_fraction": 0.5, "max_images": 60}
    config["diffusion"]["train"] |= {"model_channels": 8, "steps": 3, "batch_size": 16}
    config["diffusion"]["sampling"] |= {"steps": 20, "sampler": "dpmpp_2m", "solver_steps": 2}
    config["classifier"].pop("t_re")
    config["classifier"] |= {"width": 4, "blocks": [1, 1, 1, 1], "strides": [1, 2, 1, 1], "epochs": 1}
    config["metrics"] |= {"image_size": 32, "resplits": 2, "attention_images": 20}
    config["detection"] |= {"epochs": 1}
    flat = {**config["diffusion"], **config["metrics"], **config["figures"], **config}
    return flat | {
        "t_re": [10, 20],
        "shards": 2,
        "replicates": REPLICATES,
        "steps": 20,
        "batch_size": 16,
        "code": "",
        "network": None,
        "sha256": {},
    }


def run(script, inputs, outputs, wildcards=None, **params):
    spec = importlib.util.spec_from_file_location(script, SCRIPTS / f"{script}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    values = settings() | params.pop("changes", {})
    if script == "train_denoiser":
        values["train"] = settings()["train"]
    job = SimpleNamespace(
        rule=script,
        input=inputs,
        output=outputs,
        wildcards=SimpleNamespace(**(wildcards or {})),
        params=SimpleNamespace(settings=values, **params),
        resources=SimpleNamespace(gpu=0),
        threads=1,
    )
    module.main(job)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Everything up to the table of all scores."""
    r = tmp_path_factory.mktemp("results")
    data = {name: str(r / f"{name}.npz") for name in ("train", "test")} | {"info": str(r / "dataset.json")}
    run("pack_dataset", Files(archive=[]), Files(**data), downloads=str(r))
    denoiser = str(r / "denoiser.safetensors")
    run(
        "train_denoiser", Files(train=data["train"], info=data["info"]), Files(denoiser),
        {"denoiser": "denoiser"}, checkpoints=str(r / "checkpoints"),
    )  # fmt: skip

    def images(name, split, rep):
        if name == "real":
            return [data[split]]
        return [str(r / f"{name}-{split}-{rep}-{shard}.npz") for shard in range(2)]

    def measured(name, rep):
        return [str(r / f"{name}/{rep}/{kind}.npy") for kind in MEASUREMENTS]

    sets = [(name, rep) for name in SETS for rep in range(REPLICATES)]
    for name, rep in sets[REPLICATES:]:
        for split in ("train", "test"):
            for shard, path in enumerate(images(name, split, rep)):
                inputs = Files(images=data[split], info=data["info"], denoiser=[denoiser])
                run(
                    "reconstruct_images", inputs, Files(path),
                    {"set": name, "split": split, "rep": str(rep), "shard": str(shard)},
                )  # fmt: skip
    for name, rep in sets:
        inputs = Files(train=images(name, "train", rep), test=data["test"], info=data["info"])
        outputs = Files(weights=str(r / f"{name}-{rep}.safetensors"), history=str(r / f"{name}-{rep}.csv"))
        run("train_classifier", inputs, outputs, {"set": name, "rep": str(rep)})
    scores = []
    for name, rep in sets:
        inputs = Files(
            train=images(name, "train", rep), test=images(name, "test", rep),
            classifier=str(r / f"real-{rep}.safetensors"),
        )  # fmt: skip
        run("measure_set", inputs, Files(*measured(name, rep)))
        scores.append(str(r / f"scores-{name}-{rep}.csv"))
        fake, real = measured(name, rep), measured("real", rep)
        inputs = Files(fake=fake, real=real, history=[str(r / f"{name}-{rep}.csv")])
        run("score_set", inputs, Files(scores[-1]), {"set": name, "rep": str(rep)})
    scores += [str(r / name) for name in ("baseline.csv", "detection.csv", "controls.csv", "attention.csv")]
    run("score_baseline", Files(*measured("real", 0)), Files(scores[-4]))
    fakes = [path for rep in range(REPLICATES) for path in images("t20", "train", rep)]
    run("detect_fakes", Files(real=data["train"], fake=fakes), Files(scores[-3]), {"set": "t20"})
    run("detect_controls", Files(**data), Files(scores[-2]))
    run(
        "map_attention",
        Files(test=data["test"], classifiers=[str(r / f"{name}-{rep}.safetensors") for name, rep in sets]),
        Files(maps=str(r / "maps.npz"), scores=scores[-1]),
        sets=SETS, replicates=REPLICATES,
    )  # fmt: skip
    run("collect_metrics", Files(*scores), Files(str(r / "metrics.csv")))
    return r


def test_all_scores_are_in_one_table(results):
    table = pd.read_csv(results / "metrics.csv")
    assert list(table.columns) == SCORE_COLUMNS
    assert not table["value"].isna().any()
    assert set(table["set"]) == {*SETS, "positive-control", "negative-control"}
    key = ["set", "split", "replicate", "reference", "extractor", "metric"]
    assert not table.duplicated(key).any()


def test_shards_together_are_the_split(results):
    real = load_images(results / "train.npz")
    restored = load_images([results / f"t20-train-0-{shard}.npz" for shard in range(2)])
    assert np.array_equal(restored.index, real.index)
    assert np.array_equal(restored.labels, real.labels)
    assert not np.array_equal(restored.images, real.images)


@pytest.mark.parametrize(
    ("script", "inputs", "params"),
    [
        ("tabulate_accuracy", Files("metrics.csv"), {"with_paper": False}),
        ("tabulate_detection", Files("metrics.csv"), {"with_paper": True}),
    ],
)
def test_tables_are_made(results, tmp_path, script, inputs, params):
    run(script, Files(*(str(results / name) for name in inputs)), Files(str(tmp_path / "t.csv")), **params)
    assert len(pd.read_csv(tmp_path / "t.csv")) == 3


def test_the_summary_is_made(results, tmp_path):
    inputs = Files(scores=str(results / "metrics.csv"), info=str(results / "dataset.json"))
    outputs = Files(markdown=str(tmp_path / "s.md"), html=str(tmp_path / "s.html"))
    run("write_summary", inputs, outputs, with_paper=False)
    assert "Of the paper's 10 findings" in (tmp_path / "s.md").read_text(encoding="utf-8")
    assert "<table>" in (tmp_path / "s.html").read_text(encoding="utf-8")


def figure_inputs(results, script):
    def at(name):
        return str(results / name)

    restored = {f"t_re_{t}": [at(f"t{t}-train-0-{shard}.npz") for shard in range(2)] for t in (10, 20)}
    return {
        "plot_accuracy": (Files(at("metrics.csv")), {"synthetic": "t20"}),
        "plot_quality": (Files(at("metrics.csv")), {}),
        "plot_entropy": (Files(at("metrics.csv")), {}),
        "plot_reconstruction": (Files(real=at("train.npz"), **restored), {}),
        "plot_grid": (Files(real=at("train.npz"), **restored), {}),
        "plot_features": (
            Files(real=at("real/0/block4-test.npy"), synthetic=at("t20/0/block4-test.npy")),
            {},
        ),
        "plot_class_features": (
            Files(
                info=at("dataset.json"),
                features=[at(f"{name}/0/block4-test.npy") for name in SETS],
                labels=[at(f"{name}/0/labels-test.npy") for name in SETS],
            ),
            {"sets": SETS},
        ),
        "plot_attention": (Files(test=at("test.npz"), maps=at("maps.npz")), {"sets": SETS}),
    }[script]


@pytest.mark.parametrize("script", sorted(path.stem for path in SCRIPTS.glob("plot_*.py")))
def test_figures_are_made(results, tmp_path, script):
    inputs, params = figure_inputs(results, script)
    outputs = Files(png=str(tmp_path / "f.png"), pdf=str(tmp_path / "f.pdf"))
    run(script, inputs, outputs, **params)
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF")


def test_an_unknown_class_is_told(results, tmp_path):
    inputs, params = figure_inputs(results, "plot_class_features")
    outputs = Files(png=str(tmp_path / "f.png"), pdf=str(tmp_path / "f.pdf"))
    with pytest.raises(InputError, match=r"figures\.class: no class 'cat'; choose one of 0, 1"):
        run("plot_class_features", inputs, outputs, changes={"class": "cat"}, **params)


@pytest.mark.skipif(torch.cuda.is_available(), reason="tells what happens without CUDA")
def test_cuda_without_cuda_is_told():
    from synthgap.torch_setup import select_device

    with pytest.raises(InputError, match="device: cuda was asked for, but torch sees no CUDA device"):
        select_device("cuda")


def test_set_names_have_as_many_digits_as_the_schedule():
    assert [set_name(t_re, 100) for t_re in (0, 5, 30, 100)] == ["real", "t005", "t030", "t100"]
    assert set_name(5, 20) == "t05"
