"""Which GPU a job gets. The GPUs are pretended: a claim is a lock, and asks no driver."""

import os
import subprocess
import sys

import pytest
import torch
from project import SCRIPTS
from synthgap.run import gpus
from synthgap.run.devices import select_device, set_precision
from synthgap.run.errors import InputError
from synthgap.run.gpus import claim_gpu, visible_gpus

JOB = """
import sys
sys.path.insert(0, sys.argv[1])
from synthgap.run.gpus import claim_gpu, visible_gpus
names = visible_gpus(4)
print(names[claim_gpu(names)], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start(tmp_path):
    """Start a job that claims a GPU and keeps it until it is killed."""
    jobs = []

    def start_job(**environment):
        job = subprocess.Popen(
            [sys.executable, "-c", JOB, str(SCRIPTS)],
            env={"TMPDIR": str(tmp_path), **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        jobs.append(job)
        return job

    yield start_job
    for job in jobs:
        job.kill()
        job.communicate()


def test_jobs_get_different_gpus_and_a_killed_job_gives_its_own_back(start):
    jobs = [start() for _ in range(4)]
    claimed = [job.stdout.readline().strip() for job in jobs]
    assert sorted(claimed) == ["0", "1", "2", "3"]
    waiting = start()
    assert "all 4 GPUs are taken" in waiting.stderr.readline()
    jobs[2].kill()
    assert waiting.stdout.readline().strip() == claimed[2]


def test_only_gpus_that_a_scheduler_gave_are_claimed(start):
    jobs = [start(CUDA_VISIBLE_DEVICES="5,GPU-8f3a") for _ in range(2)]
    assert {job.stdout.readline().strip() for job in jobs} == {"5", "GPU-8f3a"}


def test_allocations_whose_gpus_share_numbers_do_not_wait_for_each_other(start):
    jobs = [start(CUDA_VISIBLE_DEVICES="0,1", SLURM_JOB_ID=str(i)) for i in range(2)]
    assert [job.stdout.readline().strip() for job in jobs] == ["0", "0"]


def test_a_job_that_asks_twice_keeps_its_gpu(tmp_path, monkeypatch):
    monkeypatch.setattr(gpus.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpus, "_claimed", [])
    assert claim_gpu(["0", "1"]) == claim_gpu(["0", "1"]) == 0
    assert len(gpus._claimed) == 1


PLACES = {
    "a link": lambda folder: folder.symlink_to(folder.parent),
    "a link to nowhere": lambda folder: folder.symlink_to("nowhere"),
    "a file": lambda folder: folder.touch(),
    "a folder that others write to": lambda folder: (folder.mkdir(), folder.chmod(0o777)),
    "a folder in a lock's place": lambda folder: (folder / "here-gpu-0.lock").mkdir(parents=True),
    "a link in a lock's place": lambda folder: (
        folder.mkdir(),
        (folder / "here-gpu-0.lock").symlink_to("a/b"),
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_lock_of_ours_is_told(tmp_path, monkeypatch, place):
    monkeypatch.setattr(gpus.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpus, "_claimed", [])
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    folder = tmp_path / f"synthgap-{os.getuid()}"
    PLACES[place](folder)
    with pytest.raises(InputError, match=rf"^{folder}.*; delete it, or set TMPDIR to a folder of your own$"):
        claim_gpu(["0", "1"])


@pytest.mark.skipif(os.getuid() != 0, reason="only root makes folders of others")
def test_a_folder_of_another_user_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(gpus.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gpus, "_claimed", [])
    (tmp_path / "synthgap-0").mkdir(mode=0o700)
    os.chown(tmp_path / "synthgap-0", 12345, 12345)
    with pytest.raises(InputError, match="no folder that only you can write to; delete it, or set TMPDIR"):
        claim_gpu(["0", "1"])


def test_a_single_gpu_is_taken_without_a_claim(tmp_path, monkeypatch):
    monkeypatch.setattr(gpus.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert visible_gpus(1) == ["3"]
    assert claim_gpu(["3"]) == claim_gpu(["3"]) == 0
    assert not list(tmp_path.iterdir())


def test_gpus_are_numbered_where_nothing_is_set(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert visible_gpus(2) == ["0", "1"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="tells what happens without CUDA")
def test_cuda_without_cuda_is_told():
    with pytest.raises(InputError, match="device: cuda was asked for, but torch sees no CUDA device"):
        select_device("cuda", tf32=False)


@pytest.mark.parametrize("tf32", [True, False])
def test_gpus_compute_in_the_precision_that_is_asked_for_and_repeat(tf32):
    """In convolutions too, where torch allows TensorFloat-32 by itself."""
    backends = torch.backends
    try:
        assert select_device("cpu", tf32) == torch.device("cpu")
        for operations in (backends.cuda.matmul, backends.cudnn.conv, backends.cudnn.rnn):
            assert (operations.fp32_precision == "tf32") == tf32
        assert backends.fp32_precision == "none"  # nothing that those without their own would take
        assert backends.cuda.matmul.allow_tf32 == backends.cudnn.allow_tf32 == tf32
        assert backends.cudnn.deterministic
        assert not backends.cudnn.benchmark
    finally:
        set_precision(False)
