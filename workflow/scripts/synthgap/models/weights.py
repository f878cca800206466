"""Weights on disk: safetensors, with a JSON description in the metadata."""

import json
import os
from collections.abc import Mapping
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..data.readers.safetensors_files import check_safetensors
from ..run.digests import SEAL, array_kind, block_digests, sealed, unsealed
from ..run.errors import InputError, about_file, in_a_line
from ..run.files import whole_file

BLOCKS = "blocks"


def save_weights(
    path: str | os.PathLike, tensors: Mapping[str, Tensor], description: Mapping[str, Any]
) -> None:
    """Write tensors and their description, with check values. The same content gives the same bytes."""
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    # One key: safetensors writes several in a random order.
    metadata = {"synthgap": json.dumps(sealed({**description, BLOCKS: _digests(whole)}))}
    with whole_file(path) as temporary:
        save_file(whole, temporary, metadata)


def load_weights(path: str | os.PathLike) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read (tensors, description). Raises InputError for a file that is none of ours, or changed since.

    Files of earlier versions have no check values.
    """
    try:
        check_safetensors(path)
        with safe_open(path, "pt") as file:
            description = json.loads((file.metadata() or {})["synthgap"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if SEAL in description or BLOCKS in description:
            description = unsealed(description)
            if description.pop(BLOCKS) != _digests(tensors):
                raise ValueError("it changed since it was written")
    except Exception as error:  # of a stranger's file anything may be missing, broken or nested too deep
        problem = f"not weights written by synthgap ({in_a_line(error, 80)}); delete it and run again"
        raise InputError(about_file(path, problem)) from error
    return tensors, description


def _digests(tensors: Mapping[str, Tensor]) -> dict[str, list[str]]:
    """Of each tensor's bytes; numpy doesn't know all of torch's types."""
    return {
        name: block_digests(
            array_kind(name, tensor.dtype, tensor.shape), tensor.reshape(-1).view(torch.uint8).numpy()
        )
        for name, tensor in sorted(tensors.items())
    }
