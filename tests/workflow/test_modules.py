"""The workflow where people put it: alone, elsewhere, deployed, hosted by git, and as a module of another."""

import re
import shutil
import subprocess

import pytest
import yaml
from project import DENOISER, SERIES, Workflow, fresh_project
from serving import served

SMALL = {
    "replicates": 1,
    "shards": 1,
    "models": [DENOISER],
    "sets": [SERIES | {"t_re": [20]}],
}
# What snakedeploy writes, but for the address.
DEPLOYED = """
configfile: "config/config.yaml"


module synthgap:
    snakefile: {source}
    config: config


use rule * from synthgap
"""
# Two experiments side by side, and a rule of one's own on top.
TWICE = """
configfile: "config.yaml"


rule best:
    input: "one/results/table2.csv", "two/results/table2.csv"
    output: "best.txt"
    shell: "sort {{input}} > {{output}}"


module one:
    snakefile: {source}
    config: config["one"]
    prefix: "one"


module two:
    snakefile: {other}
    config: config["two"]
    prefix: "two"


use rule * from one as one_*
use rule * from two as two_*
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A git repository that holds the project at v1, and with another line at v2."""
    folder = fresh_project(tmp_path_factory.mktemp("repository") / "synthgap").folder

    def git(*arguments):
        subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True)

    def commit(tag):
        git("add", "--all")
        git("-c", "user.name=Somebody", "-c", "user.email=some@body.org", "commit", "--message", tag)
        git("tag", tag)

    git("init", "--initial-branch", "main")
    commit("v1")
    file = folder / "workflow/scripts/synthgap/__init__.py"
    file.write_text(file.read_text(encoding="utf-8") + "\nVERSION = 2\n", encoding="utf-8")
    commit("v2")
    return folder


@pytest.fixture
def using(tmp_path, monkeypatch):
    """Writes a workflow that uses this one, in a folder with nothing else of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def write(snakefile, **config):
        folder = tmp_path / "using"
        folder.mkdir()
        (folder / "Snakefile").write_text(snakefile, encoding="utf-8")
        (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        return Workflow(folder)

    return write


def in_git(repository, tag="v1"):
    return f'"git+file://{repository}/workflow/Snakefile@{tag}"'


def paths(output, *kinds):
    """All inputs, outputs and logs of the jobs that `snakemake -n` lists."""
    lines = re.findall(rf"^    (?:{'|'.join(kinds)}): (.*)$", output, re.M)
    return {path for line in lines for path in line.split(", ")}


def test_a_config_file_means_the_same_wherever_snakemake_is_started(untouched, tmp_path):
    """With all of the project or `workflow` and `config` alone, and with the target before or behind it."""
    target, file = "mine/table2.csv", tmp_path / "my.yaml"
    file.write_text("results: mine\nreplicates: 1\n", encoding="utf-8")
    planned = untouched.planned(target, "--configfile", str(file))
    assert planned["train_classifier"] == 4
    there = ("--directory", str(tmp_path))
    assert untouched.planned("--configfile", str(file), "--cores", "1", target, *there) == planned
    for name in ("workflow", "config"):
        shutil.copytree(untouched.folder / name, tmp_path / "alone" / name)
    (tmp_path / "here/config").mkdir(parents=True)
    file.rename(tmp_path / "here/config/config.yaml")
    alone = Workflow(tmp_path / "alone", started_from=tmp_path / "here")
    assert alone.planned(target, "--snakefile", str(alone.folder / "workflow/Snakefile")) == planned


def test_a_missing_default_experiment_is_told_in_a_line(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    (workflow.folder / "config/config.yaml").rename(workflow.folder / "my.yaml")
    output = workflow.run("--dry-run", "--configfile", "my.yaml", succeed=False)
    place = workflow.folder / "config/config.yaml"
    assert f"synthgap: {place} is missing, the experiment that yours changes; put it there" in output
    assert "Traceback" not in output


def test_a_deployed_workflow_is_fetched_from_where_it_is_hosted(repository, using, tmp_path, monkeypatch):
    """As GitHub's address is answered here by a folder."""
    (tmp_path / "github/somebody").mkdir(parents=True)
    (tmp_path / "github/somebody/synthgap").symlink_to(repository)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.file://{tmp_path}/github/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://github.com/")
    source = 'github("somebody/synthgap", path="workflow/Snakefile", tag="v1")'
    workflow = using(DEPLOYED.format(source=source))
    shutil.copytree(repository / "config", workflow.folder / "config")
    assert workflow.planned()["train_classifier"] == 8, "all is the default target"


