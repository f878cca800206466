"""Two runs beside each other: `python -m synthgap.report.comparison RESULTS OTHER`, or `make compare`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..data.arrays import ArrayReader
from ..data.images import ImageReader, load_info
from ..data.tables import load_table
from ..metrics.comparisons import Comparison, Part, combined_df, compare, compare_with_band
from ..metrics.verdicts import ALPHA, holm
from ..plan.names import ALL, CLASSIFIER
from ..run.errors import InputError, shown_path
from ..run.files import whole_file
from ..sets.recipe import REAL
from .series import WHOLE_STEPS, read_scores, score_titles

ACCURACY = "test accuracy (%)"
COLUMNS = ["set", "score", "first", "second", "difference", "low", "high", "p", "p_adjusted"]


@dataclass(frozen=True)
class Run:
    """A finished run's results. sets: of sets.csv, by name; scores: of accuracy and quality; correct: which
    test images each classifier gets right, bool [R, N] by set.
    """

    folder: Path
    sets: pd.DataFrame
    scores: pd.DataFrame
    correct: dict[str, np.ndarray]


def read_run(folder: Path) -> Run:
    """Raises InputError for a folder that holds no finished run, and for files that aren't ours."""
    files = {name: folder / name for name in ("sets.csv", "scores/accuracy.csv", "scores/quality.csv")}
    files["values"] = folder / "scores/accuracy-images.safetensors"
    if missing := [path for path in files.values() if not path.is_file()]:
        raise InputError(
            f"{shown_path(folder)}: no finished run, as {missing[0].relative_to(folder)} isn't there; name "
            "the folder that the config calls `results`, after its run"
        )
    sets = load_table(files["sets.csv"], WHOLE_STEPS).set_index("set")
    scores = read_scores([files["scores/accuracy.csv"], files["scores/quality.csv"]])
    values = ArrayReader(files["values"])
    correct = {
        name.removeprefix("accuracy-test/"): values.read(name).astype(np.float64)
        for name in values.names()
        if name.startswith("accuracy-test/")
    }
    return Run(folder, sets, scores, correct)


def compare_runs(first: Run, second: Run) -> tuple[pd.DataFrame, list[str]]:
    """(table, remarks). The table has a row for each set and score that both runs have, with the columns
    COLUMNS: the second's minus the first's, its 95 % interval and p, and Holm's p over all rows.

    Accuracies in per cent are compared image by image where both runs have the same test images; else the
    images of each are a sample of their own. Scores of whole sets are compared by their excess over real
    against real, each with its own band, where extractor and number of images are the same; the difference
    in the table is that of the excesses.
    """
    same_images, remarks = _same_test_images(first, second), []
    remarks.append(
        "Both runs have the same test images: accuracies are compared image by image."
        if same_images
        else "The runs have different test images: each is a sample of its own, and the intervals hold both."
    )
    rows = []
    for name in first.correct:
        if name in second.correct:
            sides = first.correct[name], second.correct[name]
            found = compare(sides[1], sides[0], False) if same_images else _apart(*map(_alone, sides))
            rows.append((name, ACCURACY, *(100 * side.mean() for side in sides), found, 100.0))
    sizes = set()
    for name, metric, title in _set_scores(first):
        scores = [_chosen(run, metric, "held-out", name) for run in (first, second)]
        bands = [_chosen(run, metric, "re-split", REAL) for run in (first, second)]
        if any(part.empty for part in (*scores, *bands)):
            continue
        alike = {(part["extractor"].iloc[0], int(part["n_real"].iloc[0])) for part in (*scores, *bands)}
        if len(alike) > 1:
            sizes.add(title)
            continue
        excess = [
            compare_with_band(own["value"].to_numpy(), band["value"].to_numpy())
            for own, band in zip(scores, bands, strict=True)
        ]
        rows.append((name, title, *(own["value"].mean() for own in scores), _apart(*excess), 1.0))
    if sizes:
        remarks.append(
            "Not compared for some sets, as extractors or numbers of images differ: "
            f"{', '.join(sorted(sizes))}."
        )
    remarks += _differences_of_sets(first.sets, second.sets)
    return _table(rows), remarks


