"""Weights on disk: safetensors, with a JSON description in the metadata."""

import json
import os
from typing import Any

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..data.safetensors_files import check_safetensors
from ..run.errors import InputError, about_file, in_a_line
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
        check_safetensors(path)
        with safe_open(path, "pt") as file:
            description = json.loads((file.metadata() or {})["synthgap"])
            return {name: file.get_tensor(name) for name in file.keys()}, description  # noqa: SIM118
    except Exception as error:  # of a stranger's file anything may be missing, broken or nested too deep
        problem = f"not weights written by synthgap ({in_a_line(error, 100)}); make them again"
        raise InputError(about_file(path, problem)) from error
