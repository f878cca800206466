"""The state of a training, on disk: whole, so that it goes on as if it had never stopped."""

import hashlib
import json
import logging
import math
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import Tensor, nn

from ..data.images import ImageSet
from ..run.errors import InputError
from .weights import load_weights, save_weights

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

logger = logging.getLogger(__name__)
STOPPING = (signal.SIGTERM, signal.SIGINT)
CHECKPOINTS = 20  # written at equal distances over a training
SECONDS = 300  # after which one is written at the latest


class TrainingState:
    """Modules, their Adam optimisers and the number of steps done, of `steps`, kept in one file.

    A context: entered, it goes on from the file, where there is one, and minds SIGTERM and SIGINT, which
    schedulers and Ctrl-C send. The file of a finished training is there until its result is saved elsewhere
    and somebody deletes it.
    """

    def __init__(
        self, path: Path, steps: int, modules: dict[str, nn.Module], optimizers: dict[str, torch.optim.Adam]
    ) -> None:
        self.path, self.steps, self.step = path, steps, 0
        self.modules, self.optimizers = modules, optimizers
        self._signal = 0
        self._handlers: dict[int, Any] = {}
        self._saved = time.monotonic()

    def __enter__(self) -> Self:
        self._restore()
        self._saved = time.monotonic()
        self._handlers = {number: signal.signal(number, self._note) for number in STOPPING}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def advance(self, loss: Tensor, key: str) -> None:
        """Count a step that is done, and write a checkpoint where one is due.

        loss: the step's, a scalar; key: of what is trained in the config. Raises InputError where
        the loss is not finite. Where the process was told to stop, it ends here, its work saved.
        """
        self.step += 1
        due = self.step % max(self.steps // CHECKPOINTS, 1) == 0 or self.step == self.steps
        if due or self._signal or time.monotonic() - self._saved > SECONDS:
            if not math.isfinite(float(loss)):
                raise InputError(
                    f"{key}: the loss became {float(loss)} by step {self.step} of {self.steps}; lower its lr"
                )
            self._save()
        if self._signal and self.step < self.steps:
            name = signal.Signals(self._signal).name
            done = f"step {self.step} of {self.steps}"
            logger.warning("stopped by %s after %s; run again to go on from there", name, done)
            sys.exit(128 + self._signal)

    def _note(self, number: int, frame: object) -> None:
        self._signal = number

    def _save(self) -> None:
        save_weights(self.path, self._tensors(), {"step": self.step})
        self._saved = time.monotonic()

    def _restore(self) -> None:
        if not self.path.exists():
            return
        try:
            saved, description = load_weights(self.path)
        except InputError as error:
            logger.warning("%s can't be read (%s); the training starts anew", self.path, error.__cause__)
            return
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    # A fused optimiser counts its steps on the device.
                    device = parameter.device if group["fused"] else "cpu"
                    optimizer.state[parameter] = {
                        "step": torch.zeros((), device=device),
                        "exp_avg": torch.zeros_like(parameter),
                        "exp_avg_sq": torch.zeros_like(parameter),
                    }
        with torch.no_grad():
            for name, tensor in self._tensors().items():
                tensor.copy_(saved[name])
        self.step = description["step"]

    def _tensors(self) -> dict[str, Tensor]:
        """Everything that changes from step to step, by name (not copies)."""
        tensors = {
            f"{prefix}.{name}": tensor
            for prefix, module in self.modules.items()
            for name, tensor in module.state_dict().items()
        }
        for prefix, optimizer in self.optimizers.items():
            for i, parameter in enumerate(_parameters(optimizer)):
                for name, tensor in optimizer.state[parameter].items():
                    tensors[f"{prefix}.{i}.{name}"] = tensor
        return tensors


def checkpoint_path(
    folder: str | os.PathLike,
    name: str,
    train: ImageSet,
    config: "DataclassInstance",
    seed: int,
    made_by: str,
) -> Path:
    """A file in `folder` that another seed, other settings or images don't share.

    made_by: whatever else decides the result: code, threads, device.
    """
    digest = hashlib.sha256(json.dumps([asdict(config), seed, made_by]).encode())
    digest.update(train.images.tobytes())
    digest.update(train.labels.tobytes())
    return Path(folder) / f"{name}-{digest.hexdigest()[:16]}.safetensors"


def _parameters(optimizer: torch.optim.Optimizer) -> list[nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
