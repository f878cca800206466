"""What a faster solver costs in accuracy, and what it saves: against the paper's T = 100 Heun.

Usage: python benchmarks/solvers.py results/data/train.safetensors results/models/denoiser.safetensors
"""

import itertools
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))

from synthgap.data.images import load_images
from synthgap.models.loading import load_network
from synthgap.run.job import limit_threads
from synthgap.sets.reconstruct import SamplerConfig, reconstruct

IMAGES = 256
STEPS = {100: (10, 15, 25), 70: (10, 15, 25), 50: (10, 15, 25), 30: (6, 10, 15)}
SAMPLERS = ("ipndm", "dpmpp_2m", "dpmpp_3m")


def main():
    limit_threads(1)
    images, denoiser = load_images(sys.argv[1])[np.arange(IMAGES)], load_network(sys.argv[2])

    def restored(t_re, config):
        made = reconstruct(
            denoiser,
            images.images,
            images.labels,
            images.index,
            t_re=t_re,
            split="train",
            seed=0,
            config=config,
        )
        return made.astype(float)

    print("| t_re | evaluations | of Heun's | " + " | ".join(f"`{sampler}`" for sampler in SAMPLERS) + " |")
    print("|---" * (3 + len(SAMPLERS)) + "|")
    exact = {t_re: restored(t_re, SamplerConfig()) for t_re in STEPS}
    for t_re, count in itertools.chain(
        *(itertools.product([t_re], counts) for t_re, counts in STEPS.items())
    ):
        levels = [
            np.abs(exact[t_re] - restored(t_re, SamplerConfig(sampler, solver_steps=count))).mean()
            for sampler in SAMPLERS
        ]
        shown = " | ".join(f"{level:.2f}" for level in levels)
        print(f"| {t_re} | {count} | {count / (2 * t_re - 1):.2f} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
