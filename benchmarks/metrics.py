"""The metrics' time and memory beside well-known implementations, on random features.

Usage: python benchmarks/metrics.py [images] [dimensions]
"""

import subprocess
import sys
import time
import tracemalloc
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))


def features(count, dimensions):
    generator = np.random.default_rng(0)
    a, b = generator.normal(size=(2, count, dimensions)).astype(np.float32)
    return a, 1.1 * b


def prdc_four(a, b):
    from prdc import compute_prdc

    with redirect_stdout(sys.stderr):  # it prints
        compute_prdc(a, b, 5)


def own_four(a, b):
    from synthgap.metrics.manifold import manifold_scores

    manifold_scores(a, b, 5, 5)


def sqrtm_frechet(a, b):
    from scipy.linalg import sqrtm

    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    mean = ((a.mean(0) - b.mean(0)) ** 2).sum()
    float(mean + np.trace(cov_a) + np.trace(cov_b) - 2 * np.trace(sqrtm(cov_a @ cov_b)).real)


def own_frechet(a, b):
    from synthgap.metrics.frechet import frechet_distance

    frechet_distance(a, b)


PAIRS = [("own_four", "prdc_four"), ("own_frechet", "sqrtm_frechet")]


def measure(name, count, dimensions):
    """(seconds, MB above what the features take) of one function, in a process of its own."""
    command = [sys.executable, __file__, "one", name, str(count), str(dimensions)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return tuple(map(float, output.split()))


def run_one(name, count, dimensions):
    a, b = features(count, dimensions)
    globals()[name](a[:50], b[:50])  # imports
    start = time.perf_counter()
    globals()[name](a, b)
    seconds = time.perf_counter() - start
    tracemalloc.start()
    globals()[name](a, b)
    print(seconds, tracemalloc.get_traced_memory()[1] / 2**20)


def main():
    if sys.argv[1:2] == ["one"]:
        run_one(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return
    count, dimensions = [*map(int, sys.argv[1:]), *(5000, 1280)[len(sys.argv) - 1 :]]
    print(f"{count} images a side, {dimensions} dimensions; medians of 3 pairs\n")
    print("| ours | peer | time, of the peer's | memory, MB | peer's memory, MB |\n|---|---|---|---|---|")
    for own, peer in PAIRS:
        runs = [(measure(own, count, dimensions), measure(peer, count, dimensions)) for _ in range(3)]
        ratio = np.median([ours[0] / theirs[0] for ours, theirs in runs])
        memory = np.median([[ours[1], theirs[1]] for ours, theirs in runs], axis=0)
        print(f"| {own} | {peer} | {ratio:.2f} | {memory[0]:.0f} | {memory[1]:.0f} |")


if __name__ == "__main__":
    main()
