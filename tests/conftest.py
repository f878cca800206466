"""Real small data for every test: scikit-learn's digits."""

import hypothesis
import numpy as np
import pytest
from project import Workflow, fresh_project
from synthgap.data.images import DatasetInfo, ImageSet
from synthgap.data.packing import DatasetConfig, pack_dataset
from synthgap.run.job import limit_threads

# Shared machines stall: an example may take as long as it likes.
hypothesis.settings.register_profile("synthgap", deadline=None, max_examples=50)
hypothesis.settings.load_profile("synthgap")


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    limit_threads(1)


@pytest.fixture(scope="session")
def packed() -> tuple[ImageSet, ImageSet, DatasetInfo]:
    """The digits, half train and half test."""
    return pack_dataset(DatasetConfig(), seed=0)


@pytest.fixture(scope="session")
def train(packed) -> ImageSet:
    return packed[0]


@pytest.fixture(scope="session")
def test(packed) -> ImageSet:
    return packed[1]


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def untouched(tmp_path_factory) -> Workflow:
    """The project with a tiny config; nothing has run. Tests that change it take a copy."""
    return fresh_project(tmp_path_factory.mktemp("untouched") / "project")


@pytest.fixture(scope="session")
def finished(untouched, tmp_path_factory) -> Workflow:
    """The same after a whole run. Tests that change it take a copy."""
    workflow = untouched.copy(tmp_path_factory.mktemp("finished"))
    workflow.run("--cores", "2")
    return workflow


@pytest.fixture
def interrupted_denoising(monkeypatch) -> list:
    """Interrupts a denoiser's training of 12 steps once, at the 9th, with checkpoints after the 6th and the
    12th. The calls of its loss.
    """
    from synthgap.models import denoiser_training, resuming

    monkeypatch.setattr(resuming, "CHECKPOINTS", 2)
    loss, calls = denoiser_training.denoising_loss, []

    def failing(*args):
        calls.append(args)
        if len(calls) == 9:
            raise KeyboardInterrupt
        return loss(*args)

    monkeypatch.setattr(denoiser_training, "denoising_loss", failing)
    return calls
