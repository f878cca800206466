"""What a faster solver costs in accuracy, and what it saves: against the paper's T = 100 Heun.

Usage: python benchmarks/solvers.py results/data/train.safetensors results/models/denoiser.safetensors
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))

from synthgap.data.images import load_images
from synthgap.models.loading import load_network
from synthgap.run.job import limit_threads
from synthgap.sets.reconstruct import SamplerConfig, reconstruct

IMAGES, REPEATS = 256, 3
CASES = [(100, 20), (100, 25), (100, 40), (50, 15), (50, 25), (30, 10), (30, 25)]


def timed(denoiser, images, t_re, config):
    start = time.perf_counter()
    result = reconstruct(
        denoiser, images.images, images.labels, images.index, t_re=t_re, split="train", seed=0, config=config
    )
    return result.astype(float), time.perf_counter() - start


def main():
    limit_threads(1)
    images = load_images(sys.argv[1])[np.arange(IMAGES)]
    denoiser = load_network(sys.argv[2])
    print(
        "| t_re | solver_steps | grey levels from Heun (mean absolute) | time, of Heun's |\n|---|---|---|---|"
    )
    for t_re, solver_steps in CASES:
        config = SamplerConfig("dpmpp_2m", solver_steps=solver_steps)
        ratios = []
        for _ in range(REPEATS):
            exact, slow = timed(denoiser, images, t_re, SamplerConfig())
            fast_images, fast = timed(denoiser, images, t_re, config)
            ratios.append(fast / slow)
        distance = np.abs(exact - fast_images).mean()
        print(f"| {t_re} | {solver_steps} | {distance:.2f} | {np.median(ratios):.2f} |")


if __name__ == "__main__":
    main()
