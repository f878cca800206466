"""The paper's preset end to end, on a few images and small networks in the published formats."""

import hashlib
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from project import GOLDEN, ROOT
from published import cifar10_files, write_cifar10, write_edm, write_inception, write_vgg16
from serving import served
from synthgap.data.images import load_images

OTHER_DATA_RULES = {"pack_samples", "choose_set", "fit_schedule"}
ON_REQUEST = {"export_file", "export_folder"}
NAMES = {
    "cifar10": "cifar-10-python.tar.gz",
    "edm": "edm-cifar10-32x32-cond-vp.pkl",
    "stylegan2": "cifar10.pkl",
    "inception": "inception-2015-12-05.pt",
    "vgg16": "vgg16-397923af.pth",
}


@pytest.fixture
def published(tmp_path):
    """A file of each kind, in the genuine format."""
    folder = tmp_path / "published"
    folder.mkdir()
    images = np.random.default_rng(0).integers(0, 256, (180, 32, 32, 3)).astype(np.uint8)
    write_cifar10(folder / NAMES["cifar10"], cifar10_files(images, np.arange(180) % 10, test_size=60))
    write_edm(folder / NAMES["edm"])
    shutil.copy2(GOLDEN / "stylegan2ada.pkl", folder / NAMES["stylegan2"])
    write_inception(folder / NAMES["inception"])
    write_vgg16(folder / NAMES["vgg16"])
    return {name: folder / file for name, file in NAMES.items()}


def small(url, files):
    """What differs from the preset: addresses, a CPU, and how much of everything."""
    sources = {
        name: {"url": f"{url}/{path.name}", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for name, path in files.items()
    }
    models = [
        {"name": name, "kind": "file", "path": source["url"], "sha256": source["sha256"]}
        for name, source in ((name, sources.pop(name)) for name in ("edm", "stylegan2"))
    ]
    return {
        "device": "cpu",
        "threads": 1,
        "replicates": 1,
        "dataset": {"max_images": 30},
        "batch_size": 15,
        "shards": 1,
        "models": models,
        "sets": [
            {"name": "t", "kind": "reconstruct", "model": "edm", "t_re": [20, 50, 100], "train": [50, 100]},
            {"name": "stylegan2", "kind": "generate", "model": "stylegan2"},
        ],
        "classifier": {"epochs": 1},
        "metrics": {"resplits": 2, "attention_images": 10, "batch_size": 30},
        "detection": {"epochs": 1},
        "downloads": sources,
    }


def test_the_preset_runs_through(untouched, tmp_path, published):
    workflow = untouched.copy(tmp_path)
    shutil.copy2(ROOT / "config/config.yaml", workflow.folder / "config/config.yaml")
    configs = ["--configfile", "config/cifar10.yaml", "small.yaml"]
    with served({path.name: path for path in published.values()}) as server:
        server.breaks = {path.name: [path.stat().st_size // 2] for path in published.values()}
        (workflow.folder / "small.yaml").write_text(yaml.safe_dump(small(server.url, published)))
        output = workflow.run("--cores", "2", *configs)
        requests = sorted(server.requests, key=str)
    resumed = [(path.name, f"bytes={path.stat().st_size // 2}-") for path in published.values()]
    assert requests == sorted([*((name, None) for name, _ in resumed), *resumed], key=str)

    executed = set(re.findall(r"^(?:local)?rule (\w+):", output, re.M))
    rules = {path.stem for path in (ROOT / "workflow/scripts").glob("*.py")}
    assert executed == {*rules, "everything"} - OTHER_DATA_RULES - ON_REQUEST

    results = workflow.folder / "results/cifar10"
    restored = load_images(results / "sets/t020/train/rep0/0-of-1.safetensors")
    assert restored.images.shape == (30, 32, 32, 3)
    table = pd.read_csv(results / "table2.csv")
    assert list(table["samples"]) == ["real", "edm, t_re = 50", "edm, t_re = 100", "stylegan2"]
    assert list(table["paper_mean"].dropna()) == [89.52, 87.41, 84.15]
    detection = pd.read_csv(results / "table1.csv").set_index(["samples", "detector"])
    assert detection.loc[("edm, t_re = 100", "dct"), "paper"] == 58.91
    summary = (results / "summary.md").read_text(encoding="utf-8")
    assert "| 89.52 ± 0.11" in summary.replace("\N{NO-BREAK SPACE}", " ")
    scores = pd.read_csv(results / "metrics.csv")
    assert set(scores[scores["metric"] == "frechet"]["extractor"]) == {"inception", "classifier"}
    assert set(scores[scores["metric"] == "recall"]["extractor"]) == {"vgg16"}
    assert set(scores[scores["metric"] == "recall"]["set"]) == {"real", "t020", "t050", "t100", "stylegan2"}

    # The server is gone, and isn't needed: a pinned hash is looked up, and nothing is fetched again.
    assert workflow.planned(*configs) == {}
    for file in results.glob("data/*"):
        file.unlink()
    workflow.run("results/cifar10/data/train.safetensors", "--cores", "2", *configs)
