"""Weights on disk: safetensors, with a JSON description in the metadata."""

import json
import os
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..run.errors import InputError
from ..run.files import whole_file


def save_weights(path: str | os.PathLike, tensors: dict[str, Tensor], description: dict[str, Any]) -> None:
    """Write tensors and their description. The same content gives the same bytes."""
    # One key: safetensors writes several in a random order.
    metadata = {"synthgap": json.dumps(description)}
    with whole_file(path) as temporary:
        save_file({k: v.contiguous() for k, v in tensors.items()}, temporary, metadata)


def load_weights(path: str | os.PathLike) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read (tensors, description). Raises InputError for a file that is none of ours."""
    try:
        with safe_open(path, "pt") as file:
            description = json.loads((file.metadata() or {})["synthgap"])
            return {name: file.get_tensor(name) for name in file.keys()}, description  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise InputError(f"{path}: not weights written by synthgap ({error}); make them again") from error
