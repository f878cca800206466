"""Generators of StyleGAN2 and StyleGAN3 against what their original implementations compute."""

import numpy as np
import pytest
import torch
from pickling import dump, network, record, tensor
from project import GOLDEN
from synthgap.models.denoisers import load_denoiser
from synthgap.models.loading import KINDS, load_network, save_network
from synthgap.models.seeding import seeded
from synthgap.models.stylegan3 import StyleGAN3
from synthgap.models.weights import save_weights
from synthgap.run.errors import InputError

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
    generator, z, labels, _ = golden
    with torch.inference_mode():
        images = generator(z, labels)
        turned = generator(z.flip(0), labels.flip(0)).flip(0)
        alone = torch.cat([generator(z[i : i + 1], labels[i : i + 1]) for i in range(len(z))])
    assert largest_difference(turned, images.numpy()) < 1e-5
    # Alone, float32 sums are done in another order; StyleGAN2's golden images reach 12.
    assert largest_difference(alone, images.numpy()) < 1e-5 * max(1, float(images.abs().max()))


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


def small_generator(kind="stylegan2", num_classes=10, **settings):
    """A generator of 16x16 images, and the settings that its file would hold."""
    sizes = {"channel_base": 64, "channel_max": 8} | ({"num_layers": 4} if kind == "stylegan3" else {})
    network, config = KINDS[kind].network, KINDS[kind].config
    with seeded(0):
        made = network(16, 3, num_classes, config(z_dim=16, w_dim=16, mapping_layers=2, **sizes, **settings))
        for name, parameter in made.named_parameters():
            if parameter.numel() and name.endswith(("noise_strength", "input.affine.weight")):
                torch.nn.init.normal_(parameter, std=0.1)
    return made.eval(), sizes | settings


def write_generator(path, generator, synthesis, mapping=None, top=None):
    """In the published format, with settings that need not fit."""
    mapping = {"z_dim": 16, "w_dim": 16, "num_layers": 2} | (mapping or {})
    modules = {
        "mapping": record(generator.mapping, "MappingNetwork", _init_kwargs=mapping),
        "synthesis": record(generator.synthesis, "SynthesisNetwork", _init_kwargs=synthesis),
    }
    sizes = {"img_resolution": 16, "img_channels": 3, "c_dim": generator.num_classes} | (top or {})
    written = network("Generator", _parameters={}, _buffers={}, _modules=modules, **sizes)
    path.write_bytes(dump({"G": None, "D": None, "G_ema": written, "training_set_kwargs": {}}))
    return path


ARCHITECTURES = {
    "orig": ("stylegan2", {"architecture": "orig"}),
    "skip": ("stylegan2", {"architecture": "skip"}),
    "resnet": ("stylegan2", {"architecture": "resnet"}),
    "short filter": ("stylegan2", {"resample_filter": (1, 1)}),
    "long filter": ("stylegan2", {"resample_filter": (1, 5, 10, 10, 5, 1)}),
    "t": ("stylegan3", {}),
    "r": ("stylegan3", {"conv_kernel": 1, "use_radial_filters": True}),
    "no clamp": ("stylegan3", {"conv_clamp": None}),
}


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("num_classes", [0, 10])
def test_every_architecture_is_imported(tmp_path, name, num_classes):
    """Written in the published format, read, and the same images."""
    kind, settings = ARCHITECTURES[name]
    original, synthesis = small_generator(kind, num_classes, **settings)
    loaded = load_network(write_generator(tmp_path / "generator.pkl", original, synthesis))
    assert type(loaded) is type(original)
    z = torch.randn(3, 16, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 5, 9]) if num_classes else None
    with torch.inference_mode():
        images = loaded(z, labels)
        assert torch.equal(images, original(z, labels))
    assert images.shape == (3, 3, 16, 16)
    assert images.dtype == torch.float32
    assert images.std() > 0.01


def test_an_unconditional_generator_ignores_labels():
    generator, _ = small_generator(num_classes=0)
    z = torch.randn(2, 16)
    assert torch.equal(generator(z, torch.tensor([3, 70])), generator(z))


