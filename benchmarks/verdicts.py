"""How often the verdicts are wrong where nothing was lost, and what they see of a small loss.

Usage: python benchmarks/verdicts.py    (writes verdicts.md beside it; four minutes on one core)
"""

from functools import partial
from pathlib import Path

import numpy as np
from null_runs import (  # which also lets synthgap be found
    POOL,
    band_runs,
    components,
    lossy_run,
    measure_digits,
    model_run,
    noisy_band_run,
    page_run,
)
from scipy.stats import t
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from synthgap.metrics.verdicts import Verdict, holm, judge

RUNS, BAND_RUNS, REPLICATES = 4000, 800, (3, 5)

# The claimed direction of each finding; -1 where it isn't listed.
CLAIMED = {"Fréchet": 1, "detection": 1}


def satterthwaite_p(c):
    """Student's t with Satterthwaite's degrees of freedom, without the correction."""
    return 2 * t.sf(abs(c.value) / c.standard_error, c.df) if c.standard_error else 1.0


def band_p(c):
    """As satterthwaite_p, but with the band's degrees of freedom, for set-level scores."""
    return satterthwaite_p(c) if c.n_images else 2 * t.sf(abs(c.value) / c.standard_error, c.images.df)


def claimed_by_old(name, run):
    comparison, beyond = run
    return bool(beyond and comparison.value * CLAIMED.get(name, -1) > 0)


def false_alarms(name, runs):
    """Shares of false verdicts: the old rule's, Student's t's, ours, ours in the likelier direction."""
    verdicts = [judge(comparison, CLAIMED.get(name, -1)) for comparison, _ in runs]
    seen, opposite = (np.mean([v is wanted for v in verdicts]) for wanted in (Verdict.SEEN, Verdict.OPPOSITE))
    plain = np.mean([band_p(comparison) < 0.05 for comparison, _ in runs])
    old = np.mean([claimed_by_old(name, run) for run in runs])
    return old, plain, seen + opposite, max(seen, opposite)


def page_alarms(pages):
    """Shares of pages with a false verdict: the old rule's, ours without and with Holm's adjustment."""
    old = np.mean([any(claimed_by_old(name, run) for name, run in page.items()) for page in pages])
    ours = []
    for adjust in (list, holm):
        wrong = 0
        for page in pages:
            adjusted = dict(zip(page, adjust([c.p_value() for c, _ in page.values()]), strict=True))
            verdicts = {n: judge(c, CLAIMED.get(n, -1), None, adjusted[n]) for n, (c, _) in page.items()}
            most = page["recall most"][0]
            verdicts["recall most"] = judge(most, -1, None, adjusted["recall most"], verdicts["recall"])
            wrong += any(verdict is not Verdict.UNDECIDED for verdict in verdicts.values())
        ours.append(wrong / len(pages))
    return old, *ours


def power(runs):
    """Shares that see a loss: the old rule, Student's t, ours, ours as the first of ten; and the median loss
    that is detectable, in points.
    """
    seen = [[r[1] and r[0].value < 0 for r in runs]]
    seen.append([satterthwaite_p(c) < 0.05 and c.value < 0 for c, _ in runs])
    for factor in (1, 10):
        verdicts = [judge(c, -1, None, min(1, factor * c.p_value())) for c, _ in runs]
        seen.append([verdict is Verdict.SEEN for verdict in verdicts])
    return *map(np.mean, seen), np.median([c.detectable() for c, _ in runs[:200]])


def percent(share):
    return f"{100 * share:.1f}"


def table(head, rows):
    columns = head.split(" | ")
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def alarm_rows(drawn, bands, models, replicates):
    """Shares of false verdicts of each finding."""
    named = {name: [page[name] for page in drawn] for name in drawn[0] if name != "entropy, train"}
    named |= {name: [band[name] for band in bands] for name in bands[0]}
    sources = dict.fromkeys(named, "digits") | dict.fromkeys(("detection", "attention"), "model")
    for name, run in models.items():
        runs = RUNS // 4 if "10,000" in name else RUNS
        named[name] = [run(replicates=replicates) for _ in range(runs)]
    named["a set with noisy scores"] = [noisy_band_run(replicates) for _ in range(RUNS)]
    return [
        [name, sources.get(name, "model"), replicates, len(runs), *map(percent, false_alarms(name, runs))]
        for name, runs in named.items()
    ]


