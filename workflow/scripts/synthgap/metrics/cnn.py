"""The small convolutional detector of Frank et al. (2020), and its training."""

import copy
import math
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..data.randomness import derive_seed
from ..models.seeding import seeded
from ..run.errors import InputError

CHUNK = 4096  # images at once, where nothing is learned


class Detector(nn.Module):
    """[B, C, H, W] -> logit of "fake" [B].

    It starts as Keras starts it, in which the authors wrote theirs: Glorot's uniform weights, no biases.
    Torch's own start lets the signal fade from layer to layer, and on small sets the network then answers
    alike for all images: its training loss stays that of guessing, however long it trains.
    """

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
        for layer in self.layers:
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(cast(Tensor, layer.bias))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)[:, 0]


def fit_and_score(
    signals: list[np.ndarray], fakes: list[np.ndarray], config: Any, *, seed: int, device: torch.device
) -> list[np.ndarray]:
    """Logits of "fake" for each part, [N].

    signals: of the train, validation and test part, float [N, H, W, C]; fakes: bool [N], whether each is one.
    config: a DetectionConfig.
    """
    parts = [
        (_channels_first(signal).to(device), torch.from_numpy(fake).float().to(device))
        for signal, fake in zip(signals, fakes, strict=True)
    ]
    with seeded(derive_seed(seed, "detection", "init")):
        model = Detector(signals[0].shape[1], signals[0].shape[3])
    model = model.to(device).to(memory_format=torch.channels_last)  # two thirds of the time at 32 pixels
    _fit(model, parts[0], parts[1], config, seed)
    with torch.inference_mode():
        return [_logits(model, inputs).cpu().numpy() for inputs, _ in parts]


def _channels_first(signal: np.ndarray) -> Tensor:
    return torch.from_numpy(signal.astype(np.float32)).permute(0, 3, 1, 2).contiguous()


def _logits(model: Detector, inputs: Tensor) -> Tensor:
    return torch.cat([model(chunk) for chunk in inputs.split(CHUNK)])


def _fit(
    model: Detector, train: tuple[Tensor, Tensor], validation: tuple[Tensor, Tensor], config: Any, seed: int
) -> None:
    """Train until the validation loss no longer falls; the weights of its lowest value stay."""
    optimizer = torch.optim.Adam(model.parameters(), config.lr, fused=True)
    generator = torch.Generator().manual_seed(derive_seed(seed, "detection", "order"))
    inputs, targets = train
    best_loss, best_weights, waited = float("inf"), copy.deepcopy(model.state_dict()), 0
    for _ in range(config.epochs):
        for batch in torch.randperm(len(inputs), generator=generator).split(config.batch_size):
            optimizer.zero_grad(set_to_none=True)
            F.binary_cross_entropy_with_logits(model(inputs[batch]), targets[batch]).backward()
            optimizer.step()
        with torch.inference_mode():
            loss = float(F.binary_cross_entropy_with_logits(_logits(model, validation[0]), validation[1]))
        if not math.isfinite(loss):
            raise InputError(f"detection: the validation loss became {loss}; lower detection.lr")
        if loss < best_loss:
            best_loss, best_weights, waited = loss, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
            if waited == config.patience:
                break
    model.load_state_dict(best_weights)
