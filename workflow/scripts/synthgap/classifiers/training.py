"""Training a classifier on one set of images, and what it says of others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..data.augmentation import crop_and_flip
from ..data.images import ImageSet
from ..data.randomness import derive_seed
from ..models.batches import to_batch
from ..models.seeding import seeded
from ..plan.names import ALL, CLASSIFIER, SCORE_COLUMNS, class_group
from ..run.errors import InputError
from ..run.progress import progress
from .classifier import Classifier, build_classifier
from .config import ClassifierConfig

if TYPE_CHECKING:
    import pandas as pd


def train_classifier(
    train: ImageSet,
    num_classes: int,
    config: ClassifierConfig,
    *,
    seed: int,
    device: torch.device,
    epoch_images: int | None = None,
) -> tuple[Classifier, pd.DataFrame]:
    """The classifier of the last epoch (eval mode, on `device`), and its history: epoch, lr, train_loss,
    train_accuracy (in [0, 1], while training).

    epoch_images: how many images an epoch shows, whatever the set's size (None: as many as it has): with one
    number, sets of all sizes get the same steps, batches and learning rates. No epoch is chosen. Raises
    InputError where the training diverges.
    """
    import pandas as pd

    images, labels = images_to_tensor(train.images).to(device), torch.from_numpy(train.labels).to(device)
    with seeded(derive_seed(seed, "train_classifier")):
        model = build_classifier(config.learner, images.shape[1], num_classes, config.options)
    _check_takes(model, images[:2].cpu(), config.learner)
    deviation, mean = torch.std_mean(images.float() / 255, dim=(0, 2, 3))
    model.to(device)
    model.mean.copy_(mean)
    model.deviation.copy_(deviation.clamp_min(1 / 255))
    # Fused, as being told of a step's many small sums takes longer than making them.
    optimizer = torch.optim.SGD(
        model.parameters(), config.lr, config.momentum, weight_decay=config.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, config.lr_step, config.lr_factor)
    generator = torch.Generator().manual_seed(derive_seed(seed, "train_classifier", "order"))
    orders = epoch_orders(len(images), epoch_images or len(images), generator)
    history = []
    for epoch in progress(range(1, config.epochs + 1), "train classifier", "epoch"):
        rate = optimizer.param_groups[0]["lr"]
        loss, accuracy = _train_epoch(model, images, labels, next(orders), config, optimizer, generator)
        if not math.isfinite(loss):
            raise InputError(
                f"classifier: the training loss became {loss} in epoch {epoch}; lower classifier.lr"
            )
        schedule.step()
        history.append((epoch, rate, loss, accuracy))
    columns = ["epoch", "lr", "train_loss", "train_accuracy"]
    return model.eval().requires_grad_(False), pd.DataFrame(history, columns=columns)


def epoch_orders(total: int, shown: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Which of a set's `total` images each epoch shows, in their order: int64 [shown], without end.

    One random order of the images follows upon another; an epoch takes up where the last one ended. An order
    is drawn when it is needed, as `generator` also serves the augmentation.
    """
    left = torch.empty(0, dtype=torch.int64)
    while True:
        while len(left) < shown:
            left = torch.cat([left, torch.randperm(total, generator=generator)])
        yield left[:shown]
        left = left[shown:]


def accuracy_scores(
    name: str, replicate: int, correct: np.ndarray, labels: np.ndarray, num_classes: int, n_train: int
) -> pd.DataFrame:
    """The test accuracy after training on the set `name`, of all images and of each class (columns
    SCORE_COLUMNS).

    correct: bool [N], which test images the classifier gets right; labels: int [N], their classes.
    """
    import pandas as pd

    groups = {ALL: correct} | {class_group(label): correct[labels == label] for label in range(num_classes)}
    rows = [
        (name, "test", replicate, "none", CLASSIFIER, "accuracy", group, own.mean(), len(own), n_train)
        for group, own in groups.items()
        if len(own)
    ]
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def _check_takes(model: Classifier, images: Tensor, learner: str) -> None:
    """Raise InputError where a network can't take such images at all; it learns nothing from it."""
    try:
        with torch.inference_mode():
            model.eval()(images)
    except (RuntimeError, ValueError, AssertionError) as error:
        problem = " ".join(str(error).split())[:100] or type(error).__name__
        size = "x".join(map(str, images.shape[2:]))
        raise InputError(
            f"classifier: this network of {learner} can't take images of {size} ({problem}); choose another, "
            "or larger images (dataset.resolution)"
        ) from error


def _train_epoch(
    model: Classifier,
    images: Tensor,
    labels: Tensor,
    order: Tensor,
    config: ClassifierConfig,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
) -> tuple[float, float]:
    """Steps over the images at positions `order`: (mean loss, accuracy) while training."""
    model.train()
    total_loss = torch.zeros((), device=images.device)
    correct = torch.zeros((), device=images.device)
    seen = 0
    for batch in order.to(images.device).split(config.batch_size):  # no copy, and no wait, in each step
        if len(batch) == 1:
            continue  # batch norm needs two
        batch_images = images[batch]
        if config.augmentation == "crop_flip":
            batch_images = crop_and_flip(batch_images, generator)
        logits = model(batch_images)
        loss = F.cross_entropy(logits, labels[batch])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        seen += len(batch)
        total_loss += loss.detach() * len(batch)
        correct += (logits.argmax(1) == labels[batch]).sum()
    return float(total_loss) / seen, float(correct) / seen


@torch.inference_mode()
def predict(model: Classifier, images: np.ndarray, batch_size: int) -> tuple[np.ndarray, np.ndarray]:
    """(logits float32 [N, classes], features float32 [N, D]) of uint8 images [N, H, W, C].

    Batches are padded, so an image's result does not depend on the others.
    """
    model.eval()
    device = next(model.parameters()).device
    logits, features = [], []
    for start in range(0, len(images), batch_size):
        batch = to_batch(images[start : start + batch_size].transpose(0, 3, 1, 2), batch_size, device)
        features.append(model.features(batch))
        logits.append(model.logits(features[-1]))
    n = len(images)
    return torch.cat(logits)[:n].cpu().numpy(), torch.cat(features)[:n].cpu().numpy()


def images_to_tensor(images: np.ndarray) -> Tensor:
    """uint8 [N, H, W, C] to a contiguous uint8 tensor [N, C, H, W]."""
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
