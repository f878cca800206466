"""Networks as code that torch compiles for this machine."""

import os
from pathlib import Path

import torch
from torch import nn

CODE = Path(".snakemake/compiled")  # for the jobs to come, below the folder that Snakemake runs in


def compile_network(network: nn.Module) -> None:
    """Let a network compile itself in its first evaluation, in place, which takes a minute or more once.

    On a GPU its channels come last: what is compiled doesn't transpose around norms, which takes longer than
    channels that come last save.
    """
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(CODE.resolve()))
    if next(network.parameters(), torch.empty(0)).device.type == "cuda":
        network.to(memory_format=torch.channels_last)
    network.compile(dynamic=False)