def test_two_modules_share_nothing(repository, using):
    listing = "print('local:', *sorted(workflow._localrules))\n"
    listing += "print('kept:', *(r.params.downloads for r in workflow.rules if 'pack_dataset' in r.name))\n"
    source = in_git(repository)
    workflow = using(
        TWICE.format(source=source, other=source) + listing,
        one={"seed": 1},
        two={"replicates": 1, "sets": [SERIES], "dataset": {"kind": "cifar10"}},
    )
    output = workflow.run("--dry-run")
    assert "rule best:" in output, "a module doesn't take the default target"
    assert [output.count(f"rule {name}_train_classifier:") for name in ("one", "two")] == [8, 3]
    found = paths(output, "input", "output", "log", "benchmark") - {"best.txt"}
    assert len(found) > 100
    assert all(path.startswith(("one/results/", "two/results/", "two/resources/")) for path in found), found
    for block in re.split(r"\n(?=rule )", output)[1:]:
        owner = re.match(r"rule (\w+?)_", block)
        if owner:
            assert {path.split("/")[0] for path in paths(block, "input", "output", "log")} == {owner[1]}
    # Downloads are for the machine that Snakemake runs on, in a module too.
    local = re.search(r"^local: (.*)$", output, re.M)[1].split()
    assert {"one_fetch_file", "one_pack_dataset", "two_fetch_file", "two_pack_dataset"} <= set(local)
    assert "localrules directive" not in output
    assert "kept: one/resources two/resources" in output


def test_a_prefix_is_not_for_the_users_own_files(repository, using):
    workflow = using(
        DEPLOYED.format(source=in_git(repository) + '\n    prefix: "one"').replace("config/", ""),
        dataset={"kind": "npz", "path": "mine.npz"},
        sets=[SERIES, {"name": "mine", "kind": "samples", "path": "mine.npz"}],
    )
    (workflow.folder / "mine.npz").touch()
    output = workflow.run("--dry-run", "one/results/table2.csv")
    outside = {path for path in paths(output, "input") if not path.startswith("one/")}
    assert outside == {"mine.npz"}


def test_two_versions_in_one_workflow_are_refused_in_a_line(repository, using):
    workflow = using(
        TWICE.format(source=in_git(repository), other=in_git(repository, "v2")), one={"seed": 1}, two={}
    )
    output = workflow.run("--dry-run", succeed=False)
    assert "synthgap: one workflow can't have two versions of it" in output
    assert "Traceback" not in output


def test_an_address_of_single_files_is_refused_in_a_line(repository, using):
    files = ("workflow/Snakefile", "workflow/rules/library.smk")
    with served({name: repository / name for name in files}) as server:
        workflow = using(DEPLOYED.format(source=f'"{server.url}/{files[0]}"').replace("config/", ""))
        output = workflow.run("--dry-run", succeed=False)
        assert f"synthgap: from {server.url}/workflow/rules only single files can be read; give" in output
    assert "Traceback" not in output


def test_a_hosted_module_gives_the_same_bytes_below_its_prefix(repository, using, finished):
    """And its costs, and a report, in a workflow that has no profile and no config of this one."""
    source = in_git(repository)
    workflow = using(TWICE.format(source=source, other=source), one=SMALL, two=SMALL | {"seed": 1})
    workflow.run("--cores", "2", "one/results/table2.csv")
    results = workflow.folder / "one/results"
    for name in ("models/denoiser.safetensors", "classifiers/t20/rep0.safetensors"):
        assert (results / name).read_bytes() == (finished.folder / "results" / name).read_bytes()
    assert {path.name for path in workflow.folder.iterdir()} == {
        ".snakemake",
        "Snakefile",
        "config.yaml",
        "one",
    }
    assert workflow.planned("one/results/table2.csv") == {}
    (results / "metrics.csv").touch()  # stands for the jobs that did not run; only its place is of use
    costs = "one/results/costs.html"
    workflow.run("--cores", "1", costs, "--allowed-rules", "one_write_costs")
    assert "make_model" in (workflow.folder / costs).read_text(encoding="utf-8")
    workflow.run("one/results/table2.csv", "--report", "report.html")
    assert "Test accuracy" in (workflow.folder / "report.html").read_text(encoding="utf-8")
