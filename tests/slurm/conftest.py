import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster, missing_tools


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster of its own for every test, as tests crash its nodes."""
    pytest.importorskip("snakemake_executor_plugin_slurm")
    if missing := missing_tools():
        message = f"SLURM is not installed (apt-get install slurm-wlm munge): no {', '.join(missing)}"
        if os.environ.get("SLURM_TESTS") == "required":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    with tempfile.TemporaryDirectory(prefix="slurm-", dir="/tmp") as folder, Cluster(Path(folder)) as running:
        yield running