def _table(rows: Sequence[tuple]) -> pd.DataFrame:
    adjusted = holm([found.p_value() for *_, found, _ in rows])
    lines = []
    for (name, title, one, other, found, scale), p in zip(rows, adjusted, strict=True):
        low, high = found.interval()
        numbers = scale * found.value, scale * low, scale * high, found.p_value(), p
        lines.append((name, title, one, other, *numbers))
    return pd.DataFrame(lines, columns=COLUMNS)


def _same_test_images(first: Run, second: Run) -> bool:
    one, other = (ImageReader(run.folder / "data/test.safetensors")[:] for run in (first, second))
    return np.array_equal(one.images, other.images) and np.array_equal(one.labels, other.labels)


def _alone(correct: np.ndarray) -> Comparison:
    """An accuracy with its noise, of replicates and of images: its difference to 0."""
    return compare(correct, np.zeros_like(correct), False)


def _apart(first: Comparison, second: Comparison) -> Comparison:
    """second - first, of runs that share nothing."""

    def both(one: Part | None, other: Part | None) -> Part | None:
        if one is None or other is None:
            return None
        return Part(one.variance + other.variance, combined_df([one, other]))

    images = [each.n_images for each in (first, second) if each.n_images is not None]
    return Comparison(
        second.value - first.value,
        min(first.n_replicates, second.n_replicates),
        min(images) if len(images) == 2 else None,
        both(first.replicates, second.replicates),
        both(first.images, second.images),
    )


def _set_scores(run: Run) -> list[tuple[str, str, str]]:
    """(set, metric, title) of the scores of whole sets."""
    measured = run.scores[run.scores["reference"] == "held-out"]["set"].unique()
    return [
        (name, metric, score.title)
        for metric, score in score_titles().items()
        for name in measured
        if name != REAL
    ]


def _chosen(run: Run, metric: str, reference: str, name: str) -> pd.DataFrame:
    """Scores of all images of a set, by an extractor; none where the run hasn't any."""
    scores = run.scores
    wanted = (scores["metric"] == metric) & (scores["reference"] == reference) & (scores["set"] == name)
    return scores[wanted & (scores["group"] == ALL) & (scores["extractor"] != CLASSIFIER)]


def _differences_of_sets(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
    """In which sets the runs differ, in sentences."""
    remarks = []
    for one, other, words in ((first, second, "first"), (second, first, "second")):
        if own := [name for name in one.index if name not in other.index]:
            remarks.append(f"Only the {words} run has: {', '.join(own)}.")
    for name in first.index.intersection(second.index):
        both = [column for column in first.columns.intersection(second.columns) if column != "title"]
        rows = first.loc[name, both], second.loc[name, both]
        told = [
            f"{column} {one} and {other}"
            for column, one, other in zip(both, *rows, strict=True)
            if pd.isna(one) != pd.isna(other) or (not pd.isna(one) and one != other)
        ]
        if told:
            remarks.append(f"{name} is another set in each: {'; '.join(told)}.")
    return remarks


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="compare", description="What differs between two runs, with 95 % intervals."
    )
    parser.add_argument("first", type=Path, help="a folder of results")
    parser.add_argument("second", type=Path, help="another")
    parser.add_argument("--csv", type=Path, help="write the table to this file, too")
    options = parser.parse_args(arguments)
    try:
        runs = [read_run(folder) for folder in (options.first, options.second)]
        table, remarks = compare_runs(*runs)
    except (InputError, OSError) as error:
        sys.exit(f"compare: error: {error}")
    for word, run in zip(("first", "second"), runs, strict=True):
        info = load_info(run.folder / "data/dataset.json")
        print(f"{word}: {run.folder} ({info.source}, {info.sizes['train']} + {info.sizes['test']} images)")
    shown = table.to_string(index=False, float_format=lambda value: f"{value:.3f}")
    print(shown if len(table) else "No set is in both.")
    seen = table[table["p_adjusted"] < ALPHA]
    print(f"\nBeyond chance (Holm over {len(table)} rows): ", end="")
    print(", ".join(f"{row.set}: {row.score}" for row in seen.itertuples()) or "nothing", end=".\n")
    for remark in remarks:
        print(remark)
    if options.csv:
        with whole_file(options.csv) as temporary:
            table.to_csv(temporary, index=False)


if __name__ == "__main__":
    main()
