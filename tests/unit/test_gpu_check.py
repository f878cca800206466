"""The measurements of `make gpu-check`, on the CPU and small."""

import importlib.util
import json

import pytest
import torch
from project import ROOT


@pytest.fixture(scope="module")
def gpu_check():
    spec = importlib.util.spec_from_file_location("gpu_check", ROOT / "benchmarks/gpu_check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_all_that_there_is_time_for_is_measured(gpu_check, tmp_path):
    gpu_check.main(["--device", "cpu", "--small", "--minutes", "1.9", "--out", str(tmp_path)])
    report = json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))
    results = report["results"]
    assert {name for name in report["left_out"] if "compiled" not in name} == set()
    assert len([name for name in report["left_out"] if "compiled" in name]) == 3  # two minutes each
    assert set(results["products"]) == {"float32", "tf32", "bfloat16", "float16"}
    assert results["difference: float32"]["largest"] == 0  # the CPU against itself
    assert results["difference: float16"]["largest"] < results["difference: bfloat16"]["largest"]
    assert len(results["kernels: tf32"]) == 5
    evaluation = results["evaluation: float32, channels first"]
    assert evaluation["4"]["ms"] > 0
    evaluated = sum(2 * t_re - 1 for t_re in (20, 30, 40, 50, 60, 70, 80, 100))
    hours = evaluated * 3 * 60_000 * evaluation["4"]["ms"] / 4 / 1e3 / 3600
    assert results["hours"]["reconstructions: float32, channels first"] == pytest.approx(hours)
    text = (tmp_path / "gpu.md").read_text(encoding="utf-8")
    for title in ("Evaluations", "The dearest kernels", "A shard", "Per second", "Hours", "Left out"):
        assert f"## {title}" in text


def test_what_there_is_no_time_or_package_for_is_named(gpu_check):
    check = gpu_check.Check(torch.device("cpu"), 0.5, small=True)
    check.measure("long", 60, print)

    def lacking():
        raise ModuleNotFoundError(name="yaml")

    check.measure("lacking", 1, lacking)
    assert check.left_out["long"].endswith("60 are needed")
    assert check.left_out["lacking"] == "a package is missing: yaml"
    assert not check.results


@pytest.mark.skipif(torch.cuda.is_available(), reason="tells what happens without CUDA")
def test_a_machine_without_a_gpu_is_told(gpu_check):
    with pytest.raises(SystemExit, match="torch sees no CUDA device here"):
        gpu_check.main([])
