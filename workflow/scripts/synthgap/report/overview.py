"""All that a run has to say, before it is put on a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..data.arrays import ArrayReader
from ..data.images import DatasetInfo, load_info
from ..data.tables import load_table
from ..plan.names import STAGES
from ..plan.tables import plugin
from ..sets.recipe import REAL
from .answers import Answer, answers, subject
from .detectors import Detectors, detector_title
from .doubts import about_alarms, about_worst_classes
from .evidence import Evidence, compare_shares
from .pages import as_text
from .remedies import remedy_sentence, weigh_remedies
from .sections import tables_for_people
from .series import by_set, has_paper_series, last_step, paper_sets, read_scores, select, sets_in, titles
from .verdicts import Judged, difference_text, judge_findings


@dataclass(frozen=True)
class Overview:
    """data: what the run is about, in lines. subject: what the set is called that the answers are about, None
    without one. findings: the paper's, where they are asked. doubts, reading: Markdown, on other sets and
    alarms, and on how to read the numbers. tables: by their titles, every cell text.
    """

    data: list[str]
    subject: str | None
    answers: list[Answer]
    findings: list[Judged]
    doubts: str
    tables: dict[str, pd.DataFrame]
    reading: str


def overview(
    scores: pd.DataFrame,
    values: Mapping[str, ArrayReader],
    sets: pd.DataFrame,
    info: DatasetInfo,
    *,
    seed: int,
    margins: Mapping[str, float],
    with_paper: bool = False,
) -> Overview:
    """scores: of all stages; values: per image, by stage; sets: sets.csv; margins: of findings, where the
    config has them; with_paper: set the paper's numbers into the tables.
    """
    judged = judge_findings(Evidence(scores, values, seed), margins) if has_paper_series(scores) else []
    name, accuracy = subject(scores), plugin("findings", "accuracy").DECLARATION
    finding = next((each for each in judged if each.name == "accuracy"), None)
    remedies = weigh_remedies(scores, values)
    doubts = _about_other_sets(scores, values)
    if remedies:
        doubts += ["", "## Remedies", "", *(f"- {remedy_sentence(remedy)}" for remedy in remedies)]
    doubts += [*about_alarms(scores), *about_worst_classes(scores, info.class_names)]
    replicates = by_set(scores, "accuracy")[REAL].n
    return Overview(
        data=_about_data(info),
        subject=None if name is None else titles(scores)[name],
        answers=answers(
            scores, values, info.class_names, finding, remedies, margins.get("accuracy", accuracy.margin)
        ),
        findings=judged,
        doubts="\n".join(doubts),
        tables=tables_for_people(scores, values, sets, info, with_paper),
        reading=READING.format(replicates=replicates, seed=seed),
    )


def read_overview(inputs: Any, settings: Mapping[str, Any]) -> Overview:
    """Of a run's files, by name: `STAGE`, `STAGE_images`, `sets` and `info`. settings: as of overview."""
    return overview(
        read_scores([inputs[stage] for stage in STAGES]),
        {stage: ArrayReader(inputs[f"{stage}_images"]) for stage in STAGES},
        load_table(inputs["sets"]),
        load_info(inputs["info"]),
        seed=settings["seed"],
        margins=settings["margins"],
        with_paper=settings["with_paper"],
    )


def verdict_counts(findings: list[Judged]) -> str:
    """How many findings have which verdict, in words."""
    verdicts: dict[str, int] = {}
    for each in findings:
        word = each.verdict.words("its margin")
        verdicts[word] = verdicts.get(word, 0) + 1
    counts = ", ".join(f"{count} {word}" for word, count in verdicts.items())
    return f"Of the paper's {len(findings)} findings: {counts}. The paper's numbers are for CIFAR-10."


def _about_data(info: DatasetInfo) -> list[str]:
    """What the data set is, and what of it is not used, or is there twice, where there is such."""
    told = "; ".join(filter(None, (info.left_out, info.duplicates)))
    return [
        f"Data: {info.source}; {info.sizes['train']} training and {info.sizes['test']} test images "
        f"of {info.resolution}x{info.resolution}, {len(info.class_names)} classes.",
        *([f"{told[0].upper() + told[1:]}."] if told else []),
    ]


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
- *Held-out* compares reconstructions of training images with the real test images; *paired* compares them
  with the images they were made from, and is good at small t_re by construction. Images that were made from
  no others stand beside the training images in their places: that says how alike the two sets are.
- A detector whose training loss is that of guessing *did not learn*: its accuracy says nothing. The
  strongest of a set is the one that tells most images of the validation part, which is never the tested
  one. Controls have one replicate.
- What a set is worth is read off the accuracy of classifiers that are trained on parts of the real set, for
  as many steps: with so many real images a classifier is as accurate. Beyond the smallest part and the
  whole set nothing is said but *fewer than* and *more than*. Its interval needs two replicates.
- *Edge* and *core* are the least and the most typical tenth of each class. The points are the share of a
  set's images there, minus a tenth. The local share is that of a set among the ten nearest images, of it
  and of as many real ones, around a real test image, minus one half.
- The gain of a remedy is in a family of its own (Holm over the remedies).
- A rank correlation of 1 says that a metric orders the sets as the classifiers do; regret is what is given
  away by taking the set that it likes best. What it is *blind to* are known faults of real images that it
  doesn't see.
- Coverage by class compares a class's images with its real test images alone. In the table of copies, the
  difference to what real images have stands in brackets.
- Everything random follows from seed {seed}. All scores are in `metrics.csv`.
"""


def _about_other_sets(scores: pd.DataFrame, values: Mapping[str, ArrayReader]) -> list[str]:
    """What sets do in the real set's place that are told nowhere else, and how well detectors tell them."""
    from ..metrics.comparisons import compare

    names, paper, sets = titles(scores), paper_sets(scores), sets_in(scores)
    elsewhere = set(sets.index[sets["remedy_for"].notna() | sets["curve"].astype(bool)]) | paper | {REAL}
    accuracies = by_set(scores, "accuracy")
    right = {name: values["accuracy"].read(f"accuracy-test/{name}").astype(np.float64) for name in accuracies}
    beside = {"the real set": REAL} | ({"the fully synthetic set": last_step(scores)} if paper else {})
    others = [name for name in accuracies if name not in elsewhere]
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
