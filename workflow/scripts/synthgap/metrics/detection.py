"""Fake detection: can a small network tell a set from real images? Frank et al. (2020)."""

import copy
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn

from ..classifiers.training import images_to_tensor
from ..data.randomness import derive_seed, random_generator
from ..models.seeding import seeded
from ..plan.names import ALL, DETECTORS, SCORE_COLUMNS
from ..run.errors import InputError
from .spectra import log_dct


@dataclass(frozen=True)
class DetectionConfig:
    """validation, test: shares of the images; the rest trains. patience: epochs without a better
    validation loss before the training stops. lr: Adam's.
    """

    validation: float = 0.2
    test: float = 0.2
    epochs: int = 50
    patience: int = 5
    batch_size: int = 32
    lr: float = 1e-3


@dataclass(frozen=True)
class Detection:
    """accuracy, and area under the ROC curve, on n_test images, half of them real: 0.5 is a guess."""

    accuracy: float
    auc: float
    n_test: int


def detect_fakes(
    real: np.ndarray,
    fake: np.ndarray,
    detector: str,
    config: DetectionConfig,
    *,
    seed: int,
    device: torch.device,
) -> Detection:
    """Train a detector on part of the images and test it on another.

    real: uint8 [N, H, W, C]; fake: uint8 [M, H, W, C]; the first min(N, M) of each are used. An
    image and its reconstruction share a position and fall into the same part. detector: one of DETECTORS.
    Raises InputError where a part would be empty.
    """
    n = min(len(real), len(fake))
    order = random_generator(seed, "detection", "parts").permutation(n)
    n_test, n_validation = round(n * config.test), round(n * config.validation)
    test, validation, train = np.split(order, [n_test, n_test + n_validation])
    if 0 in (len(test), len(validation), len(train)):
        raise InputError(f"detection: {n} real images are too few for a train, validation and test part")
    signal = _pixel_signal if detector == "pixel" else log_dct
    real_signal, fake_signal = signal(real[:n]), signal(fake[:n])
    if detector != "pixel":
        fitted = np.concatenate([real_signal[train], fake_signal[train]])
        mean, deviation = fitted.mean(axis=0), fitted.std(axis=0)
        deviation[deviation == 0] = 1  # a coefficient that never varies tells nothing
        real_signal, fake_signal = ((x - mean) / deviation for x in (real_signal, fake_signal))
    parts = [_labelled_part(real_signal, fake_signal, part) for part in (train, validation, test)]
    if detector == "dct_linear":
        scores = _linear_scores(parts[0], parts[2][0])
    else:
        parts = [(inputs.to(device), targets.to(device)) for inputs, targets in parts]
        with seeded(derive_seed(seed, "detection", "init")):
            model = Detector(real.shape[1], real.shape[3]).to(device)
        _fit(model, parts[0], parts[1], config, seed)
        with torch.inference_mode():
            scores = model(parts[2][0]).cpu().numpy()
    is_fake = parts[2][1].cpu().numpy() > 0
    return Detection(
        float(((scores > 0) == is_fake).mean()), float(roc_auc_score(is_fake, scores)), 2 * n_test
    )


def detection_scores(
    name: str,
    pairs: list[tuple[np.ndarray, np.ndarray]],
    config: DetectionConfig,
    *,
    seed: int,
    device: torch.device,
) -> pd.DataFrame:
    """How well each detector tells a set from the real images, with the columns of every score.

    pairs: the images (real, fake) of each replicate.
    """
    rows = []
    for detector in DETECTORS:
        for replicate, (real, fake) in enumerate(pairs):
            own_seed = derive_seed(seed, "detection", name, detector, replicate)
            found = detect_fakes(real, fake, detector, config, seed=own_seed, device=device)
            half = found.n_test // 2
            for metric, value in (("detection_accuracy", found.accuracy), ("detection_auc", found.auc)):
                rows.append((name, "train", replicate, "paired", detector, metric, ALL, value, half, half))
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


class Detector(nn.Module):
    """Frank et al.'s small CNN: [B, C, H, W] -> logit of "fake" [B]."""

    def __init__(self, resolution: int, channels: int) -> None:
        super().__init__()
        side = resolution // 4
        self.layers = nn.Sequential(
            nn.Conv2d(channels, 3, 3, padding=1), nn.ReLU(),
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
            nn.Flatten(), nn.Linear(32 * side * side, 1),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)[:, 0]


def change_pixels(
    images: np.ndarray, grey_levels: np.ndarray, generator: np.random.Generator, share: float = 0.01
) -> np.ndarray:
    """The positive control: a share of the pixel values moved by one grey level, up or down.

    images: uint8 [N, H, W, C] whose values are among grey_levels (ascending); others move from the
    nearest level above. At an end of the scale the move is inwards.
    """
    levels = np.asarray(grey_levels, np.uint8)
    position = np.searchsorted(levels, images).clip(max=len(levels) - 1)
    step = generator.choice([-1, 1], images.shape)
    step = np.where(position + step < 0, 1, np.where(position + step >= len(levels), -1, step))
    changed = generator.random(images.shape) < share
    return np.where(changed, levels[(position + step).clip(0, len(levels) - 1)], images)


def _pixel_signal(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / 127.5 - 1


def _linear_scores(train: tuple[Tensor, Tensor], test: Tensor) -> np.ndarray:
    """Scores of ridge regression on the flat inputs, above 0 for fakes: [N]."""
    model = RidgeClassifier().fit(train[0].flatten(1).numpy(), train[1].numpy())
    return model.decision_function(test.flatten(1).numpy())


def _labelled_part(real: np.ndarray, fake: np.ndarray, positions: np.ndarray) -> tuple[Tensor, Tensor]:
    """Inputs float32 [2n, C, H, W] and targets [2n]: 0 real, 1 fake."""
    both = np.concatenate([real[positions], fake[positions]]).astype(np.float32)
    targets = torch.arange(2, dtype=torch.float32).repeat_interleave(len(positions))
    return images_to_tensor(both), targets


def _fit(
    model: Detector,
    train: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor],
    config: DetectionConfig,
    seed: int,
) -> None:
    """Train until the validation loss no longer falls; the weights of its lowest value stay."""
    optimizer = torch.optim.Adam(model.parameters(), config.lr)
    generator = torch.Generator().manual_seed(derive_seed(seed, "detection", "order"))
    inputs, targets = train
    best_loss, best_weights, waited = float("inf"), copy.deepcopy(model.state_dict()), 0
    for _ in range(config.epochs):
        for batch in torch.randperm(len(inputs), generator=generator).split(config.batch_size):
            optimizer.zero_grad(set_to_none=True)
            F.binary_cross_entropy_with_logits(model(inputs[batch]), targets[batch]).backward()
            optimizer.step()
        with torch.inference_mode():
            loss = float(F.binary_cross_entropy_with_logits(model(validation[0]), validation[1]))
        if not math.isfinite(loss):
            raise InputError(f"detection: the validation loss became {loss}; lower detection.lr")
        if loss < best_loss:
            best_loss, best_weights, waited = loss, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
            if waited == config.patience:
                break
    model.load_state_dict(best_weights)
