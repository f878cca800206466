"""How often the league of metrics names one that knows nothing, and how often its intervals hold the truth.

Usage: python benchmarks/league.py    (writes league.md beside it; ten minutes on one core)
"""

import sys
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))

from synthgap.metrics.league import standing
from synthgap.metrics.verdicts import ALPHA, holm

RUNS, METRICS, REPLICATES = 400, 16, 3
NOISE = 0.2  # of replicates, in standard deviations of the sets' true values
SETS, KNOWN = (12, 24), (0.0, 0.5, 0.8, 0.95)  # correlations of what the first metric says with the loss


def run(sets, known, generator):
    """The standing of each metric over other sets and replicates, and the rank correlation without noise."""
    accuracy = generator.normal(size=sets)
    knows = np.array([known, *[0.0] * (METRICS - 1)])
    badness = -knows[:, None] * accuracy + np.sqrt(1 - knows**2)[:, None] * generator.normal(
        size=(METRICS, sets)
    )

    def repeated(means):
        return means[:, None] + NOISE * generator.normal(size=(sets, REPLICATES))

    measured = repeated(accuracy)
    found = [standing(measured, repeated(each), generator) for each in badness]
    return found, [spearmanr(-accuracy, each).statistic for each in badness]


def row(sets, known, generator):
    """Per cent of runs that name a metric by its interval alone, and by our rule; rightly so, where the first
    knows something; and of intervals that hold the correlation without noise.
    """
    by_interval, ours, right, held = [], [], [], []
    for _ in range(RUNS):
        found, truth = run(sets, known, generator)
        best = int(np.argmax([each.rho for each in found]))
        adjusted = holm([each.p for each in found])
        by_interval.append(found[best].rho_low > 0)
        ours.append(by_interval[-1] and adjusted[best] < ALPHA)
        right.append(ours[-1] and best == 0)
        held.append([each.rho_low <= rho <= each.rho_high for each, rho in zip(found, truth, strict=True)])
    shares = [by_interval, ours, right if known else [np.nan], held]
    return [sets, known, RUNS, *("" if np.isnan(np.mean(s)) else f"{100 * np.mean(s):.1f}" for s in shares)]


def main():
    generator = np.random.default_rng(0)
    rows = [row(sets, known, generator) for sets in SETS for known in KNOWN]
    lines = [COLUMNS.split(" | "), ["---"] * len(COLUMNS.split(" | ")), *rows]
    table = "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
    text = TEXT.format(
        metrics=METRICS, others=METRICS - 1, replicates=REPLICATES, noise=NOISE, runs=RUNS, table=table
    )
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


COLUMNS = "sets | the first knows | runs | by its interval | ours | ours, the first | interval holds rho"
TEXT = """# How often the league names a metric

Written by `python benchmarks/league.py`. In each run sets have true accuracies, and {metrics} metrics say
something of them: {others} something that has nothing to do with the accuracy, the first what correlates
with the loss as the second column says. {replicates} replicates add noise of {noise} standard deviations of
the sets.

- *by its interval*: per cent of runs whose best metric has an interval over replicates that is above 0. This
  interval doesn't know that other sets would give another order.
- *ours*: that has p < .05 besides, over permutations of the sets, by Holm over all metrics. Where nothing is
  known (0), both are false alarms, which should be 5 % at most. *ours, the first*: it is the one that knows.
- *interval holds rho*: per cent of intervals that hold the rank correlation of these sets without noise.

With {runs} runs a share of 5 % has a standard error of 1.1.

{table}
"""

if __name__ == "__main__":
    main()
