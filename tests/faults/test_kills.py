"""A killed run goes on where it was, and ends with the same bytes."""

import os
import signal
import subprocess
import time

from project import DENOISER as MODEL
from project import GAN, clean_environment

DENOISER = "results/models/denoiser.safetensors"


def test_a_killed_training_goes_on_from_its_checkpoint(untouched, tmp_path):
    undisturbed, killed = untouched.copy(tmp_path / "a"), untouched.copy(tmp_path / "b")
    for workflow in (undisturbed, killed):
        workflow.configure(models=[MODEL | {"steps": 150}, GAN])
    undisturbed.run("--cores", "1", DENOISER)
    process = subprocess.Popen(
        killed.command("--cores", "1", DENOISER),
        cwd=killed.folder,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    checkpoints = killed.folder / "results/checkpoints"
    deadline = time.monotonic() + 120
    while not list(checkpoints.glob("denoiser-*")):
        assert process.poll() is None, "the training ended before it could be killed"
        assert time.monotonic() < deadline, "no checkpoint appeared"
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (killed.folder / DENOISER).exists()
    killed.run("--unlock")
    killed.run("--cores", "1", DENOISER)
    log = (killed.folder / "results/logs/make_model/denoiser.log").read_text(encoding="utf-8")
    assert " 0/150" not in log
    assert (killed.folder / DENOISER).read_bytes() == (undisturbed.folder / DENOISER).read_bytes()
    assert not list(checkpoints.glob("denoiser-*"))
