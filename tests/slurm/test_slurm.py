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

# What a site sets: here, no accounts and no accounting, and GPUs that are asked for by --gres. The GPUs are
# pretended, so jobs compute on the CPU.
ON_GPU = ("make_model", "make_set", "train_classifier")
OPTIONS = [
    "--workflow-profile", "profiles/slurm", "--cores", "4",
    "--default-resources", "slurm_partition=main",
    "--slurm-init-seconds-before-status-checks", "3",
    "--set-resources", *(f"{rule}:gres=gpu:1" for rule in ON_GPU),
]  # fmt: skip
TABLES = ["results/table1.csv", "results/table2.csv"]
# All stages, and one figure for all.
ANALYSIS = [*TABLES, "results/summary.md", "results/costs.html", "results/fig2.png"]
STEPS = 400  # of the denoiser's training


MODULE = """
module digits:
    snakefile: "workflow/Snakefile"
    prefix: "digits"

use rule * from digits as digits_*
"""


def small_project(folder: Path) -> Workflow:
    """The project with the real set and one other; nothing has run."""
    workflow = fresh_project(folder / "project")
    workflow.configure(replicates=1, models=[DENOISER | {"steps": STEPS}], sets=[SERIES | {"t_re": [20]}])
    return workflow


@pytest.fixture(scope="module")
def local(tmp_path_factory) -> Workflow:
    """The same, run without a cluster."""
    workflow = small_project(tmp_path_factory.mktemp("local"))
    workflow.run("--cores", "2", *ANALYSIS)
    return workflow


@pytest.fixture
def project(tmp_path) -> Workflow:
    return small_project(tmp_path)


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

    def wait_for(self, condition, what: str, timeout: float = 300):
        """What condition() gives once it is true."""
        end = time.monotonic() + timeout
        while not (found := condition()):
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < end, f"timed out waiting for {what}\n{self.text()}"
            time.sleep(0.2)
        return found

    def wait_for_job(self, rule: str, *but: str) -> dict[str, str]:
        """A running job of a rule, but not these."""

        def running():
            jobs = [job for job in self.cluster.jobs() if rule in job["rule"] and job["state"] == "RUNNING"]
            return next((job for job in jobs if job["id"] not in but), None)

        return self.wait_for(running, f"a job of {rule}")

    def wait_for_training(self) -> dict[str, str]:
        """The job that trains the denoiser, when it is well under way."""
        self.wait_for(lambda: re.search(rf" [1-3]\d\d/{STEPS}", self.training_log()), "the training")
        return self.wait_for_job("make_model")

    def training_log(self) -> str:
        log = self.project.folder / "results/logs/make_model/denoiser.log"
        return log.read_text() if log.exists() else ""

    def succeed(self) -> None:
        assert self.process.wait(600) == 0, self.text()

    def text(self) -> str:
        return self.log.read_text()


def test_the_whole_analysis_on_two_nodes_though_snakemake_is_killed(cluster, project, local):
    run = Run(cluster, project, *ANALYSIS)
    run.wait_for(lambda: any("t20" in job["rule"] for job in cluster.jobs()), "images of t20")
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()
    # The jobs live on; the lock stays.
    end = time.monotonic() + 300
    while any(job["state"] in ("RUNNING", "PENDING") for job in cluster.jobs()) and time.monotonic() < end:
        time.sleep(1)
    denoiser = project.folder / "results/models/denoiser.safetensors"
    before = denoiser.stat().st_mtime_ns
    project.run("--unlock")
    Run(cluster, project, *ANALYSIS).succeed()
    assert denoiser.stat().st_mtime_ns == before, "finished results stay"
    assert project.tables() == local.tables()
    assert summary(project) == summary(local)
    jobs = cluster.jobs()
    assert {job["state"] for job in jobs} == {"COMPLETED"}
    assert {job["node"] for job in jobs} == set(cluster.nodes)
    # A GPU for each job that needs one, and never two jobs on one GPU: each node has a single one.
    on_gpu = [job for job in jobs if any(rule in job["rule"] for rule in ON_GPU)]
    assert len(on_gpu) == 1 + 2 + 2
    assert all("gpu:1" in job["gres"] for job in on_gpu)
    for node in cluster.nodes:
        times = sorted((job["start"], job["end"]) for job in on_gpu if job["node"] == node)
        assert len(times) > 1
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(times))
    # What takes seconds runs where Snakemake does.
    assert not [job for job in jobs if re.search("collect_|write_|list_sets|pack_dataset", job["rule"])]


