"""Attention maps of classifiers: Grad-CAM on the last block. Selvaraju et al. (2017)."""

import numpy as np
import pandas as pd
import torch
from captum.attr import LayerGradCam

from ..classifiers.classifier import Classifier
from ..classifiers.training import images_to_tensor
from ..plan.names import ALL, SCORE_COLUMNS
from ..sets.recipe import REAL


def attention_maps(
    model: Classifier, images: np.ndarray, labels: np.ndarray, device: torch.device
) -> np.ndarray:
    """Grad-CAM of each image's own class: float32 [N, h, w] >= 0, at the last block's resolution.

    images: uint8 [N, H, W, C]; labels: int64 [N].
    """
    model = model.to(device).eval()
    inputs = images_to_tensor(images).to(device).float().requires_grad_()
    targets = torch.from_numpy(labels).to(device)
    maps = LayerGradCam(model, model.last_block).attribute(inputs, targets, relu_attributions=True)
    return maps.detach()[:, 0].cpu().numpy()


def map_correlations(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson correlation of two classifiers' maps of each image, in [-1, 1]; NaN where a map is constant.

    a, b: [N, h, w].
    """
    a, b = a.reshape(len(a), -1).astype(np.float64), b.reshape(len(b), -1).astype(np.float64)
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.divide((a * b).sum(axis=1), scale, out=np.full(len(a), np.nan), where=scale > 0)


def map_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """The mean over images; those where a map is constant are left out. NaN where all are."""
    correlations = map_correlations(a, b)
    return float(np.nanmean(correlations)) if np.isfinite(correlations).any() else float("nan")


def agreements(maps: dict[tuple[str, int], np.ndarray]) -> dict[str, np.ndarray]:
    """How the classifiers of each set look at each image beside the real-trained ones: float32 [R, R, N], the
    correlation of the maps of the set's replicate r and of the real set's replicate s, per set.
    """
    replicates = range(1 + max(replicate for _, replicate in maps))
    return {
        f"attention/{name}": np.array(
            [[map_correlations(maps[name, r], maps[REAL, s]) for s in replicates] for r in replicates],
            np.float32,
        )
        for name in dict.fromkeys(name for name, _ in maps)
    }


def attention_scores(maps: dict[tuple[str, int], np.ndarray]) -> pd.DataFrame:
    """How alike a set's classifier and the real-trained one look, with the columns of every score.

    maps: [N, h, w] per (set, replicate). The real-trained classifier of replicate r is compared with
    that of replicate r + 1, each pair once: the agreement that chance leaves between classifiers of the
    same images.
    """
    replicates = 1 + max(replicate for _, replicate in maps)
    rows = []
    for (name, replicate), own in maps.items():
        if name == REAL and (replicates == 1 or (replicates == 2 and replicate == 1)):
            continue
        other = (replicate + 1) % replicates if name == REAL else replicate
        agreement = map_correlation(own, maps[REAL, other])
        score = ("attention_correlation", ALL, agreement, len(own), 0)
        rows.append((name, "test", replicate, "paired", "classifier", *score))
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)
