"""What the scores of edge and core say where a known part of the digits is missing, and where none is.

Usage: python benchmarks/edges.py    (writes edges.md beside it; some minutes on one core)
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))

from synthgap.metrics.edges import Features, halves, local_scores, score_edges, typicality, what_is_around
from synthgap.report.edges import DECILES, group_scores
from synthgap.run.job import limit_threads

DRAWS, NULL_DRAWS, PERMUTATIONS = 60, {1: 800, 3: 300}, 299
SCORES = {
    "edge": ("edge_share", "all"),
    "core": ("core_share", "all"),
    "local share": ("local_share", "all"),
    "local share, decile 1": ("local_share", "decile 1"),
    "local share, decile 10": ("local_share", "decile 10"),
    "local coverage": ("local_coverage", "all"),
}


class Digits:
    """All of them, how typical each is of its class, and which of six clusters of the class it is in.

    as_one: the digits 0 to 5 as one class, whose clusters are the digits.
    """

    def __init__(self, as_one=False):
        images, labels = load_digits(return_X_y=True)
        chosen = labels < (6 if as_one else 10)
        images, labels = images[chosen].astype(np.float32), labels[chosen]
        self.cluster = labels.copy()
        self.features = Features(images, labels * 0 if as_one else labels)
        self.outer = np.zeros(len(labels))
        for label in np.unique(self.features.labels):
            members = np.flatnonzero(self.features.labels == label)
            own = images[members]
            # Each is at no distance from itself, which moves all means alike.
            self.outer[members] = np.argsort(np.argsort(typicality(own, [own], 11))) / len(own)
            if not as_one:
                self.cluster[members] = KMeans(6, n_init=4, random_state=0).fit_predict(own)

    def parts(self, generator, count):
        """Positions of so many disjoint random parts."""
        return np.array_split(generator.permutation(len(self.outer)), count)

    def part(self, positions):
        return Features(self.features.values[positions], self.features.labels[positions])


def without_outer(share):
    """A change that takes out this share of the images, those farthest out."""

    def change(digits, positions, generator):
        return digits.part(positions[digits.outer[positions] < 1 - share])

    return change


def half_without_outer(digits, positions, generator):
    kept = (digits.outer[positions] < 0.9) | (generator.random(len(positions)) < 0.5)
    return digits.part(positions[kept])


def shrunk(share):
    """A change that moves images towards the mean of their class."""

    def change(digits, positions, generator):
        part = digits.part(positions)
        values = part.values.copy()
        for label in range(10):
            own = part.labels == label
            values[own] += share * (values[own].mean(axis=0) - values[own])
        return Features(values, part.labels)

    return change


def without_cluster(digits, positions, generator):
    gone = generator.integers(6, size=10)[digits.features.labels[positions]]
    return digits.part(positions[digits.cluster[positions] != gone])


CHANGES = {
    "nothing": without_outer(0),
    "outer tenth missing": without_outer(0.1),
    "half of the outer tenth missing": half_without_outer,
    "shrunk by 5 %": shrunk(0.05),
    "shrunk by 10 %": shrunk(0.10),
    "one of six clusters of each class missing": without_cluster,
}
CHANGES_AS_ONE = {"one of six digits missing, which are one class": without_cluster}


def scored(sets, train, test, seed):
    """The scores of a set's replicates, as a run collects them."""
    return pd.concat(
        score_edges("s", r, own, train, test, extractor="pixels", seed=seed, permutations=PERMUTATIONS)
        for r, own in enumerate(sets)
    )


def known_rows(digits, changes):
    """Means over draws of each score in points and in its deviations, and how often it is seen."""
    rows = []
    for name, change in changes.items():
        found = {score: [] for score in SCORES}
        for draw in range(DRAWS):
            generator = np.random.default_rng(draw)
            train, test, fake = digits.parts(generator, 3)
            scores = scored([change(digits, fake, generator)], digits.part(train), digits.part(test), draw)
            for score, (metric, group) in SCORES.items():
                own = group_scores(scores, "s", metric)[group]
                value = own.comparison.value
                found[score].append((value, value / own.deviation, own.comparison.p_value() < 0.05))
        for score, values in found.items():
            value, z, seen = np.mean(values, axis=0)
            rows.append([name, score, f"{100 * value:+.1f}", f"{z:+.1f}", f"{100 * seen:.0f}"])
    return rows


