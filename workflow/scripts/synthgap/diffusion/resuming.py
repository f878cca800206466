"""The state of a training, on disk: whole, so that it goes on as if it had never stopped."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ..data.images import ImageSet
from ..files import whole_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

CHECKPOINTS = 20  # written at equal distances over a training


class TrainingState:
    """Modules, their Adam optimisers and the number of steps done, kept in one file."""

    def __init__(
        self, path: Path, modules: dict[str, nn.Module], optimizers: dict[str, torch.optim.Adam]
    ) -> None:
        self.path, self.modules, self.optimizers, self.step = path, modules, optimizers, 0

    def is_due(self, steps: int) -> bool:
        """Whether a training of so many steps writes a checkpoint now."""
        return self.step % max(steps // CHECKPOINTS, 1) == 0 or self.step == steps

    def save(self) -> None:
        with whole_file(self.path) as temporary:
            save_file(self._tensors(), temporary, {"step": str(self.step)})

    def restore(self) -> None:
        """Go on from the file, where there is one."""
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

    def forget(self) -> None:
        """Delete the file: the training is done."""
        self.path.unlink(missing_ok=True)

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
