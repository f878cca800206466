"""How often the alarms about copies and lost classes ring where nothing is wrong, and where something is.

Usage: python benchmarks/alarms.py FOLDER    (writes alarms.md beside it; half an hour on one core)
FOLDER holds Fashion-MNIST's four idx files; on Debian that of the package dataset-fashion-mnist.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from sklearn.decomposition import PCA

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))

from synthgap.data.images import ImageSet
from synthgap.data.packing import DatasetConfig, pack_dataset
from synthgap.metrics.configs import ScoreConfig
from synthgap.metrics.measurements import SplitMeasurements
from synthgap.metrics.neighbours import nearest_distances
from synthgap.metrics.scores import score_baseline, score_set
from synthgap.metrics.verdicts import ALPHA
from synthgap.plan.names import RECIPE_COLUMNS
from synthgap.report.alarms import alarms, worst_class
from synthgap.run.job import limit_threads

IMAGES, REPLICATES, WIDTH = 500, (3, 5), 64
RUNS, CHANGED_RUNS = 300, 50  # in which nothing is wrong; of these, those in which something is, too
CONFIG = ScoreConfig()
CHANGES = {
    "fresh real images": None,
    "of these, 2 % are copies of training images": ("train", 0.02),
    "of these, 10 % are copies of training images": ("train", 0.10),
    "of these, 2 % are copies of test images": ("test", 0.02),
    "of these, 10 % are copies of test images": ("test", 0.10),
    "of these, no image is of class 0": ("class", 1.0),
    "of these, half of the images of class 0 are gone": ("class", 0.5),
}


class Pool:
    """All images, of 14x14 pixels, and a PCA of other images in place of an extractor that never saw them."""

    def __init__(self, folder):
        config = DatasetConfig(kind="fashion_mnist", path=folder, resolution=14)
        train, test, _ = pack_dataset(config, seed=0)
        self.images, self.pca = train, PCA(WIDTH, random_state=0).fit(flat(test.images))

    def draw(self, generator, parts):
        """So many disjoint random parts."""
        chosen = generator.choice(len(self.images), (parts, IMAGES), replace=False)
        return [self.images[part] for part in chosen]

    def measure(self, images, real):
        features = self.pca.transform(flat(images.images)).astype(np.float32)
        nearest = {
            split: nearest_distances(images, part, torch.device("cpu")) for split, part in real.items()
        }
        logits = np.eye(10)[images.labels]
        return SplitMeasurements({CONFIG.manifold: features}, logits, features, images.labels, nearest)


def flat(images):
    return images.reshape(len(images), -1).astype(np.float32)


def changed(images, change, real, generator):
    """Some of a set's images replaced by real ones of their class, or by copies of its other images."""
    if change is None:
        return images
    what, share = change
    pixels, labels = images.images.copy(), images.labels
    if what == "class":
        own = np.flatnonzero(labels == 0)
        places, sources = own[: round(share * len(own))], np.flatnonzero(labels != 0)
        taken = generator.choice(sources, len(places), replace=False)
        pixels[places], labels = images.images[taken], labels.copy()
        labels[places] = images.labels[taken]
        return ImageSet(pixels, labels, images.index)
    source = real[what]
    for place in generator.choice(len(labels), round(share * len(labels)), replace=False):
        pixels[place] = source.images[generator.choice(np.flatnonzero(source.labels == labels[place]))]
    return ImageSet(pixels, labels, images.index)


def run(pool, seed, replicates, changes):
    """The alarms of each set, and whether its worst class is said to be lost, in one run on other images."""
    generator = np.random.default_rng(seed)
    train, test, *fresh = pool.draw(generator, 2 + replicates)
    real = {"train": train, "test": test}
    measured = {split: pool.measure(images, real) for split, images in real.items()}
    common = [score_baseline(measured["train"], measured["test"], CONFIG, seed)]
    common += [score_set("real", r, measured, measured, CONFIG, seed) for r in range(replicates)]
    told = dict.fromkeys(RECIPE_COLUMNS, "samples") | {"generated": True}
    found = {}
    for name, change in changes.items():
        rows = list(common)
        for replicate, images in enumerate(fresh):
            own = pool.measure(changed(images, change, real, generator), real)
            fake = {"train": own, "test": measured["test"]}
            rows.append(score_set("set", replicate, fake, measured, CONFIG, seed))
        scores = pd.concat(rows).assign(**told)
        worst = worst_class(scores, "set")
        lost = worst.p_adjusted < ALPHA and worst.deficit > 0
        found[name] = [check.words for check in alarms(scores)[0]], lost
    return found


def row(name, replicates, results):
    """Per cent of runs that raise any alarm, each kind of alarm, and that say of a class that it is lost."""
    raised, lost = zip(*results, strict=True)
    kinds = [
        any,
        lambda words: any("better than" in each for each in words),
        lambda words: any("of real training images" in each for each in words),
        lambda words: any("of real test images" in each for each in words),
        lambda words: any("C_T" in each for each in words),
    ]
    shares = [np.mean([kind(words) for words in raised]) for kind in kinds] + [np.mean(lost)]
    return [name, replicates, len(results), *(f"{100 * share:.1f}" for share in shares)]


def table(columns, rows):
    lines = [columns.split(" | "), ["---"] * len(columns.split(" | ")), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def main(folder):
    limit_threads(1)
    pool, rows = Pool(folder), []
    for replicates in REPLICATES:
        runs = [run(pool, seed, replicates, CHANGES) for seed in range(CHANGED_RUNS)]
        nothing = dict(list(CHANGES.items())[:1])
        runs += [run(pool, seed, replicates, nothing) for seed in range(CHANGED_RUNS, RUNS)]
        found = {name: [each[name] for each in runs if name in each] for name in CHANGES}
        rows += [row(name, replicates, results) for name, results in found.items()]
    text = TEXT.format(runs=RUNS, images=IMAGES, width=WIDTH, table=table(COLUMNS, rows))
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


COLUMNS = (
    "set | replicates | runs | any alarm | better than real | train copies | test copies | C_T | class lost"
)
TEXT = """# How often the alarms ring

Written by `python benchmarks/alarms.py FOLDER`. A run draws {images} training images, {images} test images
and, for each replicate of a set, {images} fresh ones from Fashion-MNIST's 60,000, at 14x14 pixels; features
are {width} principal components of other images. The alarms are those of a page with this one set, Holm's
adjustment over its checks. *class lost*: the class of the worst coverage is said to be beyond chance (Holm
over the classes). All numbers are per cent of runs; with {runs} runs a share of 5 % has a standard error
of 1.3.

In the first row of each number of replicates nothing is wrong: every share there is one of false alarms, and
should be 5 % at most. The other rows say what is noticed.

{table}
"""

if __name__ == "__main__":
    main(sys.argv[1])
