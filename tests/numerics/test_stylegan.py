"""Generators of StyleGAN2 and StyleGAN3 against what their original implementations compute."""

import numpy as np
import pytest
import torch
from pickling import dump, network, record
from project import GOLDEN
from synthgap.diffusion.checkpoints import load_network, save_network
from synthgap.diffusion.stylegan2 import StyleGAN2, StyleGAN2Config
from synthgap.errors import InputError
from synthgap.torch_setup import seeded

NAMES = ["stylegan2ada", "stylegan3t", "stylegan3r"]


@pytest.fixture(scope="module", params=NAMES)
def golden(request):
    """(generator, z, labels, expected arrays)."""
    expected = np.load(GOLDEN / f"{request.param}_expected.npz")
    generator = load_network(GOLDEN / f"{request.param}.pkl")
    return generator, torch.from_numpy(expected["z"]), torch.from_numpy(expected["c"]).argmax(1), expected


@torch.inference_mode()
def largest_difference(ours, theirs):
    return float(np.abs(ours.numpy() - theirs).max())


def test_styles_and_images_are_the_originals(golden):
    generator, z, labels, expected = golden
    with torch.inference_mode():
        assert largest_difference(generator.mapping(z, labels), expected["w"]) < 1e-4
        assert largest_difference(generator(z, labels), expected["image"]) < 1e-4
        assert largest_difference(generator(z, labels, truncation_psi=0.7), expected["image_psi07"]) < 1e-4


def test_an_image_does_not_depend_on_its_batch(golden):
    generator, z, labels, expected = golden
    with torch.inference_mode():
        turned = generator(z.flip(0), labels.flip(0)).flip(0)
    assert largest_difference(turned, expected["image"]) < 1e-4


def test_labels_matter_and_are_checked(golden):
    generator, z, labels, expected = golden
    assert (generator.num_classes, generator.z_dim) == (10, 32)
    with torch.inference_mode():
        assert largest_difference(generator(z, (labels + 1) % 10), expected["image"]) > 0.01
    with pytest.raises(ValueError, match="labels are missing"):
        generator(z)
    with pytest.raises(ValueError, match="the generator knows 0 to 9"):
        generator(z, labels + 10)


def test_weights_make_the_round_trip(golden, tmp_path):
    generator, z, labels, _ = golden
    save_network(tmp_path / "generator.safetensors", generator, {"network": "golden"})
    again = load_network(tmp_path / "generator.safetensors")
    with torch.inference_mode():
        assert torch.equal(again(z, labels), generator(z, labels))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_short_is_refused(tmp_path, name):
    (tmp_path / "cut.pkl").write_bytes((GOLDEN / f"{name}.pkl").read_bytes()[:-200])
    with pytest.raises(InputError, match="not a whole pickle"):
        load_network(tmp_path / "cut.pkl")


@pytest.mark.parametrize("architecture", ["orig", "skip", "resnet"])
def test_every_architecture_of_stylegan2_is_imported(tmp_path, architecture):
    """Written in the published format, read, and the same images."""
    config = StyleGAN2Config(
        z_dim=16, w_dim=16, mapping_layers=2, architecture=architecture, channel_base=64, channel_max=8
    )
    with seeded(0):
        original = StyleGAN2(16, 3, 10, config).eval()
    mapping = {"z_dim": 16, "w_dim": 16, "num_layers": 2}
    synthesis = {"architecture": architecture, "channel_base": 64, "channel_max": 8}
    sizes = {"img_resolution": 16, "img_channels": 3, "c_dim": 10}
    children = {
        "mapping": record(original.mapping, "MappingNetwork", _init_kwargs=mapping),
        "synthesis": record(original.synthesis, "SynthesisNetwork", _init_kwargs=synthesis),
    }
    generator = network("Generator", _parameters={}, _buffers={}, _modules=children, **sizes)
    path = tmp_path / "generator.pkl"
    path.write_bytes(dump({"G": None, "D": None, "G_ema": generator}))
    loaded = load_network(path)
    z, labels = torch.randn(3, 16, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 5, 9])
    with torch.inference_mode():
        assert torch.equal(loaded(z, labels), original(z, labels))
    assert loaded(z, labels).shape == (3, 3, 16, 16)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"architecture": "odd"}, "architecture 'odd'"),
        ({"channel_base": "64"}, "channel_base '64'; a positive whole number is expected"),
        ({"channel_max": 4}, "its weights don't fit its own settings"),
        ({"use_noise": False}, "use_noise"),
        ({"unheard_of": 1}, "unheard_of"),
    ],
)
def test_a_generator_that_is_not_known_is_refused(tmp_path, settings, message):
    config = StyleGAN2Config(z_dim=16, w_dim=16, mapping_layers=2, channel_base=64, channel_max=8)
    original = StyleGAN2(16, 3, 0, config)
    synthesis = {"channel_base": 64, "channel_max": 8} | settings
    children = {
        "mapping": record(original.mapping, "M", _init_kwargs={"z_dim": 16, "w_dim": 16, "num_layers": 2}),
        "synthesis": record(original.synthesis, "S", _init_kwargs=synthesis),
    }
    sizes = {"img_resolution": 16, "img_channels": 3, "c_dim": 0}
    generator = network("Generator", _parameters={}, _buffers={}, _modules=children, **sizes)
    path = tmp_path / "generator.pkl"
    path.write_bytes(dump({"G_ema": generator}))
    with pytest.raises(InputError, match=message) as error:
        load_network(path)
    assert "\n" not in str(error.value)
