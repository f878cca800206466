"""Noise levels that are fitted to a network."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from project import merged, schema_defaults
from synthgap.data.images import DatasetInfo, ImageReader, save_images
from synthgap.plan.names import SPLITS
from synthgap.run.errors import InputError
from synthgap.sets import fitting
from synthgap.sets.checks import check_sets
from synthgap.sets.fitting import fit_schedule, fit_task
from synthgap.sets.kinds.reconstruct import ReconstructOptions
from synthgap.sets.reconstruct import reconstruct
from synthgap.sets.schedule import SamplerConfig
from synthgap.sets.task import SetTask

SAMPLING = SamplerConfig("ipndm", steps=40, solver_steps=12, schedule="fitted")


class Blurred(torch.nn.Module):
    """The best denoiser of two Gaussians, about -0.5 and 0.5 in each pixel."""

    num_classes, sigma_min = 0, 0.01

    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(()))

    def forward(self, x, sigma, labels):
        variance = sigma[:, None, None, None] ** 2 + 0.01
        middle = 0.5 * torch.tanh(0.5 * x / variance)
        return self.scale * (middle + 0.01 / variance * (x - middle))


@pytest.fixture
def task(tmp_path, train, monkeypatch):
    monkeypatch.setattr(fitting, "load_task_denoiser", lambda task: Blurred())
    for split in SPLITS:
        save_images(tmp_path / split, train)
    packed = {split: ImageReader(tmp_path / split) for split in SPLITS}
    options = ReconstructOptions("blurred", 40, sampling=SAMPLING)
    info = DatasetInfo(["0"], [], 8, 1, {}, "digits")
    return SetTask("t", options, "train", 0, 0, 1, 0, 30, "cpu", info, packed, {})


def with_sampling(task, **changes):
    return replace(task, options=replace(task.options, sampling=replace(SAMPLING, **changes)))


def difference(train, sigmas, config=SAMPLING):
    """Of images that nothing was fitted on, to Heun's, in grey levels."""
    chosen = train[200:300]

    def made(config, sigmas=None):
        arrays = (chosen.images, chosen.labels, chosen.index)
        restored = reconstruct(
            Blurred(), *arrays, t_re=40, split="test", seed=1, config=config, sigmas=sigmas
        )
        return restored.astype(float)

    return np.abs(made(config, sigmas) - made(SamplerConfig(steps=40))).mean()


def test_fitted_steps_are_nearer_to_the_whole_walk_than_as_many_others(task, train):
    found = fit_task(with_sampling(task, fit_error=1.0))
    steps = len(found.sigmas) - 1
    assert found.error <= 1.0
    assert steps < 12
    assert list(found.sigmas) == sorted(found.sigmas, reverse=True)
    assert found.sigmas[0] == pytest.approx(80)
    assert found.sigmas[-2] >= SAMPLING.sigma_min
    assert found.sigmas[-1] == 0
    own = difference(train, found.sigmas)
    assert own == pytest.approx(found.error, rel=0.6)
    assert own < difference(train, None, replace(SAMPLING, solver_steps=steps))


def test_no_level_lies_below_the_lowest(task):
    assert fit_task(with_sampling(task, sigma_min=0.2)).sigmas[-2] >= 0.2
    short = fit_task(replace(task, options=replace(task.options, t_re=3)))
    assert short.sigmas[-2] >= SAMPLING.sigma_min


def test_its_own_grid_is_among_those_it_tries(task):
    """Heun's over all steps makes Heun's images."""
    sampling = replace(SAMPLING, sampler="heun", steps=12, fit_error=1e-9)
    assert fit_task(replace(task, options=replace(task.options, t_re=12, sampling=sampling))).error == 0


def test_it_takes_the_fewest_steps_that_will_do():
    def error(sigmas):
        return 8 / (len(sigmas) - 1) ** 2

    for allowed, steps in ((8.0, 1), (0.5, 4), (0.4, 5), (0.125, 8), (0.01, 10)):
        found = fit_schedule(error, error, (80.0, 0.002), most=10, allowed=allowed)
        assert len(found.sigmas) - 1 == steps
        assert found.error == error(found.sigmas)


@pytest.mark.parametrize(
    ("sampling", "message"),
    [
        ({"sampler": "churn", "solver_steps": 9}, "for samplers that add no noise, not churn; take ipndm"),
        ({"sampler": "ipndm"}, "schedule fitted needs solver_steps, the most that it may take"),
    ],
)
def test_what_can_not_be_fitted_is_refused(sampling, message):
    changed = {"models": [{"name": "denoiser", "kind": "train"}], "sets": []}
    config = merged(schema_defaults(), changed | {"sampling": sampling | {"schedule": "fitted"}})
    with pytest.raises(InputError, match=f"config: sampling: .*{message}"):
        check_sets(config)
