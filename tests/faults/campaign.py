"""Disturb runs of the tiny experiment for a while, go on, and compare with one that nobody disturbed.

`PYTHONPATH=workflow/scripts:tests python -m faults.campaign --minutes 15 --seed 0`, or `make faults`.
"""

import argparse
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from project import Workflow, clean_environment, fresh_project
from synthgap.run.messages import HEADING, KILLED

from .changes import CLASSES, change_files, changed

TARGETS = ("table1.csv", "table2.csv", "summary.md", "fig6.png")
RUN = ("--cores", "2", *(f"results/{name}" for name in TARGETS))


def path_to_scores(generator: random.Random) -> list[str]:
    """The files that a set's scores come from, from a random place of the way on: they are made again."""
    name, model = generator.choice([("t20", "denoiser"), ("gan", "gan")])
    way = [f"models/{model}.safetensors", f"sets/{name}", f"classifiers/{name}", f"metrics/{name}"]
    way += [f"metrics/detection/{name}", "metrics/gradcam", "scores"]
    return way[generator.randrange(len(way)) :]


class Trial:
    """A copy of the finished project, from which something was deleted."""

    def __init__(self, finished: Workflow, folder: Path, generator: random.Random) -> None:
        self.workflow = finished.copy(folder)
        self.results = self.workflow.folder / "results"
        self.generator = generator
        for name in (*TARGETS, *path_to_scores(generator)):
            path = self.results / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def start(self, limit: Callable[[], None] | None = None) -> subprocess.Popen:
        return subprocess.Popen(
            self.workflow.command(*RUN),
            cwd=self.workflow.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=limit,
        )

    def run(self, limit: Callable[[], None] | None = None) -> str:
        return said(self.start(limit))


def said(process: subprocess.Popen) -> str:
    """How a run that was left alone ended: in a word."""
    output = process.communicate()[0]
    if process.returncode == 0:
        return "finished"
    if "Traceback" in output or "failed unexpectedly" in output:
        last = output.rpartition(HEADING)[2]
        return "a traceback, and a line at the end" if KILLED in last else "a traceback"
    return "a line" if "rror" in output or "xception" in output else "no word"


def wait(trial: Trial, process: subprocess.Popen) -> None:
    """Until some moment of the run."""
    try:
        process.wait(trial.generator.uniform(2, 20))
    except subprocess.TimeoutExpired:
        return


def kill_run(trial: Trial, number: int) -> str:
    process = trial.start()
    wait(trial, process)
    over = process.poll() is not None
    if number == signal.SIGKILL and not over:
        os.killpg(process.pid, number)
    elif not over:
        process.send_signal(number)
    process.communicate()
    return "finished before" if over else "killed"


def kill_job(trial: Trial, number: int) -> str:
    """A single job of the run, which goes on with what doesn't need it."""
    process = trial.start()
    wait(trial, process)
    jobs = []
    if process.poll() is None:
        jobs = [p for p in psutil.Process(process.pid).children(True) if "/scripts/" in " ".join(p.cmdline())]
    if jobs:
        trial.generator.choice(jobs).send_signal(number)
    process.communicate()
    return "killed" if jobs else "no job there"


def run_twice(trial: Trial) -> str:
    """A second run in the same folder, while the first is under way."""
    first = trial.start()
    time.sleep(trial.generator.uniform(1, 8))
    second, told = first.poll() is None, trial.run()
    assert said(first) == "finished"
    return f"second: {told}" if second else "finished before"


def limit_files(trial: Trial) -> str:
    """Files can't grow beyond a size: where no disk can be made that is full."""
    size = trial.generator.randint(1, 60) * 1000
    return trial.run(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))


def limit_memory(trial: Trial) -> str:
    size = trial.generator.randint(200, 4000) * 10**6
    return trial.run(lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)))


def fill_disk(trial: Trial) -> str:
    size = sum(path.stat().st_size for path in trial.results.rglob("*") if path.is_file())
    with disk(trial.results, f"size={2 * size // 4096 * 4096}") as mend:
        room = shutil.disk_usage(trial.results).free
        hole = trial.results / "hole"
        hole.write_bytes(bytes(max(room - trial.generator.randrange(200_000), 0)))
        told = trial.run()
        hole.unlink()
        mend()
    return told


def lock_folder(trial: Trial) -> str:
    """The results can't be written to."""
    with disk(trial.results, "size=100m") as mend:
        mount("-o", "remount,ro", str(trial.results))
        told = trial.run()
        mend()
    return told