def null_rows(digits, replicates):
    """How often each test is wrong where nothing is missing, in per cent."""
    wrong = {}
    for draw in range(NULL_DRAWS[replicates]):
        train, test, *sets = map(digits.part, digits.parts(np.random.default_rng(draw), 2 + replicates))
        scores = scored(sets, train, test, draw)
        for metric in ("edge_share", "core_share", "local_share", "local_coverage"):
            groups = group_scores(scores, "s", metric)
            families = {"all": ["all"], "any decile, Holm": DECILES}
            families["any class, Holm"] = groups.keys() - {"all", *DECILES}
            for family, members in families.items():
                p = [groups[group].p_adjusted for group in members if group in groups]
                if p:
                    wrong.setdefault((metric.replace("_", " "), family), []).append(min(p) < 0.05)
    return [
        [*names, replicates, len(values), f"{100 * np.mean(values):.1f}"] for names, values in wrong.items()
    ]


def error_rows(digits):
    """Standard deviations over draws of a class's local share and local coverage, beside what a draw says of
    them: by permuting, and by bootstrapping the test images alone.
    """
    found, told, naive = [], [], []  # [draws, classes, scores]
    for draw in range(DRAWS):
        train, test, fake = map(digits.part, digits.parts(np.random.default_rng(draw), 3))
        scores = scored([fake], train, test, draw)
        groups = [group_scores(scores, "s", metric) for metric in ("local_share", "local_coverage")]
        classes = [[each[f"class {label}"] for each in groups] for label in range(10)]
        found.append([[group.comparison.value for group in pair] for pair in classes])
        told.append([[group.deviation for group in pair] for pair in classes])
        naive.append([bootstrapped(fake, train, test, label, draw) for label in range(10)])
    true = np.mean(np.var(found, axis=0), axis=0) ** 0.5
    permuted, alone = (np.mean(np.square(each), axis=(0, 1)) ** 0.5 for each in (told, naive))
    return [
        [name, *(f"{100 * number[i]:.2f}" for number in (true, permuted, alone))]
        for i, name in enumerate(("local share", "local coverage"))
    ]


def bootstrapped(fake, train, test, label, seed):
    """Standard errors of local share and coverage of a class, with its test images as the only sample."""
    first = halves(test.labels, seed)
    parts = [test.values[half & (test.labels == label)] for half in (first, ~first)]
    size = min((train.labels == label).sum(), (fake.labels == label).sum())
    around = what_is_around(fake.of(label)[:size], train.of(label)[:size], parts)
    each = [values[0] for values in local_scores(around.is_fake[None], around)]
    return [values.std(ddof=1) / len(values) ** 0.5 for values in each]


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


TEXT = """\
# What is lost at the edge and in the core

Written by `python benchmarks/edges.py`. The images are scikit-learn's digits, their features the 64 pixels.

## A known part is missing

The digits are dealt at random into training images, test images and a set, 599 each; then the set is
changed. Means over {draws} draws, of one replicate each. *Points*: the score, times 100. *Deviations*: the
score over its standard deviation where nothing is missing. *Seen*: per cent of draws with p < .05, of this
score alone. Where images are missing, training images are drawn down to as many in each class.

{known}
The outer tenth is told by the ten nearest of all digits of the class, the scores by the test images: so not
all of the ten points of a missing tenth are found. A share can't fall by more than ten points, which are 5.8
deviations with 599 images, 12 with 2,600. What a hole takes from the local share is partly made up for by
what lies around it, where a set of the same size has more images; from local coverage it is not. Clusters of
one digit run into each other, so that a missing one leaves hardly a hole.

## Nothing is missing

Per cent of draws in which a test is wrong (p < .05; of deciles and classes the smallest, adjusted). Should be
5 at most; of 800 draws its standard error is 0.8. With one replicate nothing is decided, whatever p. With
three all parts are smaller (359 images), and the error has a part of the replicates.

{alarms}
## Errors of the local scores

Of one class, where nothing is missing, in points: standard deviation over {draws} draws, and what a draw says
of it, by permuting which images are the set's, and by bootstrapping the test images alone (root mean squares
over draws and classes).

{errors}
Neighbours are shared between test images, which a bootstrap of these doesn't know.
"""


def main():
    limit_threads(1)
    digits = Digits()
    known = known_rows(digits, CHANGES) + known_rows(Digits(as_one=True), CHANGES_AS_ONE)
    known = table(["missing", "score", "points", "deviations", "seen"], known)
    alarms = null_rows(digits, 1) + null_rows(digits, 3)
    alarms = table(["score", "groups", "replicates", "draws", "wrong"], alarms)
    errors = table(["score", "true", "permuting", "bootstrap"], error_rows(digits))
    text = TEXT.format(draws=DRAWS, known=known, alarms=alarms, errors=errors)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
