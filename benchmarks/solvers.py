"""What a faster solver costs in accuracy, and what it saves: against the paper's T = 100 Heun.

Usage: python benchmarks/solvers.py RESULTS    (a folder in which `denoiser` was trained)
"""

import itertools
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))

from synthgap.data.images import ImageReader, load_info
from synthgap.models.loading import load_network
from synthgap.plan.names import SPLITS
from synthgap.run.job import limit_threads
from synthgap.sets.fitting import IMAGES as FITTED_ON
from synthgap.sets.fitting import fit_task
from synthgap.sets.kinds.reconstruct import ReconstructOptions
from synthgap.sets.reconstruct import SamplerConfig, reconstruct
from synthgap.sets.task import SetTask

IMAGES = 256
STEPS = {100: (10, 15, 25), 70: (10, 15, 25), 50: (10, 15, 25), 30: (6, 10, 15)}
SAMPLERS = ("ipndm", "unipc", "dpmpp_2m", "dpmpp_3m")
PAPER = (20, 30, 40, 50, 60, 70, 80, 100)


class Walks:
    """Test images, which no schedule was fitted on, and the network of a run."""

    def __init__(self, results):
        self.packed = {split: ImageReader(results / f"data/{split}.safetensors") for split in SPLITS}
        self.info = load_info(results / "data/dataset.json")
        self.file = results / "models/denoiser.safetensors"
        self.denoiser, self.images = load_network(self.file), self.packed["test"][:IMAGES]
        self.exact = {t_re: self.restored(t_re, SamplerConfig()) for t_re in PAPER}

    def restored(self, t_re, config, sigmas=None):
        arrays = (self.images.images, self.images.labels, self.images.index)
        made = reconstruct(
            self.denoiser,
            *arrays,
            t_re=t_re,
            split="test",
            seed=0,
            config=config,
            sigmas=sigmas,
            quiet=True,
        )
        return made.astype(float)

    def difference(self, t_re, config, sigmas=None):
        """To Heun's, in grey levels."""
        return np.abs(self.exact[t_re] - self.restored(t_re, config, sigmas)).mean()

    def fit(self, t_re, config):
        options = ReconstructOptions("denoiser", t_re, sampling=config)
        task = SetTask("t", options, "train", 0, 0, 1, 0, 1, "cpu", self.info, self.packed, {}, self.file)
        return fit_task(task)


def table(columns):
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")


def main():
    limit_threads(1)
    walks = Walks(Path(sys.argv[1]))
    table(["t_re", "evaluations", "of Heun's", *(f"`{sampler}`" for sampler in SAMPLERS)])
    for t_re, count in itertools.chain(
        *(itertools.product([t_re], counts) for t_re, counts in STEPS.items())
    ):
        levels = [walks.difference(t_re, SamplerConfig(sampler, solver_steps=count)) for sampler in SAMPLERS]
        shown = " | ".join(f"{level:.2f}" for level in levels)
        print(f"| {t_re} | {count} | {count / (2 * t_re - 1):.2f} | {shown} |", flush=True)
    table(
        [
            "t_re",
            "evaluations",
            "of Heun's",
            f"error on {FITTED_ON} training images",
            f"on {IMAGES} test images",
        ]
    )
    total, config = 0, SamplerConfig("ipndm", solver_steps=20, schedule="fitted")
    for t_re in PAPER:
        found = walks.fit(t_re, config)
        count = len(found.sigmas) - 1
        total += count
        level = walks.difference(t_re, config, found.sigmas)
        print(
            f"| {t_re} | {count} | {count / (2 * t_re - 1):.2f} | {found.error:.2f} | {level:.2f} |",
            flush=True,
        )
    print(f"| all | {total} | {total / sum(2 * t_re - 1 for t_re in PAPER):.2f} | | |")


if __name__ == "__main__":
    main()