def test_truncation_to_nothing_gives_the_mean_image(golden):
    generator, z, labels, _ = golden
    with torch.inference_mode():
        images = generator(z, labels, truncation_psi=0.0)
    assert torch.allclose(images, images[:1].expand_as(images), atol=1e-5)


def test_features_are_clamped_where_a_layer_of_the_file_says_so(tmp_path):
    original, synthesis = small_generator()
    layers = [m for m in original.synthesis.modules() if hasattr(m, "conv_clamp")]
    z, labels = torch.randn(2, 16), torch.tensor([0, 1])
    free = original(z, labels)
    for layer in layers:
        layer.conv_clamp = 0.1
    path = write_generator(tmp_path / "generator.pkl", original, synthesis)
    loaded = load_network(path)
    assert loaded.config.conv_clamp == 0.1
    assert torch.equal(loaded(z, labels), original(z, labels))
    assert not torch.allclose(loaded(z, labels), free)


def test_a_resnet_block_halves_the_power_of_its_paths():
    """Two independent paths of variance v, halved in power, add up to v."""
    generator, _ = small_generator(architecture="resnet")
    block = generator.synthesis.b16
    with torch.no_grad():
        for parameter in block.conv1.parameters():
            parameter.zero_()
    x, ws = torch.randn(1, 4, 8, 8), (torch.randn(1, 16),) * 3
    block.torgb = None
    features, _ = block(x[:, :1].expand(-1, 8, -1, -1), None, ws)
    assert torch.allclose(features, block.skip(x[:, :1].expand(-1, 8, -1, -1)) * 0.5**0.5, atol=1e-6)


@pytest.mark.parametrize("config", ["t", "r"])
def test_filters_are_the_originals(config):
    """Designed from the paper's formulas: the file's own are loaded over them."""
    loaded = load_network(GOLDEN / f"stylegan3{config}.pkl")
    ours = StyleGAN3(32, 3, 10, loaded.config).state_dict()
    theirs = loaded.state_dict()
    names = [name for name in ours if name.endswith(("up_filter", "down_filter"))]
    assert len(names) == 12
    assert max(float((ours[name] - theirs[name]).abs().max()) for name in names) < 1e-7


