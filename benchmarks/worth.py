"""How often the interval of a set's worth holds the truth: for sets of real images, whose worth is known.

Usage: python benchmarks/worth.py    (writes worth.md beside it; four minutes on one core)
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "workflow/scripts"), str(ROOT / "tests")]

from fast_learner import SHARES, digits, measured_curve, measured_part  # noqa: E402
from synthgap.data.splits import stratified_parts  # noqa: E402
from synthgap.metrics.worth import worths  # noqa: E402

RUNS, REPLICATES = 200, (3, 5)
REAL, TEST = 600, 597  # images; the others are fresh ones
PARTS = {"1/2": 0.5, "1/4": 0.25, "3/8 (between two points)": 0.375}


def run(seed, replicates):
    """The true share, and the worth that is found, of each kind of set, in one run on other images."""
    generator = np.random.default_rng(seed)
    images, labels = digits()
    real, test, fresh = (
        (images[part], labels[part])
        for part in stratified_parts(labels, [REAL, TEST, len(labels) - REAL - TEST], generator)
    )
    curve = measured_curve(real, test, replicates, generator)

    def part(of, share):
        return measured_part(of, test, round(share * REAL), replicates, generator)

    sets = {f"{name} of the real images": (share, part(real, share)) for name, share in PARTS.items()}
    sets["fresh images, 1/2 as many"] = 0.5, part(fresh, 0.5)
    sets["the real images again"] = 1.0, part(real, 1.0)
    found = worths(curve, {name: right for name, (_, right) in sets.items()}, seed)
    return {name: (share * REAL, found[name]) for name, (share, _) in sets.items()}


def row(name, replicates, results):
    """Shares of runs, in per cent; the median interval, as shares of the true number."""
    truth = results[0][0]
    worth = [each for _, each in results]
    holds, less, more = (
        100 * np.mean([test(each) for each in worth])
        for test in (
            lambda w: w.low <= truth <= w.high,
            lambda w: w.high < truth,
            lambda w: w.low > truth,
        )
    )
    low, value, high = (
        np.quantile([getattr(each, end) for each in worth], 0.5, method="lower") / truth
        for end in ("low", "value", "high")
    )
    shares = [f"{holds:.1f}", f"{less:.1f}", f"{more:.1f}"]
    return [name, replicates, len(results), *shares, f"{value:.2f}", f"{low:.2f} to {high:.2f}"]


def table(columns, rows):
    lines = [columns.split(" | "), ["---"] * len(columns.split(" | ")), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def main():
    rows = []
    for replicates in REPLICATES:
        runs = [run(seed, replicates) for seed in range(RUNS)]
        rows += [row(name, replicates, [each[name] for each in runs]) for name in runs[0]]
    columns = "set | replicates | runs | holds the truth | worth less | worth more | n_eq / truth"
    text = TEXT.format(
        runs=RUNS,
        error=f"{100 * (0.05 * 0.95 / RUNS) ** 0.5:.1f}",
        real=REAL,
        test=TEST,
        points=", ".join(f"{round(share * REAL)}" for share in SHARES),
        table=table(f"{columns} | interval / truth", rows),
    )
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


TEXT = """# How often the interval of a set's worth holds the truth

Written by `python benchmarks/worth.py`, on scikit-learn's digits. A run draws {real} real images, {test}
test images and fresh ones; trains on {points} of the real ones (other parts in each replicate), and on sets
of real images, whose worth is known; and asks what those are worth. The learner is a linear classifier on
random features, drawn anew for each training. *holds the truth*: per cent of runs whose 95 % interval does.
*worth less*, *worth more*: the whole interval lies below or above the truth; 2.5 % each is what 95 % means.
The last columns are medians over runs, as multiples of the truth. With {runs} runs a share of 5 % has a
standard error of {error}.

{table}
"""

if __name__ == "__main__":
    main()
