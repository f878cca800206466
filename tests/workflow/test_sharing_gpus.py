"""Several GPUs in one machine: Snakemake counts them, jobs claim them. The GPUs are pretended."""

import itertools
import subprocess
import sys

from project import SCRIPTS, clean_environment

SNAKEFILE = """
rule all:
    input: expand("{job}.txt", job=range(10))

rule compute:
    output: "{job}.txt"
    resources: gpu=1
    retries: 1
    script: "compute.py"
"""
# Job 3 is killed at its first attempt, while it holds a GPU.
SCRIPT = f"""
import os, signal, sys, time
from pathlib import Path

sys.path.insert(0, {str(SCRIPTS)!r})
from synthgap.run.gpus import claim_gpu, visible_gpus

names = visible_gpus(4)
gpu, start = names[claim_gpu(names)], time.time()
time.sleep(0.5)
if snakemake.wildcards.job == "3" and not Path("killed").exists():
    Path("killed").touch()
    os.kill(os.getpid(), signal.SIGKILL)
Path(snakemake.output[0]).write_text(f"{{gpu}} {{start}} {{time.time()}}")
"""


def test_jobs_side_by_side_never_share_a_gpu(tmp_path):
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    (tmp_path / "compute.py").write_text(SCRIPT)
    subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "4", "--resources", "gpu=4"],
        cwd=tmp_path, check=True, capture_output=True,
        env=clean_environment() | {"TMPDIR": str(tmp_path), "CUDA_VISIBLE_DEVICES": "2,3,5,7"},
    )  # fmt: skip
    assert (tmp_path / "killed").exists()
    jobs = [path.read_text().split() for path in tmp_path.glob("[0-9].txt")]
    assert len(jobs) == 10
    assert {gpu for gpu, *_ in jobs} <= {"2", "3", "5", "7"}
    gpus = {gpu for gpu, *_ in jobs}
    assert len(gpus) > 1, "no jobs ran side by side"
    for gpu in gpus:
        spans = sorted((float(start), float(end)) for own, start, end in jobs if own == gpu)
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
