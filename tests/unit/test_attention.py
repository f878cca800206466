import numpy as np
import torch
from synthgap.classifiers.config import ResNetConfig
from synthgap.classifiers.resnet import ResNet
from synthgap.classifiers.training import images_to_tensor
from synthgap.metrics.attention import attention_maps, attention_scores, map_correlation
from synthgap.models.seeding import seeded

CPU = torch.device("cpu")


def test_maps_are_grad_cam(test):
    """Against the definition: ReLU of the channels weighted by their mean gradients."""
    with seeded(0):
        model = ResNet(1, 10, ResNetConfig(width=4, blocks=(1, 1, 1, 1), strides=(1, 2, 1, 1))).eval()
    images, labels = test.images[:6], test.labels[:6]
    maps = attention_maps(model, images, labels, CPU)
    x = model.stem(model.normalise(images_to_tensor(images)))
    x = model.block4(model.block3(model.block2(model.block1(x))))
    activation = x.detach().requires_grad_()
    logits = model.head(activation.mean((2, 3)))
    gradient = torch.autograd.grad(logits[torch.arange(6), labels].sum(), activation)[0]
    expected = (activation * gradient.mean((2, 3), keepdim=True)).sum(1).relu()
    assert maps.shape == (6, 4, 4)
    assert np.allclose(maps, expected.detach().numpy(), atol=1e-6)


def test_correlation_compares_shapes_not_scales(generator):
    maps = generator.random((5, 4, 4))
    assert map_correlation(maps, 3 * maps + 1) == 1
    assert map_correlation(maps, -maps) == -1
    assert abs(map_correlation(maps, generator.random((5, 4, 4)))) < 0.5


def test_constant_maps_have_no_correlation(generator):
    maps = generator.random((2, 4, 4))
    flat = maps.copy()
    flat[0] = 1
    assert map_correlation(maps, flat) == 1
    assert np.isnan(map_correlation(maps, np.ones_like(maps)))


def test_the_real_sets_yardstick_is_another_replicate(generator):
    maps = {(name, rep): generator.random((3, 4, 4)) for name in ("real", "t100") for rep in (0, 1, 2)}
    scores = attention_scores(maps).set_index(["set", "replicate"])["value"]
    assert scores["real", 0] == map_correlation(maps["real", 0], maps["real", 1])
    assert scores["real", 2] == map_correlation(maps["real", 2], maps["real", 0])
    assert scores["t100", 1] == map_correlation(maps["t100", 1], maps["real", 1])


def test_two_replicates_are_one_pair(generator):
    maps = {("real", rep): generator.random((3, 4, 4)) for rep in (0, 1)}
    assert len(attention_scores(maps)) == 1


def test_one_replicate_has_no_yardstick(generator):
    maps = {(name, 0): generator.random((3, 4, 4)) for name in ("real", "t100")}
    assert list(attention_scores(maps)["set"]) == ["t100"]
