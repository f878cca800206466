"""A shard's job needs memory for its shard, however large the set is."""

import json
import subprocess
import sys

import numpy as np
import pytest
from project import SCRIPTS
from synthgap.data.images import DatasetInfo, ImageSet, save_images, save_info

SHARD = 1000
BLUR = """
import torch

class Blur(torch.nn.Module):
    resolution, channels, num_classes = 8, 1, 10

    def forward(self, x, sigma, labels=None):
        return x.mean((2, 3), keepdim=True).expand_as(x)
"""
CODE = """
import json, resource, sys
from types import SimpleNamespace
import make_set
from synthgap.data.images import ImageReader

class Named(SimpleNamespace):
    def items(self): return vars(self).items()
    def get(self, name, default=None): return getattr(self, name, default)

job = json.loads(sys.argv[1])
make_set.main(SimpleNamespace(
    input=Named(**job["input"]), output=job["output"], wildcards=Named(**job["wildcards"]),
    params=SimpleNamespace(settings=job["settings"]), resources=SimpleNamespace(device="cpu"),
))
assert len(ImageReader(job["output"]["train"])) == 1000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
OPTIONS = {
    "real": {},
    "reconstruct": {
        "model": "blur", "t_re": 5, "times": 1, "sampling": {"sampler": "euler", "solver_steps": 1},
    },
}  # fmt: skip


def packed(folder, images):
    """A made-up data set of 8x8 images."""
    folder.mkdir()
    labels = np.arange(images) % 10
    pixels = np.broadcast_to(
        (np.arange(images) % 251).astype(np.uint8).reshape(-1, 1, 1, 1), (images, 8, 8, 1)
    )
    for split in ("train", "test"):
        save_images(folder / split, ImageSet(pixels, labels, np.arange(images)))
    info = DatasetInfo([str(i) for i in range(10)], list(range(256)), 8, 1, {}, "made up")
    save_info(folder / "info", info)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("scale")
    (root / "blurring.py").write_text(BLUR)
    return {images: packed(root / str(images), images) for images in (100_000, 1_000_000)}


@pytest.mark.parametrize("kind", OPTIONS)
def test_the_memory_of_a_shard_does_not_grow_with_the_set(folders, kind, tmp_path):
    peaks = {}
    for images, folder in folders.items():
        job = {
            "input": {name: str(folder / name) for name in ("train", "test", "info")},
            "output": {name: str(tmp_path / name) for name in ("train", "test")},
            "wildcards": {"set": "made", "rep": "0", "shard": "7"},
            "settings": {
                "kind": kind, "options": OPTIONS[kind], "of": [], "seed": 0, "batch_size": 100,
                "shards": images // SHARD, "network": "blurring:Blur" if kind == "reconstruct" else None,
                "guide": None, "classes": {},
            },
        }  # fmt: skip
        result = subprocess.run(
            [sys.executable, "-c", CODE, json.dumps(job)],
            cwd=folder.parent, env={"PYTHONPATH": str(SCRIPTS), "PATH": ""}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        peaks[images] = float(result.stdout)
    # The larger set's files have 152 MB, those of one split 76 MB.
    assert peaks[1_000_000] - peaks[100_000] < 15, peaks
