"""The project in a folder of its own, run as a user runs it, on tiny data."""

import lzma
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from synthgap.plan.schema import read_schema

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "workflow/scripts"
GOLDEN = ROOT / "tests/golden"

TINY = {
    "replicates": 2,
    "dataset": {"kind": "digits", "max_images": 60},
    "batch_size": 30,
    "shards": 1,
    "sampling": {"sampler": "dpmpp_2m", "steps": 20, "solver_steps": 3},
    "models": [
        {"name": "denoiser", "kind": "train", "model_channels": 8, "steps": 8, "batch_size": 16},
        {"name": "gan", "kind": "gan", "width": 4, "steps": 4, "batch_size": 8},
    ],
    "sets": [
        {"name": "t", "kind": "reconstruct", "model": "denoiser", "t_re": [10, 20]},
        {"name": "gan", "kind": "generate", "model": "gan"},
    ],
    "classifier": {"width": 4, "blocks": [1, 1, 1, 1], "strides": [1, 2, 1, 1], "epochs": 2},
    "metrics": {"image_size": 32, "resplits": 3, "attention_images": 20},
    "detection": {"epochs": 2},
    "figures": {"images": 3},
}
DENOISER, GAN = TINY["models"]
SERIES, GENERATED = TINY["sets"]


def golden_network(name: str, folder: Path) -> Path:
    """A golden network's pickle, unpacked into the folder where it is packed."""
    packed, path = GOLDEN / f"{name}.pkl.xz", folder / f"{name}.pkl"
    if not packed.exists():
        return GOLDEN / path.name
    path.write_bytes(lzma.decompress(packed.read_bytes()))
    return path


@dataclass(frozen=True)
class Workflow:
    """A copy of the project with a folder of results of its own."""

    folder: Path
    started_from: Path | None = None

    def run(self, *arguments: str, succeed: bool = True) -> str:
        """The output of `snakemake ARGUMENTS`, both streams together."""
        result = subprocess.run(
            self.command(*arguments),
            cwd=self.started_from or self.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=1200,  # of a machine that is busy
        )
        assert (result.returncode == 0) is succeed, result.stdout
        return result.stdout

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "snakemake", *arguments]

    def planned(self, *arguments: str) -> dict[str, int]:
        """How many jobs of each rule `snakemake -n` plans."""
        output = self.run(*arguments, "--dry-run", "--quiet", "rules")
        if "Nothing to be done" in output:
            return {}
        table = re.search(r"^job +count\n-+ +-+\n(.*?)\n\n", output, re.S | re.M)
        assert table, output
        jobs = {name: int(count) for name, count in (line.split() for line in table[1].splitlines())}
        return {name: count for name, count in jobs.items() if name not in ("total", "all", "everything")}

    def configure(self, **changes) -> None:
        """Change parts of the config. Lists are replaced whole."""
        path = self.folder / "config/config.yaml"
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump(merged(config, changes)), encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / "workflow/scripts" / file
        text = path.read_text(encoding="utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def tables(self) -> dict[str, bytes]:
        """Every table that was made, by name."""
        return {path.name: path.read_bytes() for path in sorted((self.folder / "results").glob("*.csv"))}

    def copy(self, folder: Path) -> "Workflow":
        return Workflow(shutil.copytree(self.folder, folder / "copy"))


def schema_defaults(entry: dict | None = None) -> dict:
    """The config that the schema's defaults make up; None where a key has none."""
    if entry is None:
        entry = read_schema((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    return {
        name: schema_defaults(value) if "properties" in value else value.get("default")
        for name, value in entry["properties"].items()
    }


def merged(config: dict, changes: dict) -> dict:
    both = {key: merged(config[key], changes[key]) for key in config if isinstance(changes.get(key), dict)}
    return {**config, **changes, **both}


def clean_environment() -> dict[str, str]:
    """The environment without what a Snakemake or a make around the tests has put there."""
    around = ("SNAKEMAKE_", "MAKE", "MFLAGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(around)}


def fresh_project(folder: Path) -> Workflow:
    """A copy of the project with the tiny config; nothing has run."""
    folder.mkdir()
    for name in ("Snakefile", "config", "envs", "profiles", "workflow"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    (folder / "config/config.yaml").write_text(yaml.safe_dump(TINY), encoding="utf-8")
    return Workflow(folder)
