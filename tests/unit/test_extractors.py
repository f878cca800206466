"""Feature extractors, on files in the formats of the published weights."""

import numpy as np
import pytest
import timm
import torch
import torchvision
from cleanfid.resize import build_resizer
from project import schema_defaults
from published import write_inception, write_vgg16
from safetensors.torch import save_file
from synthgap.metrics.extraction import build_extractor, extract_features, resized
from synthgap.metrics.extractors import dinov2
from synthgap.plan.tables import PLUGINS, plugin
from synthgap.run.errors import InputError

CPU = torch.device("cpu")
IMAGES = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3)).astype(np.uint8)


@pytest.mark.parametrize("side", [8, 32, 299, 512])
def test_images_are_resized_as_clean_fid_does(side, generator):
    images = generator.integers(0, 256, (2, side, side, 3)).astype(np.uint8)
    theirs = np.stack([build_resizer("clean")(image) for image in images])
    ours = resized(torch.from_numpy(images.transpose(0, 3, 1, 2)), 299).numpy().transpose(0, 2, 3, 1)
    assert np.abs(ours - theirs).max() < 0.01


def test_inception_sees_resized_images_between_minus_one_and_one(tmp_path):
    layers = write_inception(tmp_path / "weights.pt")
    extractor = build_extractor("inception", str(tmp_path / "weights.pt"), 64)
    features = extract_features(extractor, IMAGES, 3, CPU)
    theirs = np.stack([build_resizer("clean")(image) for image in IMAGES])
    with torch.inference_mode():
        expected = layers(torch.from_numpy(theirs.transpose(0, 3, 1, 2) / 128 - 1))[..., 0, 0].numpy()
    assert features.shape == (4, 2048)
    assert np.allclose(features, expected, atol=1e-4)


def test_vgg16_gives_its_second_dense_layer(tmp_path):
    path = tmp_path / "vgg16.pth"
    write_vgg16(path)
    features = extract_features(build_extractor("vgg16", str(path), 64), IMAGES[:2], 2, CPU)
    whole = torchvision.models.vgg16()
    whole.load_state_dict(torch.load(path, weights_only=True))
    seen = []
    whole.classifier[4].register_forward_hook(lambda module, inputs, output: seen.append(output.clone()))
    prepare = torchvision.models.VGG16_Weights.IMAGENET1K_V1.transforms()
    pixels = resized(torch.from_numpy(IMAGES[:2].transpose(0, 3, 1, 2)), 224) / 255
    with torch.inference_mode():
        whole.eval()(torchvision.transforms.functional.normalize(pixels, prepare.mean, prepare.std))
    assert features.shape == (2, 4096)
    assert np.allclose(features, seen[0].numpy(), atol=1e-5)


def test_dinov2_gives_the_class_token(tmp_path):
    """On the smallest of its networks; position embeddings are those of 518 pixels, resampled."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        whole = timm.create_model("vit_small_patch14_dinov2").eval()
    save_file(whole.state_dict(), tmp_path / "model.safetensors")
    extractor = dinov2.load(tmp_path / "model.safetensors", 224, "vit_small_patch14_dinov2")
    features = extract_features(extractor, IMAGES[:2], 2, CPU)
    assert features.shape == (2, 384)
    at_224 = timm.create_model("vit_small_patch14_dinov2", img_size=224).eval()
    at_224.load_state_dict(extractor.network.state_dict())
    pixels = resized(torch.from_numpy(IMAGES[:2].transpose(0, 3, 1, 2)), 224) / 255
    config = whole.pretrained_cfg
    with torch.inference_mode():
        tokens = at_224.forward_features(
            torchvision.transforms.functional.normalize(pixels, config["mean"], config["std"])
        )
    assert np.allclose(features, tokens[:, 0].numpy(), atol=1e-4)


def test_extractors_say_how_wide_they_are_and_what_is_fetched():
    declared = {name: plugin("extractors", name).DECLARATION for name in PLUGINS["extractors"]}
    extractor = build_extractor("efficientnet_lite0", None, 32)
    features = extract_features(extractor, IMAGES, 2, CPU)
    assert features.shape == (4, declared["efficientnet_lite0"].width)
    fetched = {name for name, extractor in declared.items() if extractor.fetched}
    assert fetched <= set(schema_defaults()["downloads"])
    assert fetched == set(declared) - {"efficientnet_lite0"}


@pytest.mark.parametrize("name", ["inception", "vgg16", "dinov2"])
def test_another_file_is_refused(tmp_path, name):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"no weights")
    with pytest.raises(InputError, match=rf"downloads\.{name}: .* holds no weights of {name}"):
        build_extractor(name, str(path), 64)
