"""The verdict in one page."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..data.arrays import ArrayReader
from ..data.images import DatasetInfo
from ..plan.tables import plugin
from ..sets.recipe import REAL
from .answers import answers, subject
from .detectors import Detectors, detector_title
from .doubts import about_alarms, about_worst_classes
from .evidence import Evidence, compare_shares
from .pages import as_text, unbroken
from .series import by_set, has_paper_series, last_step, paper_sets, select, titles
from .style import format_sigma
from .tables import accuracy, detection, quality
from .tables.copying import copying_table
from .verdicts import Judged, difference_text, judge_findings


def summary_text(
    scores: pd.DataFrame,
    values: Mapping[str, ArrayReader],
    sets: pd.DataFrame,
    info: DatasetInfo,
    *,
    seed: int,
    margins: Mapping[str, float],
    with_paper: bool = False,
) -> str:
    """What was lost, in Markdown: the headline, each finding beside the paper's, the tables, and how to read
    them. scores: of all stages; values: per image, by stage; sets: sets.csv; margins: of findings, where the
    config has them; with_paper: set the paper's numbers into the tables.
    """
    replicates = by_set(scores, "accuracy")[REAL].n
    lines = [
        "# What is lost when the synthetic set replaces the real one",
        "",
        f"Data: {as_text(info.source)}; {info.sizes['train']} training and {info.sizes['test']} test images "
        f"of {info.resolution}x{info.resolution}, {len(info.class_names)} classes.",
        *_about_data(info),
        "",
    ]
    judged = judge_findings(Evidence(scores, values, seed), margins) if has_paper_series(scores) else []
    lines += _answered(scores, values, judged, margins)
    if judged:
        lines += _about_findings(judged)
    lines += _about_other_sets(scores, values)
    lines += [*about_alarms(scores), *about_worst_classes(scores, info.class_names)]
    lines += ["", "## The sets", "", _about_sets(sets)]
    for title, table in _tables(scores, values, info, with_paper).items():
        lines += ["", f"## {title}", "", table]
    lines += ["", "## How to read this", "", READING.format(replicates=replicates, seed=seed)]
    return "\n".join(lines)


def _about_data(info: DatasetInfo) -> list[str]:
    """A line on what of the data is not used, or is there twice; none where there is no such."""
    told = "; ".join(filter(None, (info.left_out, info.duplicates)))
    return [f"{as_text(told[0].upper() + told[1:])}."] if told else []


def _answered(
    scores: pd.DataFrame,
    values: Mapping[str, ArrayReader],
    judged: list[Judged],
    margins: Mapping[str, float],
) -> list[str]:
    """What a person asks first, in Markdown."""
    name = subject(scores)
    if name is None:
        return []
    accuracy = plugin("findings", "accuracy").DECLARATION
    finding = next((each for each in judged if each.name == "accuracy"), None)
    found = answers(scores, values, finding, margins.get("accuracy", accuracy.margin))
    return [
        f"## {as_text(titles(scores)[name])}: what to know",
        "",
        *(
            f"{number}. **{each.question} {each.word}.** {each.sentence} (`{each.source}`)"
            for number, each in enumerate(found, start=1)
        ),
        "",
    ]


def _about_findings(judged: list[Judged]) -> list[str]:
    """The paper's findings, each beside what this run says of it, in Markdown."""
    verdicts: dict[str, int] = {}
    for each in judged:
        word = each.verdict.words("its margin")
        verdicts[word] = verdicts.get(word, 0) + 1
    counts = ", ".join(f"{count} {word}" for word, count in verdicts.items())
    return [
        "## The paper's findings",
        "",
        f"Of the paper's {len(judged)} findings: {counts}. The paper's numbers are for CIFAR-10.",
        "",
        *(line for number, each in enumerate(judged, start=1) for line in _about(number, each)),
    ]


def _tables(
    scores: pd.DataFrame, values: Mapping[str, ArrayReader], info: DatasetInfo, with_paper: bool
) -> dict[str, str]:
    """By their titles, in Markdown."""
    tables = {
        "Test accuracy after training on each set (Table 2)": _readable(
            accuracy.make(scores, values, with_paper), " (%)", 2
        ),
        "Sample quality against held-out real images (Fig. 3b)": _readable(quality.make(scores), "", 3),
    }
    copies = copying_table(scores, info.class_names)
    tables["Copies and the worst class"] = copies.to_markdown(index=False, disable_numparse=True)
    if (scores["metric"] == "detection_accuracy").any():
        table = detection.page_table(scores, with_paper)
        tables["Telling sets from real images (Table 1)"] = table.to_markdown(
            index=False, disable_numparse=True
        )
    return tables


SAID_ELSEWHERE = ("t_re", "high")  # in the samples' names, and beside `low`
READING = """\
- ± is the standard deviation over n = {replicates} replicates, unless n is given. A replicate repeats the
  sampling noise and the classifier's training together. Replicates share one split of the data and, unless
  its `replicates` is set, one network for each model: the spread doesn't cover those.
- A difference stands with its 95 % interval, which holds the noise of replicates and of images, and with
  its p-value, also adjusted for the number of findings on this page (Holm). *Seen*: the claimed direction,
  adjusted p below .05. *The opposite*: the other direction, likewise. *No difference larger than ...*: the
  whole 90 % interval lies within that margin (`margins` in the config). *Undecided*: all else, and always
  with fewer than three replicates.
- Fréchet distance, precision and recall are compared with what random re-splits of the real images reach
  against each other: the first number in the table of sample quality is the excess over that, the value
  itself stands in brackets.
- *Held-out* compares reconstructions of training images with the real test images; *paired* compares
  them with the images they were made from, and is good at small t_re by construction. Images that were
  made from no others stand beside the training images in their places: that says how alike the two sets are.
- A detector whose training loss is that of guessing *did not learn*: its accuracy says nothing. The strongest
  of a set is the one that tells most images of the validation part, which is never the tested one. Controls
  have one replicate.
- Coverage by class compares a class's images with its real test images alone. In the table of copies, the
  difference to what real images have stands in brackets.
- Everything random follows from seed {seed}. All scores are in `metrics.csv`.
"""


