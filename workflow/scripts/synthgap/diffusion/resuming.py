"""The state of a training, on disk: whole, so that it goes on as if it had never stopped."""

import hashlib
import json
import logging
import math
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ..data.images import ImageSet
from ..errors import InputError
from ..files import whole_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

logger = logging.getLogger(__name__)
STOPPING = (signal.SIGTERM, signal.SIGINT)
CHECKPOINTS = 20  # written at equal distances over a training


class TrainingState:
    """Modules, their Adam optimisers and the number of steps done, of `steps`, kept in one file.

    A context: entered, it goes on from the file, where there is one, and minds SIGTERM and SIGINT, which
    schedulers and Ctrl-C send; left after the last step, it deletes the file.
    """

    def __init__(
        self, path: Path, steps: int, modules: dict[str, nn.Module], optimizers: dict[str, torch.optim.Adam]
    ) -> None:
        self.path, self.steps, self.step = path, steps, 0
        self.modules, self.optimizers = modules, optimizers
        self._signal = 0
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._restore()
        self._handlers = {number: signal.signal(number, self._note) for number in STOPPING}
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if kind is None:
            self.path.unlink(missing_ok=True)

    def advance(self, loss: Tensor, key: str) -> None:
        """Count a step that is done, and write a checkpoint where one is due.

        loss: the step's, a scalar; key: of the training's settings in the config. Raises InputError where
        the loss is not finite. Where the process was told to stop, it ends here, its work saved.
        """
        self.step += 1
        due = self.step % max(self.steps // CHECKPOINTS, 1) == 0 or self.step == self.steps
        if due or self._signal:
            if not math.isfinite(float(loss)):
                raise InputError(
                    f"{key}: the loss became {float(loss)} by step {self.step} of {self.steps}; "
                    f"lower {key}.lr"
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
        with whole_file(self.path) as temporary:
            save_file(self._tensors(), temporary, {"step": str(self.step)})

    def _restore(self) -> None:
        if not self.path.exists():
            return
        for optimizer in self.optimizers.values():
            for parameter in _parameters(optimizer):
                optimizer.state[parameter] = {
                    "step": torch.zeros((), device=parameter.device),
                    "exp_avg": torch.zeros_like(parameter),
                    "exp_avg_sq": torch.zeros_like(parameter),
                }
        with safe_open(self.path, "pt") as file, torch.no_grad():
            for name, tensor in self._tensors().items():
                tensor.copy_(file.get_tensor(name))
            self.step = int(file.metadata()["step"])

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
    """A file that another seed, other settings, images or makers don't share."""
    digest = hashlib.sha256(json.dumps([asdict(config), seed, made_by]).encode())
    digest.update(train.images.tobytes())
    digest.update(train.labels.tobytes())
    return Path(folder) / f"{name}-{digest.hexdigest()[:16]}.safetensors"


def _parameters(optimizer: torch.optim.Optimizer) -> list[nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
