"""The library as a package of its own."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import yaml
from project import ROOT
from synthgap.models.configs import UNetConfig
from synthgap.models.loading import save_network
from synthgap.models.networks import EDMPrecond

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_its_wheel_does_what_its_page_shows(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT / "workflow/scripts/synthgap", source / "workflow/scripts/synthgap")
    shutil.copy2(ROOT / "pyproject.toml", source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", tmp_path, source], check=True, timeout=120)
    (wheel,) = tmp_path.glob("synthgap-*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    assert (tmp_path / "installed/synthgap/report/templates/page.html").is_file()

    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(encoding="utf-8"), re.S)
    network = EDMPrecond(8, 1, 10, UNetConfig(model_channels=8, channel_mult=(1,), num_blocks=1), 0.5)
    (tmp_path / "results/models").mkdir(parents=True)
    save_network(tmp_path / "results/models/denoiser.safetensors", network, {})
    result = subprocess.run(
        [sys.executable, "-c", f"import synthgap; print(synthgap.__file__)\n{code}"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "installed")}, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    where, numbers = result.stdout.splitlines()
    assert where.startswith(str(tmp_path / "installed"))
    assert len(re.findall(r"\d+\.\d+", numbers)) == 5


def test_one_version_is_said_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == PROJECT["project"]["version"]


def test_what_it_needs_is_in_the_lock():
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    for name in PROJECT["project"]["dependencies"]:
        assert re.search(rf"^{name}==", locked, re.M), name