def _about_other_sets(scores: pd.DataFrame, values: Mapping[str, ArrayReader]) -> list[str]:
    """What other sets are worth in the real set's place, and how well detectors tell those that they saw."""
    from ..metrics.comparisons import compare

    names, paper = titles(scores), paper_sets(scores)
    accuracies = by_set(scores, "accuracy")
    right = {name: values["accuracy"].read(f"accuracy-test/{name}").astype(np.float64) for name in accuracies}
    beside = {"the real set": REAL} | ({"the fully synthetic set": last_step(scores)} if paper else {})
    others = [name for name in accuracies if name != REAL and name not in paper]
    lines = ["", "## Other sets", ""] if others else []
    for name in others:
        parts = [
            f"{difference_text(compare(right[name], right[other], False), 'points', 100)} from {label}"
            for label, other in beside.items()
        ]
        lines.append(
            f"- **{as_text(names[name])}**: {100 * accuracies[name].mean:.2f} %, {', '.join(parts)}."
        )
        if told := _told_apart(scores, name, beside.get("the fully synthetic set")):
            lines.append(f"   - Told from real images: {told}.")
    return lines


def _told_apart(scores: pd.DataFrame, name: str, synthetic: str | None) -> str:
    """How well its strongest detector tells a set from real images, beside the paper's synthetic set; "" if
    none saw it.
    """
    detectors = Detectors(scores)
    if name not in detectors.sets:
        return ""
    best = detectors.strongest(name)
    if best is None:
        return "no detector learned"
    own = _accuracies(scores, name, best)
    told = f"{100 * own.mean():.2f} % by {detector_title(best)}, the strongest on the validation part"
    if synthetic in detectors.sets and detectors.learned(str(synthetic), best):
        other = _accuracies(scores, str(synthetic), best)
        difference = compare_shares(own, other, detectors.images("accuracy", name, best))
        told += f", {difference_text(difference, 'points', 100)} from the fully synthetic set"
    return told


def _accuracies(scores: pd.DataFrame, name: str, detector: str) -> np.ndarray:
    return select(scores, "detection_accuracy", set=name, extractor=detector)["value"].to_numpy()


def _about_sets(sets: pd.DataFrame) -> str:
    """How each set is made, and how many training images it has."""
    shown = sets.assign(
        title=sets["title"].map(as_text),
        model=sets["model"].fillna("–"),
        t_re=["–" if pd.isna(step) else str(int(step)) for step in sets["t_re"]],
    )[["set", "title", "kind", "model", "t_re", "n_real", "n_synthetic"]]
    shown = shown.rename(columns={"n_real": "real images", "n_synthetic": "synthetic images"})
    return shown.astype(str).to_markdown(index=False, disable_numparse=True)


def _about(number: int, judged: Judged) -> list[str]:
    return [
        f"{number}. **{judged.finding.claim}** {judged.words.capitalize()}.",
        f"   - This run: {judged.weighed.measured}; difference {judged.difference}.",
        f"   - The paper: {judged.finding.paper}.",
    ]


def _readable(table: pd.DataFrame, unit: str, digits: int) -> str:
    """A table in Markdown: mean ± deviation in one column, rounded."""
    shown = pd.DataFrame()
    for column in map(str, table):
        if column.endswith("_mean"):
            stem = column.removesuffix("_mean")
            pairs = zip(table[column], table[f"{stem}_std"], strict=True)
            cells = [
                unbroken(_rounded(mean, digits) + ("" if std != std else f" ± {std:.{digits}f}"))
                for mean, std in pairs
            ]
            if f"{stem}_excess" in table:
                excesses = [_rounded(excess, digits, "+") for excess in table[f"{stem}_excess"]]
                cells = [f"{excess} ({cell})" for excess, cell in zip(excesses, cells, strict=True)]
            shown[stem.replace("_", " ") + unit] = cells
        elif column == "sigma":
            shown[column] = ["–" if sigma != sigma else format_sigma(sigma) for sigma in table[column]]
        elif column == "low":  # with the next column, the interval
            pairs = zip(table["low"], table["high"], strict=True)
            shown["95 % interval"] = [
                "–" if low != low else unbroken(f"{_rounded(low, digits)} to {_rounded(high, digits)}")
                for low, high in pairs
            ]
        elif column in ("p", "p_adjusted"):
            shown[column.replace("_", " ")] = [_rounded(value, 3) for value in table[column]]
        elif column == "difference" or column.endswith("_paired"):
            shown[column.replace("_", " ")] = [_rounded(value, digits) for value in table[column]]
        elif column not in SAID_ELSEWHERE and not column.endswith(("_std", "_excess")):
            shown[column.replace("_", " ")] = [as_text(value) for value in table[column]]
    return shown.to_markdown(index=False, disable_numparse=True)


def _rounded(value: float, digits: int, sign: str = "") -> str:
    return "–" if value != value else f"{value:{sign}.{digits}f}"