def test_one_run_through_the_faults_of_a_cluster(cluster, project, local):
    """Jobs requeued, out of memory, out of time, of a crashed node; a restarted slurmctld."""
    # Classifiers need a second attempt, which has more memory.
    project.edit(
        "train_classifier.py",
        "def main(job):\n",
        "def main(job):\n    assert job.resources.mem_mb > 3000, 'too little memory'\n",
    )
    # The training leaves time for faults: SLURM looks for jobs whose time is over twice a minute.
    project.edit(
        "synthgap/models/resuming.py",
        "        self.step += 1\n",
        "        self.step += 1\n        time.sleep(0.15)\n",
    )
    run = Run(cluster, project, *TABLES)
    requeued = run.wait_for_job("make_set")
    cluster.output("scontrol", "requeue", requeued["id"])

    # A node crashes with the training, which runs again on the other one.
    first = run.wait_for_training()
    (project.folder / "results/logs/make_model/denoiser.log").unlink()
    cluster.crash_node(first["node"])
    again = run.wait_for_training()
    assert again["node"] != first["node"]
    cluster.start_node(first["node"])

    # There its time ends. It goes on from where it was stopped, and may take longer.
    cluster.end_time(again["id"])
    run.wait_for(lambda: "stopped by SIGTERM" in run.training_log(), "the checkpoint")
    stopped = int(re.search(r"stopped by SIGTERM after step (\d+)", run.training_log())[1])
    longer = run.wait_for_job("make_model", again["id"])
    run.wait_for(lambda: re.fullmatch(rf"(?!.*stopped by).*/{STEPS}.*", run.training_log(), re.S), "steps")
    cluster.restart_controller(away=5)
    run.succeed()
    assert int(re.search(rf"(\d+)/{STEPS}", run.training_log())[1]) >= stopped
    jobs = {job["id"]: job for job in cluster.jobs()}
    states = {name: job["state"] for name, job in jobs.items()}
    assert states[requeued["id"]] == states[longer["id"]] == "COMPLETED"
    assert states[again["id"]] == "TIMEOUT"
    assert minutes(jobs[longer["id"]]) > minutes(first)
    failed = [job["rule"].split("_wildcards")[0] for job in jobs.values() if job["state"] == "FAILED"]
    # Two first attempts, and perhaps a second one that was on the crashed node.
    assert set(failed) == {"rule_train_classifier"}
    assert len(failed) >= 2
    assert all((project.folder / name).read_bytes() == (local.folder / name).read_bytes() for name in TABLES)


def test_local_rules_of_a_module_are_not_submitted(cluster, project):
    """Downloads would land on compute nodes, as they do with `localrules:` (snakemake #945)."""
    (project.folder / "Snakefile").write_text(MODULE)
    images = "digits/results/sets/real/train/rep0/0-of-1.safetensors"
    Run(cluster, project, "digits/results/sets.csv", images).succeed()
    assert (project.folder / images).exists()
    assert [job["rule"].split("_wildcards")[0] for job in cluster.jobs()] == ["rule_digits_make_set"]


def summary(workflow: Workflow) -> bytes:
    return (workflow.folder / "results/summary.md").read_bytes()


def minutes(job: dict[str, str]) -> int:
    """A job's time limit, which squeue tells as [hours:]minutes:seconds."""
    *hours, minutes, _ = map(int, job["minutes"].split(":"))
    return 60 * sum(hours) + minutes
