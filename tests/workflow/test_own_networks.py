"""Networks that were trained elsewhere, through the workflow."""

import hashlib

import numpy as np
import pytest
import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from project import GAN, GOLDEN, golden_network
from serving import served
from synthgap.data.images import load_images

TARGET = "results/sets/t20/test/rep0/0-of-1.safetensors"
COLOUR = {"shards": 1, "dataset": {"kind": "npz", "path": "data.npz"}}


def file(path, **more):
    return {"name": "denoiser", "kind": "file", "path": path, **more}


@pytest.fixture
def colourful(untouched, tmp_path):
    """A project with 16x16 colour images of ten classes, as the golden networks want."""
    workflow = untouched.copy(tmp_path)
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (60, 16, 16, 3)).astype(np.uint8)
    np.savez(workflow.folder / "data.npz", images=images, labels=np.arange(60) % 10)
    workflow.configure(**COLOUR)
    return workflow


@pytest.fixture
def url():
    with served({"edm_ddpmpp.pkl": GOLDEN / "edm_ddpmpp.pkl"}) as server:
        yield f"{server.url}/edm_ddpmpp.pkl"


def test_a_published_network_is_fetched_verified_and_used(colourful, url):
    sha256 = hashlib.sha256((GOLDEN / "edm_ddpmpp.pkl").read_bytes()).hexdigest()
    colourful.configure(models=[file(url, sha256=sha256), GAN])
    planned = colourful.planned(TARGET)
    assert planned == {"pack_dataset": 1, "fetch_file": 1, "make_model": 1, "make_set": 1}
    colourful.run("--cores", "1", TARGET)
    real, restored = (
        load_images(colourful.folder / "results/data/test.safetensors"),
        load_images(colourful.folder / TARGET),
    )
    assert restored.images.shape == real.images.shape
    assert not np.array_equal(restored.images, real.images)


def test_a_network_without_labels_guides_another(colourful):
    models = [{"name": name, "kind": "file", "path": f"{name}.pkl"} for name in ("edm2", "edm2_uncond")]
    for model in models:
        golden_network(model["name"], colourful.folder)
    led = {"kind": "autoguidance", "model": "edm2_uncond", "weight": 2}
    t = {"name": "t", "kind": "reconstruct", "model": "edm2", "t_re": [20], "guidance": led}
    colourful.configure(models=models, sets=[t])
    assert colourful.planned(TARGET) == {"pack_dataset": 1, "make_model": 2, "make_set": 1}
    colourful.run("--cores", "1", TARGET)
    assert load_images(colourful.folder / TARGET).images.shape == (30, 16, 16, 3)
    colourful.configure(sets=[t | {"model": "edm2_uncond", "guidance": led | {"model": "edm2"}}])
    output = colourful.run("--cores", "1", TARGET, succeed=False)
    assert "models: edm2_uncond: edm2_uncond.pkl is unconditional; bring one that was trained" in output


def test_a_network_with_another_hash_is_refused(colourful, url):
    colourful.configure(models=[file(url, sha256="0" * 64), GAN])
    output = colourful.run("--cores", "1", TARGET, succeed=False)
    assert f"expected {'0' * 64}; the download was deleted" in output


def test_a_network_of_other_data_is_refused(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    workflow.configure(models=[file(str(GOLDEN / "edm_ddpmpp.pkl")), GAN])
    output = workflow.run("--cores", "1", "results/models/denoiser.safetensors", succeed=False)
    assert "make_model: error: models: denoiser: " in output
    assert "has resolution 16, the data set 8" in output


def test_a_users_function_is_used_and_its_changes_noticed(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    code = (
        "from torch import nn\nimport torch\n\n\n"
        "class Blur(nn.Module):\n"
        "    resolution, channels, num_classes = 8, 1, 10\n\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.scale = nn.Parameter(torch.ones(1))\n\n"
        "    def forward(self, x, sigma, labels=None):\n"
        "        return x.mean((2, 3), keepdim=True).expand_as(x) * self.scale\n\n\n"
        "def denoiser():\n    return Blur()\n"
    )
    (workflow.folder / "my_models.py").write_text(code)
    function = {"name": "denoiser", "kind": "callable", "function": "my_models:denoiser"}
    workflow.configure(shards=1, models=[function, GAN])
    assert workflow.planned(TARGET) == {"pack_dataset": 1, "make_set": 1}
    workflow.run("--cores", "1", TARGET)
    assert all(len(np.unique(image)) == 1 for image in load_images(workflow.folder / TARGET).images)
    (workflow.folder / "my_models.py").write_text(f"# A comment.\n{code}")
    assert workflow.planned(TARGET) == {}
    (workflow.folder / "my_models.py").write_text(code.replace("torch.ones(1)", "torch.zeros(1)"))
    assert workflow.planned(TARGET) == {"make_set": 1}


def test_a_pipeline_of_diffusers_is_used_and_its_changes_noticed(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    unet = UNet2DModel(
        sample_size=8, in_channels=1, out_channels=1, block_out_channels=(8, 8), norm_num_groups=4,
        layers_per_block=1, num_class_embeds=10, down_block_types=("DownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    pipeline = DDPMPipeline(unet, DDPMScheduler())
    pipeline.save_pretrained(workflow.folder / "pipeline")
    saved = {"name": "denoiser", "kind": "diffusers", "path": "pipeline"}
    workflow.configure(shards=1, models=[saved, GAN])
    assert workflow.planned(TARGET) == {"pack_dataset": 1, "make_set": 1}
    output = workflow.run("--cores", "1", TARGET, succeed=False)
    assert "sampling.sigma_min: 0.002 is no level that models: denoiser: pipeline was trained on" in output
    assert "the lowest is 0.010001" in output
    workflow.configure(sampling={"sigma_min": 0.0101})
    workflow.run("--cores", "1", TARGET)
    assert workflow.planned(TARGET) == {}
    torch.nn.init.ones_(unet.conv_out.bias)
    pipeline.save_pretrained(workflow.folder / "pipeline")
    assert workflow.planned(TARGET) == {"make_set": 1}