@contextmanager
def disk(folder: Path, options: str) -> Iterator[Callable[[], None]]:
    """A disk of its own for a folder (root only); what is yielded moves it back to the old one."""
    kept = shutil.copytree(folder, folder.with_name("kept"))
    mount("-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)

        def mend() -> None:
            mount("-o", "remount,rw", str(folder))
            shutil.rmtree(kept)
            shutil.copytree(folder, kept)

        yield mend
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        shutil.rmtree(folder)
        kept.rename(folder)


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


def damage(trial: Trial) -> str:
    """One file of those that are left, before the run; afterwards what the line names is deleted."""
    pattern = trial.generator.choice([pattern for pattern, _ in CLASSES.values()])
    files = sorted(trial.results.glob(pattern))
    if not files:
        return "no such file left"
    path = trial.generator.choice(files)
    path.write_bytes(changed(path.read_bytes(), trial.generator))
    process = trial.start()
    output = process.communicate()[0]
    named = str(path.relative_to(trial.workflow.folder)) in output and "run again" in output
    path.unlink(missing_ok=True)
    if process.returncode == 0:
        return "finished"
    return "a line that names it" if named else "no line that names it"


def disturbances() -> dict[str, Callable[[Trial], str]]:
    by_root = {"full disk": fill_disk, "read-only folder": lock_folder} if can_mount() else {}
    return {
        "run killed": lambda trial: kill_run(trial, signal.SIGKILL),
        "run told to stop": lambda trial: kill_run(trial, signal.SIGTERM),
        "job killed": lambda trial: kill_job(trial, signal.SIGKILL),
        "job told to stop": lambda trial: kill_job(trial, signal.SIGTERM),
        "two runs": run_twice,
        "small files only": limit_files,
        "little memory": limit_memory,
        "changed file": damage,
        **by_root,
    }


def can_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=False, capture_output=True)
        if result.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return result.returncode == 0


def contents(workflow: Workflow) -> dict[str, str]:
    """What a run made, but for what tells of time, and hidden files, which nobody reads: a process that is
    killed leaves what it had begun.
    """
    results = workflow.folder / "results"
    times = ("logs", "benchmarks", "costs.html")
    return {
        str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(results.rglob("*"))
        if path.is_file() and path.relative_to(results).parts[0] not in times and path.name[0] != "."
    }


def disturb(name: str, act: Callable[[Trial], str], finished: Workflow, generator: random.Random) -> str:
    """One trial: what the disturbed run said, and whether going on ends where the other did."""
    with tempfile.TemporaryDirectory(prefix="fault-") as folder:
        trial = Trial(finished, Path(folder), generator)
        told = act(trial)
        trial.workflow.run("--unlock")
        again = trial.run()
        if again != "finished":
            return f"{told}; then {again}"
        right, made = contents(finished), contents(trial.workflow)
        # What no table needs any more is not made again.
        differing = [name for name in {**made, **dict.fromkeys(TARGETS)} if made.get(name) != right.get(name)]
        return f"{told}; then {'the same' if not differing else f'others: {differing[0]}'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15, help="how long, besides the undisturbed run")
    parser.add_argument("--seed", type=int, default=0, help="what decides the disturbances")
    acts = disturbances()
    parser.add_argument("--only", nargs="+", choices=acts, default=list(acts), help="these disturbances")
    options = parser.parse_args()
    generator = random.Random(options.seed)
    acts = {name: acts[name] for name in options.only}
    with tempfile.TemporaryDirectory(prefix="undisturbed-") as folder:
        finished = fresh_project(Path(folder) / "project")
        finished.configure(replicates=1, shards=1)
        finished.run(*RUN)
        files = change_files(finished.folder / "results", Path(folder), generator, 100)
        for name, counts in files.items():
            print(f"| {name}, changed and read | {sum(counts.values())} | {told(counts)} |", flush=True)
        until, trials = time.monotonic() + 60 * options.minutes, {name: Counter() for name in acts}
        while time.monotonic() < until:
            for name, act in acts.items():
                if time.monotonic() < until:
                    trials[name][disturb(name, act, finished, generator)] += 1
                    print(f"{name}: {told(trials[name])}", file=sys.stderr, flush=True)
    for name, counts in trials.items():
        print(f"| {name} | {sum(counts.values())} | {told(counts)} |")
    wrong = ("then a", "then no", "others", "another", "crashed", "unclearly", "no line")
    return int(
        any(word in end for counts in (*files.values(), *trials.values()) for end in counts for word in wrong)
    )


def told(counts: Counter) -> str:
    return ", ".join(f"{count} {end}" for end, count in counts.most_common() if count)


if __name__ == "__main__":
    sys.exit(main())