REFUSED = {
    "architecture": (
        "stylegan2",
        {"architecture": "odd"},
        "architecture 'odd'; orig, resnet, skip are known",
    ),
    "text": ("stylegan2", {"channel_base": "64"}, "channel_base '64'; a positive whole number is expected"),
    "truth": ("stylegan2", {"channel_max": True}, "channel_max True; a positive whole number"),
    "too few": ("stylegan2", {"channel_base": 8}, "channel_base 8; 16, the resolution, is the least"),
    "odd filter": ("stylegan2", {"resample_filter": [1, 2, 1]}, "resample_filter .*of even length is known"),
    "crooked filter": ("stylegan2", {"resample_filter": [1, 2]}, "resample_filter .*a symmetric one"),
    "no filter": ("stylegan2", {"resample_filter": None}, "resample_filter None"),
    "nested filter": ("stylegan2", {"resample_filter": [[1], [1]]}, "describe no generator of StyleGAN2"),
    "narrower": ("stylegan2", {"channel_max": 4}, "its weights don't fit its own settings"),
    "vast": ("stylegan2", {"channel_base": 10**9, "channel_max": 10**8}, "its weights don't fit|describe no"),
    "no noise": (
        "stylegan2",
        {"use_noise": False},
        "SynthesisNetwork has use_noise False; True is known here",
    ),
    "a tensor": ("stylegan2", {"kernel_size": tensor()}, "has kernel_size tensor.*; 3 is known here"),
    "unheard of": ("stylegan2", {"unheard_of": 1}, "has 'unheard_of', a setting not known here"),
    "two lines": ("stylegan2", {"un\nheard": 1}, "_init_kwargs is no dict of names"),
    "no settings": ("stylegan2", [1], "_init_kwargs is no dict of names"),
    "kernel": ("stylegan3", {"conv_kernel": 5}, "conv_kernel 5; 1 and 3 are known"),
    "radial": ("stylegan3", {"use_radial_filters": "no"}, "use_radial_filters 'no'; true or false"),
    "clamp": ("stylegan3", {"conv_clamp": "256"}, "conv_clamp '256'; a positive number is expected"),
    "scale": ("stylegan3", {"output_scale": float("nan")}, "output_scale nan; a positive number is expected"),
    "depth": ("stylegan3", {"num_layers": 10**9}, "num_layers 1000000000; at most 100 is known"),
    "critical": ("stylegan3", {"num_critical": 4}, "num_critical 4; fewer than num_layers are known"),
    "stopband": ("stylegan3", {"first_stopband": 1e-300}, "describe no generator of StyleGAN3"),
    "long filters": ("stylegan3", {"filter_size": 10**6}, "filter_size 1000000; at most 100 is known"),
    "finer": ("stylegan3", {"lrelu_upsampling": 4}, "has lrelu_upsampling 4; 2 is known here"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_settings_that_are_not_known_are_refused(tmp_path, name):
    kind, settings, message = REFUSED[name]
    generator, synthesis = small_generator(kind)
    synthesis = synthesis | settings if isinstance(settings, dict) else settings
    refuse(write_generator(tmp_path / "generator.pkl", generator, synthesis), message)


@pytest.mark.parametrize(
    ("mapping", "top", "message"),
    [
        ({"num_layers": 3}, {}, "its weights don't fit its own settings"),
        ({"z_dim": None}, {}, "z_dim None; a positive whole number is expected"),
        ({"activation": "relu"}, {}, "MappingNetwork has activation 'relu'; lrelu is known here"),
        ({"lr_multiplier": 0.1}, {}, "lr_multiplier 0.1; 0.01 is known here"),
        ({}, {"img_resolution": 24}, "resolution 24; a power of two from 4 to 4096 is known"),
        ({}, {"img_resolution": 32}, "its weights don't fit its own settings"),
        ({}, {"img_resolution": None}, "its settings describe no generator of StyleGAN2"),
        ({}, {"img_channels": 0}, "0 channels and 10 classes"),
        ({}, {"c_dim": -1}, "3 channels and -1 classes"),
        ({}, {"c_dim": tensor()}, "its settings describe no generator of StyleGAN2"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(tmp_path, mapping, top, message):
    generator, synthesis = small_generator()
    refuse(write_generator(tmp_path / "generator.pkl", generator, synthesis, mapping, top), message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"G_ema": None},
            "its network `ema` is none, nor is `G_ema`; .*StyleGAN2's and StyleGAN3's Generator",
        ),
        ({"G_ema": network("Discriminator")}, "its network `G_ema` is Discriminator; .*Generator"),
        ({"G_ema": network("Generator", _modules=[1])}, "its network `G_ema` is Generator; .*with modules"),
        (
            {"G_ema": network("Generator", _modules={n: network("N") for n in ("mapping", "synthesis")})},
            "neither b4, as StyleGAN2, nor input, as StyleGAN3",
        ),
        ({"G_ema": network("Gene\nrator")}, "a persistent object without a class name"),
        ({"G_ema": tensor((10**12,), (0,))}, r"a tensor of size \[1000000000000\] beyond its storage of 4"),
    ],
)
def test_files_without_a_generator_are_named(tmp_path, content, message):
    (tmp_path / "generator.pkl").write_bytes(dump(content))
    refuse(tmp_path / "generator.pkl", message)


def refuse(path, message):
    with pytest.raises(InputError, match=message) as error:
        load_network(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["stylegan2ada", "stylegan3t"])
def test_a_generator_is_no_denoiser(name):
    message = rf"{name}\.pkl: holds a network of kind '{name[:9]}'; expected one of edm"
    with pytest.raises(InputError, match=message):
        load_denoiser(str(GOLDEN / f"{name}.pkl"))


def test_weights_of_other_kinds_are_named(tmp_path):
    for description, found in (({"architecture": {"kind": "vae"}}, "'vae'"), ({}, "'none'")):
        save_weights(tmp_path / "other.safetensors", {"x": torch.zeros(1)}, description)
        refuse(
            tmp_path / "other.safetensors", f"holds a network of kind {found}; expected one of edm, .*, gan"
        )
