"""Every mistake gets one clear line, before work that could be wasted."""

import pytest
import torch
from project import SERIES
from synthgap.run.messages import HEADING


def check_line(output: str, message: str) -> None:
    """The message stands on a line of its own, once before the run's last words."""
    lines = [line for line in output.split(HEADING)[0].splitlines() if message in line]
    assert len(lines) == 1, output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"classifier": {"epoch": 3}},
            "config: classifier.epoch: unknown key; did you mean epochs?",
        ),
        (
            {"sets": [SERIES | {"t_re": [10, 20, 50]}]},
            "config: sets: t: t_re: 50 is above T = sampling.steps = 20; they lie in 1..20",
        ),
        (
            {"dataset": {"kind": "imagenet"}},
            "config: dataset.kind: 'imagenet' is not known; choose one of digits",
        ),
    ],
)
def test_mistakes_in_the_config_stop_before_any_job(untouched, tmp_path, changes, message):
    workflow = untouched.copy(tmp_path)
    workflow.configure(**changes)
    check_line(workflow.run("--cores", "1", succeed=False), message)
    assert not (workflow.folder / "results").exists()


def test_a_split_without_some_class_stops_at_the_first_job(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(dataset={"max_images": 6})
    output = workflow.run("--cores", "1", succeed=False)
    check_line(output, "pack_dataset: error: dataset: the train split has 6 images, only")
    log = (workflow.folder / "results/logs/pack_dataset.log").read_text(encoding="utf-8")
    assert log.splitlines()[-1].startswith("error: dataset: the train split has 6 images")
    assert [path.name for path in (workflow.folder / "results").iterdir()] == ["logs"]
    # Where other jobs go on, hundreds of lines may follow: the cause is told again at the end.
    end = output.split(HEADING)[1].strip().splitlines()
    assert end[0].startswith("pack_dataset: error: dataset: the train split has 6 images")
    assert end[0].endswith(" (results/logs/pack_dataset.log)")
    assert len(end) < 6


@pytest.mark.skipif(torch.cuda.is_available(), reason="tells what happens without CUDA")
def test_cuda_without_cuda_stops_the_first_job_that_needs_it(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(device="cuda")
    output = workflow.run("--cores", "1", "results/models/denoiser.safetensors", succeed=False)
    check_line(output, "make_model: error: device: cuda was asked for, but torch sees no CUDA device here")
    assert not (workflow.folder / "results/models/denoiser.safetensors").exists()


def test_a_job_for_a_gpu_that_is_given_none_does_not_fall_back_to_the_cpu(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(device="cuda")
    without = ["--set-resources", "make_model:gpu=0", "--", "results/models/denoiser.safetensors"]
    output = workflow.run("--cores", "1", *without, succeed=False)
    check_line(
        output, "make_model: error: device: cuda was asked for, but the job asks its scheduler for no GPU"
    )


def test_a_broken_input_is_named_and_nothing_half_written_stays(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    weights = workflow.folder / "results/classifiers/real/rep0.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    output = workflow.run("--cores", "1", "results/metrics/real/rep0/0-of-1.safetensors", succeed=False)
    check_line(
        output, "measure_set: error: results/classifiers/real/rep0.safetensors: not weights written by"
    )
    assert not list((workflow.folder / "results").rglob(".*.safetensors"))


def test_an_unknown_class_of_a_figure_is_told(finished, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.configure(figures={"class": "cat"})
    output = workflow.run("--cores", "1", "results/fig6.png", succeed=False)
    check_line(output, "draw_figure: error: config: figures.class: no class 'cat'; choose one of 0, 1")


def test_more_shards_than_images_are_told(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(shards=61)
    output = workflow.run("--cores", "1", "results/metrics/real/rep0/60-of-61.safetensors", succeed=False)
    check_line(output, "error: shards: 61 is more than the 60 images of a split; lower it")