def loss_rows(values, models, replicates):
    """Shares of runs that see one point of accuracy lost, and the loss seen at 80 % power."""
    rows = []
    for name in ("accuracy, 898 images", "accuracy, 10,000 images"):
        runs = [models[name](replicates=replicates, shift=-0.01) for _ in range(RUNS // 4)]
        rows.append([name, "model", replicates, *map(percent, power(runs))])
    runs = [lossy_run(values, replicates) for _ in range(RUNS // 4)]
    return [*rows, ["accuracy, 898 images", "digits", replicates, *map(percent, power(runs))]]


def margin_rows(models, replicates):
    """Shares of runs that say "no difference larger than m" of a difference of m, and of none."""
    rows = []
    for name, factor, unit in (("accuracy, 898 images", 100, "points"), ("entropy, 898 images", 1, "nats")):
        for margin in (0.01, 0.02, 0.05):
            shares = []
            for shift in (margin, 0.0):
                runs = [models[name](replicates=replicates, shift=shift) for _ in range(RUNS // 4)]
                verdicts = [judge(comparison, 0, margin) for comparison, _ in runs]
                shares.append(np.mean([verdict is Verdict.NO_DIFFERENCE for verdict in verdicts]))
            rows.append([name, replicates, f"{factor * margin:g} {unit}", *map(percent, shares)])
    return rows


def main():
    values, labels = measure_digits()
    features = PCA(16, random_state=0).fit_transform(load_digits().data / 16).astype(np.float32)
    half = POOL // 2
    accuracy = components(values["correct_blurred"][half:], values["correct"][:half], False)
    entropies = components(values["entropy_blurred"], values["entropy"], True)
    models = {
        f"accuracy, {n:,} images": partial(model_run, accuracy, images=n, paired=False) for n in (898, 10_000)
    }
    models |= {
        f"entropy, {n:,} images": partial(model_run, entropies, images=n, paired=True)
        for n in (50, 898, 3000)
    }
    alarms, pages, losses, margins = [], [], [], []
    for replicates in REPLICATES:
        bands = [band_runs(features, replicates) for _ in range(BAND_RUNS)]
        drawn = [page_run(values, labels, bands, replicates) for _ in range(RUNS // 2)]
        pages.append([replicates, len(drawn), *map(percent, page_alarms(drawn))])
        alarms += alarm_rows(drawn, bands, models, replicates)
        losses += loss_rows(values, models, replicates)
        margins += margin_rows(models, replicates)
    text = TEXT.format(
        pool=POOL,
        accuracy=", ".join(f"{sd:.4f}" for sd in accuracy),
        entropy=", ".join(f"{sd:.4f}" for sd in entropies),
        pages=table("replicates | pages | 2 errors | ours, not adjusted | ours, Holm", pages),
        alarms=table(
            "finding | null | replicates | runs | 2 errors | Student's t | ours | in one direction", alarms
        ),
        margins=table("finding | replicates | margin m | difference is m | there is none", margins),
        losses=table(LOSSES, losses),
    )
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


LOSSES = "finding | noise | replicates | 2 errors | Student's t | ours | first of ten | detectable, points"
TEXT = """# How often the verdicts are wrong

Written by `python benchmarks/verdicts.py`. All numbers are per cent of simulated runs unless a column says
otherwise; with 800 runs a share of 5 % has a standard error of 0.8, with 4,000 one of 0.3.

The noise is measured on scikit-learn's digits: {pool} small networks, each trained on another bootstrap of
a random half, tested on the other half. *digits*: runs are drawn from these networks and images themselves,
so that nothing is lost (two groups of networks of the same training; fresh images of the same class as
counterparts; sets of fresh real images). *model*: normal effects with the measured standard deviations of
replicates, of images (of their difference), and of the rest: {accuracy} for accuracy beside networks
trained on blurred images, {entropy} for the entropy of blurred images, in nats. Detection and attention are
drawn from plain models of guessing and of noisy maps.

- *2 errors*: the claimed direction, beyond 2 standard errors over replicates (of set-level scores, beyond 2
  standard deviations of the band). One direction only, so it should be 2.5 %.
- *Student's t*: p < .05 with Satterthwaite's degrees of freedom, or the band's for set-level scores.
- *ours*: what `judge` calls seen or the opposite, with p < .05 and no adjustment; should be 5 % at most.
  *In one direction*: the likelier of the two; should be 2.5 % at most.

## A page of ten findings, none of them true

Accuracy, Fréchet distance, precision, recall, recall more than precision, detection, entropy of training
and of test images, concentration, attention. A page is wrong if any of its verdicts is. Should be 5 % at
most.

{pages}
## One finding, not true

{alarms}
Student's t misses the requirement with few paired replicates (up to 8 % with three, where they make most of
the noise) and where a set's own scores scatter more than the band: replicates that agree by chance give a
small error and many degrees of freedom at once. So the critical value is Cochran and Cox's (1950), the mean
of Student's t of both parts of the error, weighted with their variances. It needs no tuning, agrees with
Student's t where one part is all, and errs on the safe side between. Set-level scores stay far below 5 %
because the band holds the noise of images that replicates average out. With one or two replicates every
verdict is "undecided".

## "No difference larger than m"

Where the difference is m, the verdict is wrong; should be 5 % at most. Where there is none, it is right.

{margins}
## One point of accuracy lost

How many runs see it. *First of ten*: as the smallest p of a page of ten findings, where Holm's adjustment
is hardest. *Detectable*: median over runs of the smallest loss that is seen at 80 % power, without
adjustment.

{losses}
Two standard errors see more because they also see what isn't there. More replicates are the remedy:
three leave about four degrees of freedom.
"""

if __name__ == "__main__":
    main()
