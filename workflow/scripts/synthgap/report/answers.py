"""What a person asks of a run, each question answered in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..plan.names import ALL
from ..plan.tables import PLUGINS
from ..sets.recipe import REAL
from .alarms import alarms
from .detectors import Detectors, detector_title
from .edges import TAILS, group_scores, lost_sentence
from .remedies import weigh_remedies
from .series import by_set, has_paper_series, last_step, titles
from .tables import league
from .verdicts import Judged, difference_text, short_p
from .worth import number_text, worth_numbers, worth_sentence

if TYPE_CHECKING:
    import pandas as pd

    from ..data.arrays import ArrayReader
    from ..metrics.comparisons import Comparison


TAIL_WORDS = {"edge_share": "the edge of the classes", "core_share": "the core of the classes"}


@dataclass(frozen=True)
class Answer:
    """A question, its answer in a word or two and in a sentence, and the table that it is from. Plain text:
    names from outside stand in it as they are.
    """

    question: str
    word: str
    sentence: str
    source: str


def subject(scores: pd.DataFrame) -> str | None:
    """The set that the answers are about: the paper's fully synthetic one, else the first that is trained on
    and measured beside the real one. None where there is no such.
    """
    if has_paper_series(scores):
        return last_step(scores)
    measured = set(by_set(scores, "copies_train"))
    return next((name for name in by_set(scores, "accuracy") if name != REAL and name in measured), None)


def answers(
    scores: pd.DataFrame,
    values: Mapping[str, ArrayReader],
    class_names: list[str],
    finding: Judged | None,
    margin: float,
) -> list[Answer]:
    """In the order in which they are asked, about the subject. finding: the one about accuracy, where the
    findings are asked, so that a page gives one verdict; margin: points of accuracy that don't matter.
    """
    name = subject(scores)
    if name is None:
        return []
    return [
        _replaced(scores, values, name, finding, margin),
        _worth(scores, name),
        _lost(scores, name, class_names),
        _copied(scores, name),
        _told_apart(scores, name),
        _helps(scores, values),
        _metric(scores),
    ]


def _replaced(
    scores: pd.DataFrame,
    values: Mapping[str, ArrayReader],
    name: str,
    finding: Judged | None,
    margin: float,
) -> Answer:
    """By the accuracy lost: in the family of findings, or of all sets that are trained on (Table 2)."""
    from ..metrics.comparisons import compare
    from ..metrics.verdicts import Verdict, holm, judge

    accuracies = by_set(scores, "accuracy")
    if finding is not None:
        lost, p, verdict, family = (
            finding.weighed.comparison,
            finding.adjusted_p,
            finding.verdict,
            len(PLUGINS["findings"]),
        )
    else:
        right = {
            each: values["accuracy"].read(f"accuracy-test/{each}").astype(np.float64) for each in accuracies
        }
        others = {each: compare(right[each], right[REAL], False) for each in accuracies if each != REAL}
        adjusted = dict(zip(others, holm([each.p_value() for each in others.values()]), strict=True))
        lost, p, family = others[name], adjusted[name], len(others)
        verdict = judge(lost, -1, margin / 100, p)
    word = {
        Verdict.SEEN: "No",
        Verdict.OPPOSITE: "Yes",
        Verdict.NO_DIFFERENCE: "Yes",
        Verdict.UNDECIDED: "Undecided",
    }[verdict]
    sentence = (
        f"Trained on {titles(scores)[name]} instead of the real images, a classifier reaches "
        f"{100 * accuracies[name].mean:.2f} % on real test images instead of "
        f"{100 * accuracies[REAL].mean:.2f} %: {difference_text(lost, 'points', 100)}"
    )
    sentence += f", adjusted p {short_p(p)}." if p == p else "."
    if verdict is Verdict.NO_DIFFERENCE:
        sentence += f" That's no difference larger than {margin:g} points."
    if verdict is Verdict.UNDECIDED:
        sentence += f" {what_it_takes(lost, family)}"
    return Answer("Can it replace the real images?", word, sentence, "table2.csv")


def what_it_takes(comparison: Comparison, comparisons: int) -> str:
    """A sentence on how large a run would see a difference of this size."""
    from ..metrics.comparisons import FEWEST_REPLICATES

    if comparison.n_replicates < FEWEST_REPLICATES:
        return f"Nothing is decided with fewer than {FEWEST_REPLICATES} replicates."
    needed = comparison.replicates_needed(comparisons)
    if needed is None:
        return "More replicates alone would not settle a difference of this size; it takes more test images."
    return f"With {needed} replicates a difference of this size would be seen in four of five runs."


def _worth(scores: pd.DataFrame, name: str) -> Answer:
    """By the learning curve of real images."""
    question, source = "What is it worth?", "worth.csv"
    sentence = worth_sentence(scores, name)
    if sentence is None:
        lacking = "It takes a learning curve of real images: sets of the kind subset."
        return Answer(question, "Not asked", lacking, "table2.csv")
    value, low, _ = worth_numbers(scores, name)
    interval = "95 % interval in brackets" if low == low else "no interval with one replicate"
    return Answer(question, f"{number_text(scores, value)} real images", f"{sentence}; {interval}.", source)


def _lost(scores: pd.DataFrame, name: str, class_names: list[str]) -> Answer:
    """By the shares of its images at the edge and in the core of their classes, one family of two."""
    from ..metrics.verdicts import Verdict, holm, judge

    question, source = "What kind of images is lost?", "edges.csv"
    told = lost_sentence(scores, name, class_names)
    tails = {metric: group_scores(scores, name, metric).get(ALL) for metric in TAILS}
    found = {metric: group.comparison for metric, group in tails.items() if group is not None}
    if not found:
        return Answer(question, "Not asked", "No class has images enough to tell edge from core.", source)
    adjusted = holm([comparison.p_value() for comparison in found.values()])
    verdicts = {
        metric: judge(comparison, -1, adjusted_p=p)
        for (metric, comparison), p in zip(found.items(), adjusted, strict=True)
    }
    lost = [TAIL_WORDS[metric] for metric, verdict in verdicts.items() if verdict is Verdict.SEEN]
    decidable = all(comparison.decidable for comparison in found.values())
    word = " and ".join(lost).capitalize() if lost else "None seen" if decidable else "Undecided"
    return Answer(question, word, f"Against as many real images: {told}.", source)


def _copied(scores: pd.DataFrame, name: str) -> Answer:
    """By the alarms that are about copies."""
    raised, number = alarms(scores)
    own = [check.words for check in raised if check.name == name and check.copies]
    shares = {split: by_set(scores, f"copies_{split}")[name] for split in ("train", "test")}
    sentence = (
        f"{100 * shares['train'].mean:.2f} % of its images lie much nearer to one training image than to "
        f"any other, {100 * shares['test'].mean:.2f} % to one held-out image"
    )
    decided = shares["train"].n >= 3
    word = "Alarm" if own else "No sign of it" if decided else "Undecided"
    sentence += f"; {'; '.join(own)}." if own else f"; none of the {number} checks raises an alarm."
    return Answer("Is it copied from the training images?", word, sentence, "quality.csv")


def _told_apart(scores: pd.DataFrame, name: str) -> Answer:
    """By the detector that is the strongest on the validation part."""
    question, source = "Can it be told from real images?", "table1.csv"
    detectors = Detectors(scores)
    if name not in detectors.sets:
        return Answer(question, "Not asked", "No detectors were trained on it.", source)
    best = detectors.strongest(name)
    if best is None:
        return Answer(question, "Undecided", "No detector learned anything.", source)
    low, high = detectors.interval(name, best)
    accuracy, count = detectors.score("accuracy", name, best), detectors.images("accuracy", name, best)
    word = "Yes" if low > 0.5 else "Not beyond guessing"
    sentence = (
        f"The strongest detector ({detector_title(best)}) is right on {100 * accuracy.mean:.1f} % of {count} "
        f"images (95 % interval {100 * low:.1f} to {100 * high:.1f}), where guessing is right on 50 %."
    )
    return Answer(question, word, sentence, source)


def _helps(scores: pd.DataFrame, values: Mapping[str, ArrayReader]) -> Answer:
    """By the accuracy that remedies win back, one family."""
    from ..metrics.verdicts import Verdict

    question, source = "What helps?", "remedies.csv"
    found = weigh_remedies(scores, values)
    if not found:
        lacking = "No set is declared as a remedy (remedy_for)."
        return Answer(question, "Not asked", lacking, "table2.csv")
    helped = [each.title for each in found if each.verdict is Verdict.SEEN]
    harmed = sum(each.verdict is Verdict.OPPOSITE for each in found)
    decidable = any(each.gain.decidable for each in found)
    word = ", ".join(helped) if helped else "Nothing seen to help" if decidable else "Undecided"
    best = max(found, key=lambda each: each.gain.value)
    counts = f"{len(helped)} of {len(found)} remedies helped beyond chance, {harmed} did harm"
    gain = f"{difference_text(best.gain, 'points', 100)} beside {best.plain_title}"
    return Answer(question, word, f"{counts}. The largest gain: {best.title}, {gain}.", source)


def _metric(scores: pd.DataFrame) -> Answer:
    """By the league over all sets."""
    question, source = "Which metric would have told?", "league.csv"
    names = league.blocks(scores)["all sets"]
    if len(names) < league.FEWEST:
        lacking = (
            f"A league of metrics takes {league.FEWEST} synthetic sets that are trained on and measured; "
            f"this run has {len(names)}."
        )
        return Answer(question, "Not asked", lacking, "metrics.csv")
    table = league.make(scores)
    table = table[table["block"] == "all sets"].sort_values("rho", ascending=False)
    told = [
        f"{row.metric} ({row.rho:+.2f}, {row.rho_low:+.2f} to {row.rho_high:+.2f})"
        for row in table.head(3).itertuples()
    ]
    last = table.iloc[-1]
    sentence = (
        f"Rank correlation with the accuracy lost over {len(names)} sets, 95 % interval over replicates: "
        f"{', '.join(told)}; last {last['metric']} ({last['rho']:+.2f})."
    )
    return Answer(question, table.iloc[0]["metric"], sentence, source)
