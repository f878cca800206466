"""The workflow on a real SLURM: as it should be, and through the faults that clusters have.

However it was disturbed, its tables must be those of an undisturbed run on one machine, byte for byte.
"""

import itertools
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from project import DENOISER, SERIES, Workflow, clean_environment, fresh_project

ON_GPU = ("make_model", "make_set")
# What a site sets: here, no accounts and no accounting. The GPUs are pretended, so jobs compute on the CPU.
OPTIONS = [
    "--workflow-profile", "profiles/slurm", "--cores", "4",
    "--default-resources", "slurm_partition=main",
    "--slurm-init-seconds-before-status-checks", "3",
    "--set-resources", *(f"{rule}:gres=gpu:1" for rule in ON_GPU),
]  # fmt: skip
TABLES = ["results/table1.csv", "results/table2.csv"]


STEPS = 1000  # of the denoiser's training: it leaves time for faults


def part(folder: Path) -> Workflow:
    """The project with a part of the tiny analysis; nothing has run."""
    workflow = fresh_project(folder / "project")
    workflow.configure(
        replicates=1, shards=1, models=[DENOISER | {"steps": STEPS}], sets=[SERIES | {"t_re": [20]}]
    )
    return workflow


@pytest.fixture(scope="module")
def local(tmp_path_factory) -> Workflow:
    """The same, run without a cluster."""
    workflow = part(tmp_path_factory.mktemp("local"))
    workflow.run("--cores", "2", *TABLES)
    return workflow


@pytest.fixture
def project(tmp_path) -> Workflow:
    return part(tmp_path)


class Run:
    """snakemake on the cluster, in the background."""

    def __init__(self, cluster, project: Workflow, *arguments: str) -> None:
        self.cluster, self.project = cluster, project
        self.log = project.folder / "snakemake.log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                project.command(*arguments, *OPTIONS),
                cwd=project.folder, env=clean_environment() | cluster.environment,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def wait_for(self, condition, what: str, timeout: float = 120):
        """What condition() gives once it is true."""
        end = time.monotonic() + timeout
        while not (found := condition()):
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < end, f"timed out waiting for {what}\n{self.text()}"
            time.sleep(0.2)
        return found

    def wait_for_job(self, rule: str) -> dict[str, str]:
        """A running job of a rule."""
        return self.wait_for(
            lambda: next(
                (job for job in self.cluster.jobs() if rule in job["rule"] and job["state"] == "RUNNING"),
                None,
            ),
            f"a job of {rule}",
        )

    def wait_for_training(self) -> dict[str, str]:
        """The job that trains the denoiser, when it is well under way."""
        log = self.project.folder / "results/logs/make_model/denoiser.log"
        self.wait_for(
            lambda: log.exists() and re.search(rf" [1-5]\d\d/{STEPS}", log.read_text()), "the training"
        )
        return self.wait_for_job("make_model")

    def succeed(self) -> None:
        assert self.process.wait(600) == 0, self.text()

    def text(self) -> str:
        return self.log.read_text()


def tables(workflow: Workflow) -> dict[str, bytes]:
    return {name: Path(workflow.folder, name).read_bytes() for name in TABLES}


def test_the_whole_analysis_on_two_nodes(cluster, tmp_path):
    alone, project = (fresh_project(tmp_path / name) for name in ("alone", "project"))
    for workflow in (alone, project):
        workflow.configure(replicates=1)
    alone.run("--cores", "2")
    Run(cluster, project).succeed()
    assert project.tables() == alone.tables()
    assert (project.folder / "results/summary.md").read_bytes() == (
        alone.folder / "results/summary.md"
    ).read_bytes()
    jobs = cluster.jobs()
    assert {job["state"] for job in jobs} == {"COMPLETED"}
    assert {job["node"] for job in jobs} == set(cluster.nodes)
    # A GPU for each job that needs one, and never two jobs on one GPU: each node has a single one.
    on_gpu = [job for job in jobs if any(rule in job["rule"] for rule in ON_GPU)]
    assert len(on_gpu) == 2 + 4
    assert all("gpu:1" in job["gres_node"] for job in on_gpu)
    for node in cluster.nodes:
        times = sorted((job["start"], job["end"]) for job in on_gpu if job["node"] == node)
        assert len(times) > 1
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(times))
    # Short jobs share submissions: all tables and figures together are one.
    assert len(jobs) < 40, [job["rule"] for job in jobs]


def test_cancelled_requeued_and_failed_jobs(cluster, project, local):
    # These jobs, one for each table, need a second attempt, which has more memory.
    project.edit(
        "collect_scores.py",
        "def main(job):\n",
        "def main(job):\n    assert job.resources.mem_mb > 2500, 'too little memory'\n",
    )
    run = Run(cluster, project, *TABLES)
    requeued = run.wait_for_job("train_classifier")
    cluster.output("scontrol", "requeue", requeued["id"])
    cancelled = run.wait_for_training()
    cluster.output("scancel", cancelled["id"])
    log = project.folder / "results/logs/make_model/denoiser.log"
    run.wait_for(lambda: "stopped by SIGTERM" in log.read_text(), "the checkpoint")
    stopped = int(re.search(r"stopped by SIGTERM after step (\d+)", log.read_text())[1])
    run.succeed()
    # The training went on from where it was stopped.
    assert int(re.search(rf"(\d+)/{STEPS}", log.read_text())[1]) >= stopped
    states = {job["id"]: job["state"] for job in cluster.jobs()}
    assert states[requeued["id"]] == "COMPLETED"
    assert states[cancelled["id"]] == "CANCELLED"
    assert list(states.values()).count("FAILED") == len(TABLES)
    assert tables(project) == tables(local)


def test_the_jobs_of_a_crashed_node_run_on_the_other(cluster, project, local):
    run = Run(cluster, project, *TABLES)
    job = run.wait_for_training()
    cluster.crash_node(job["node"])
    (other,) = set(cluster.nodes) - {job["node"]}
    run.succeed()
    trainings = [job for job in cluster.jobs() if "make_model" in job["rule"]]
    assert ("COMPLETED", other) in [(job["state"], job["node"]) for job in trainings]
    assert tables(project) == tables(local)


def test_after_a_killed_snakemake_finished_results_stay(cluster, project, local):
    run = Run(cluster, project, *TABLES)
    run.wait_for_job("make_set")
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()
    # The jobs live on; the lock stays.
    end = time.monotonic() + 120
    while any(job["state"] in ("RUNNING", "PENDING") for job in cluster.jobs()) and time.monotonic() < end:
        time.sleep(1)
    denoiser = project.folder / "results/models/denoiser.safetensors"
    before = denoiser.stat().st_mtime_ns
    project.run("--unlock")
    Run(cluster, project, *TABLES).succeed()
    assert denoiser.stat().st_mtime_ns == before
    assert tables(project) == tables(local)
