"""The verdict in one page."""

import pandas as pd

from ..data.images import DatasetInfo
from ..metrics.summaries import Difference, difference
from ..sets.recipe import REAL
from .findings import Finding, other_findings, paper_findings
from .series import (
    by_reverse_step,
    by_set,
    has_paper_series,
    last_step,
    paper_sets,
    titles,
)
from .style import format_sigma
from .tables import accuracy, detection
from .tables.quality import quality_table


def summary_text(
    scores: pd.DataFrame, sets: pd.DataFrame, info: DatasetInfo, seed: int, with_paper: bool = False
) -> str:
    """What was lost, in Markdown: the headline, each finding beside the paper's, the tables, and how to read
    them. scores: of all stages; sets: sets.csv; with_paper: set the paper's numbers into the tables.
    """
    replicates = by_set(scores, "accuracy")[REAL].n
    lines = [
        "# What is lost when the synthetic set replaces the real one",
        "",
        f"Data: {info.source}; {info.sizes['train']} training and {info.sizes['test']} test images of "
        f"{info.resolution}x{info.resolution}, {len(info.class_names)} classes.",
        "",
    ]
    if has_paper_series(scores):
        lines += _about_paper_series(scores, seed)
    lines += _about_other_sets(scores)
    lines += ["", "## The sets", "", _about_sets(sets)]
    for title, table in _tables(scores, with_paper).items():
        lines += ["", f"## {title}", "", table]
    lines += ["", "## How to read this", "", READING.format(replicates=replicates, seed=seed)]
    return "\n".join(lines)


def _about_paper_series(scores: pd.DataFrame, seed: int) -> list[str]:
    """The headline, and the paper's findings."""
    accuracies = by_reverse_step(scores, "accuracy")
    last, change = max(accuracies), difference(accuracies[0], accuracies[max(accuracies)])
    findings = paper_findings(scores, seed)
    seen = sum(finding.seen is True for finding in findings)
    undecided = sum(finding.seen is None for finding in findings)
    return [
        f"**A classifier trained on the set reconstructed from t_re = {last}, which is fully synthetic, "
        f"reaches {100 * accuracies[last].mean:.2f} % on the real test images, one trained on the real set "
        f"{100 * accuracies[0].mean:.2f} %: {100 * change.value:+.2f} points "
        f"({_noise(change)}).**",
        "",
        f"Of the paper's {len(findings)} findings, {seen} show in this run and {undecided} can't be decided. "
        "The paper's numbers are for CIFAR-10.",
        "",
        *(line for number, finding in enumerate(findings, start=1) for line in _about(number, finding)),
    ]


def _tables(scores: pd.DataFrame, with_paper: bool) -> dict[str, str]:
    """By their titles, in Markdown."""
    tables = {
        "Test accuracy after training on each set (Table 2)": _readable(
            accuracy.make(scores, with_paper), " (%)", 2
        ),
        "Sample quality against held-out real images (Fig. 3b)": _readable(quality_table(scores), "", 3),
    }
    if (scores["metric"] == "detection_accuracy").any():
        # The page has room for the areas' means and one n; all else is in table1.csv.
        table = detection.make(scores, with_paper).rename(columns={"pixel_n": "n"})
        table = table.loc[:, ~table.columns.str.endswith(("_n", "_low", "_high", "_auc_std"))]
        table = table.rename(columns=lambda name: name.replace("_auc_mean", "_auc"))
        tables["Telling sets from real images (Table 1)"] = _readable(table, " (%)", 2)
    return tables


READING = """\
- ± is the standard deviation over n = {replicates} replicates, unless n is given. A replicate repeats the
  sampling noise and the classifier's training together. Replicates share one split of the data and, unless
  its `replicates` is set, one network for each model: the spread doesn't cover those.
- A difference is beyond noise when it exceeds two standard errors. A quality metric counts as worse than
  real when it lies more than two standard deviations outside the band of random re-splits of the real
  images.
- *Held-out* compares reconstructions of training images with the real test images; *paired* compares
  them with the images they were made from, and is good at small t_re by construction. Images that were
  made from no others stand beside the training images in their places: that says how alike the two sets are.
- Everything random follows from seed {seed}. All scores are in `metrics.csv`.
"""


def _about_other_sets(scores: pd.DataFrame) -> list[str]:
    """What other sets are worth in the real set's place, and what detectors say of them."""
    accuracies, names = by_set(scores, "accuracy"), titles(scores)
    paper = paper_sets(scores)
    others = [name for name in accuracies if name != REAL and name not in paper]
    if not others:
        return []
    lines = ["", "## Other sets", ""]
    for name in others:
        parts = []
        for label, other in (
            ("the real set", REAL),
            *((("the fully synthetic set", last_step(scores)),) if paper else ()),
        ):
            change = difference(accuracies[other], accuracies[name])
            parts.append(f"{100 * change.value:+.2f} points from {label} ({_noise(change)})")
        lines.append(f"- **{names[name]}**: {100 * accuracies[name].mean:.2f} %, {', '.join(parts)}.")
    if paper:
        findings = other_findings(scores)
        lines += ["", *(line for n, finding in enumerate(findings, start=1) for line in _about(n, finding))]
    return lines


def _about_sets(sets: pd.DataFrame) -> str:
    """How each set is made, and how many training images it has."""
    shown = sets.assign(
        model=sets["model"].fillna("–"),
        t_re=["–" if pd.isna(step) else str(int(step)) for step in sets["t_re"]],
    )[["set", "title", "kind", "model", "t_re", "n_real", "n_synthetic"]]
    shown = shown.rename(columns={"n_real": "real images", "n_synthetic": "synthetic images"})
    return shown.astype(str).to_markdown(index=False, disable_numparse=True)


def _noise(change: Difference) -> str:
    if change.standard_error != change.standard_error:  # NaN
        return "one replicate, so nothing can be said about noise"
    relation = "beyond noise" if change.beyond_noise else "not beyond noise"
    return f"standard error {100 * change.standard_error:.2f}; {relation}"


def _about(number: int, finding: Finding) -> list[str]:
    return [
        f"{number}. **{finding.claim}** {finding.verdict.capitalize()}.",
        f"   - This run: {finding.measured}.",
        f"   - The paper: {finding.paper}.",
    ]


def _readable(table: pd.DataFrame, unit: str, digits: int) -> str:
    """A table in Markdown: mean ± deviation in one column, rounded."""
    shown = pd.DataFrame()
    for column in map(str, table):
        if column.endswith("_mean"):
            stem = column.removesuffix("_mean")
            pairs = zip(table[column], table[f"{stem}_std"], strict=True)
            shown[stem.replace("_", " ") + unit] = [
                _rounded(mean, digits) + ("" if std != std else f" ± {std:.{digits}f}") for mean, std in pairs
            ]
        elif column == "sigma":
            shown[column] = ["–" if sigma != sigma else format_sigma(sigma) for sigma in table[column]]
        elif column.endswith("_paper"):
            shown[f"{column.replace('_', ', ')}{unit}"] = [_rounded(value, digits) for value in table[column]]
        elif column in ("difference", "standard_error") or column.endswith("_auc"):
            shown[column.replace("_", " ")] = [_rounded(value, digits) for value in table[column]]
        elif column != "t_re" and not column.endswith("_std"):  # the samples' names say t_re
            shown[column.replace("_", " ")] = [str(value) for value in table[column]]
    return shown.to_markdown(index=False, disable_numparse=True)


def _rounded(value: float, digits: int) -> str:
    return "–" if value != value else f"{value:.{digits}f}"
