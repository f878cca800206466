"""The verdict in one page."""

import pandas as pd

from ..data.images import DatasetInfo
from ..metrics.statistics import Difference, Summary, difference
from ..sets.names import competitors
from ..sets.schedule import SamplerConfig
from .findings import Finding, all_findings
from .series import by_reverse_step, by_set
from .style import format_sigma
from .tables import accuracy_table, detection_table, quality_table


def write_summary(
    scores: pd.DataFrame, info: DatasetInfo, sampling: SamplerConfig, seed: int, with_paper: bool = False
) -> str:
    """What was lost, in Markdown: the headline, each finding beside the paper's, both tables, and how to
    read them. scores: the long table; with_paper: set the paper's numbers into the tables.
    """
    steps = sampling.steps
    accuracies = by_reverse_step(scores, "accuracy")
    last = max(accuracies)
    change = difference(accuracies[0], accuracies[last])
    findings = all_findings(scores, steps, seed)
    seen = sum(finding.seen is True for finding in findings)
    undecided = sum(finding.seen is None for finding in findings)
    replicates = accuracies[0].n
    lines = [
        "# What is lost when the synthetic set replaces the real one",
        "",
        f"Data: {info.source}; {info.sizes['train']} training and {info.sizes['test']} test images of "
        f"{info.resolution}x{info.resolution}, {len(info.class_names)} classes.",
        "",
        f"**A classifier trained on the set reconstructed from t_re = {last} (of T = {steps}) reaches "
        f"{100 * accuracies[last].mean:.2f} % on the real test images, one trained on the real set "
        f"{100 * accuracies[0].mean:.2f} %: {100 * change.value:+.2f} points "
        f"({_noise(change)}).**",
        "",
        *_about_competitors(scores, accuracies[last]),
        f"Of the paper's {len(findings)} findings, {seen} show in this run and {undecided} can't be decided. "
        "The paper's numbers are for CIFAR-10.",
        "",
    ]
    lines += [line for number, finding in enumerate(findings, start=1) for line in _about(number, finding)]
    accuracy, quality = accuracy_table(scores, sampling, with_paper), quality_table(scores, sampling)
    detection = detection_table(scores, with_paper)
    # The page has room for the areas' means and one n; all else is in table1.csv.
    detection = detection.rename(columns={"pixel_n": "n"})
    detection = detection.loc[:, ~detection.columns.str.endswith(("_n", "_low", "_high", "_auc_std"))]
    detection = detection.rename(columns=lambda name: name.replace("_auc_mean", "_auc"))
    tables = {
        "Test accuracy after training on each set (Table 2)": _readable(accuracy, " (%)", 2),
        "Sample quality against held-out real images (Fig. 3b)": _readable(quality, "", 3),
        "Telling sets from real images (Table 1)": _readable(detection, " (%)", 2),
    }
    for title, table in tables.items():
        lines += ["", f"## {title}", "", table]
    lines += ["", "## How to read this", "", READING.format(replicates=replicates, seed=seed)]
    return "\n".join(lines)


READING = """\
- ± is the standard deviation over n = {replicates} replicates, unless n is given. A replicate repeats the
  sampling noise and the classifier's training together. Replicates share one split of the data and,
  unless `diffusion.train.replicates` is set, one denoiser: the spread doesn't cover those. Nor does it cover
  a competitor's training: all replicates are drawn from one generator.
- A difference is beyond noise when it exceeds two standard errors. A quality metric counts as worse than
  real when it lies more than two standard deviations outside the band of random re-splits of the real
  images.
- *Held-out* compares reconstructions of training images with the real test images; *paired* compares
  them with the images they were made from, and is good at small t_re by construction. A competitor's images
  were made from no others: beside the training images, it says how alike the two sets are.
- Everything random follows from seed {seed}. All scores are in `metrics.csv`.
"""


def _about_competitors(scores: pd.DataFrame, synthetic: Summary) -> list[str]:
    """Each competitor's set as a replica of the real one, beside the diffusion model's."""
    accuracies = by_set(scores, "accuracy")
    lines = []
    for name in competitors(accuracies):
        change = difference(synthetic, accuracies[name])
        lines += [
            f"One trained on {name}'s images reaches {100 * accuracies[name].mean:.2f} %, "
            f"{100 * change.value:+.2f} points from the diffusion model's fully synthetic set "
            f"({_noise(change)}).",
            "",
        ]
    return lines


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
