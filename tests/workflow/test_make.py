"""What `make` does with a run, and what it says."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from project import ROOT, clean_environment


@pytest.fixture
def make(finished, tmp_path):
    """Runs make in a copy of the finished project, which has the packages of these tests."""
    workflow = finished.copy(tmp_path)
    for name in ("Makefile", "requirements.lock"):
        shutil.copy2(ROOT / name, workflow.folder)
    (workflow.folder / ".venv").mkdir()
    (workflow.folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (workflow.folder / ".venv/installed").touch()
    (workflow.folder / "my.yaml").write_text("results: results/mine\n", encoding="utf-8")

    def run(*arguments):
        return subprocess.run(
            ["make", *arguments],
            cwd=workflow.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
            timeout=300,
        ).stdout.splitlines()

    return workflow.folder, run


def test_a_run_ends_with_where_its_pages_are(make):
    folder, run = make
    assert run("report")[-3:] == [
        "The answers, tables and figures:  results/index.html",
        "A page to look around in the run: results/explorer.html",
        "Snakemake's report of the run:    results/report.html",
    ]
    assert (folder / "results/report.html").stat().st_size > 1_000_000
    assert (folder / "results/index.html").is_file()


def test_an_experiment_of_ones_own_is_run_and_shown_where_it_says(make):
    _, run = make
    told = run("--dry-run", "run", "CONFIG=my.yaml")
    assert "snakemake --cores all --configfile my.yaml" in told
    assert "snakemake --quiet --report results/mine/report.html --configfile my.yaml" in told


def test_nothing_is_removed_unasked(make):
    folder, run = make
    assert "with these experiments: results." in run("clean")[0]
    assert (folder / "results/index.html").is_file()
    run("clean", "CONFIRM=yes")
    assert not (folder / "results").exists()
