"""What a person asks of a run, each question answered in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plan.names import ALL, SPLITS, class_group
from ..plan.tables import PLUGINS
from ..sets.recipe import REAL
from .alarms import alarms, measured_sets
from .detectors import Detectors, detector_title, dose_text
from .edges import TAILS, group_scores, lost_sentence
from .remedies import Remedy
from .series import by_set, has_paper_series, last_step, other_generated, sets_in, titles
from .tables import league
from .tables.accuracy import beside_real
from .verdicts import Judged, difference_text, short_p
from .worth import number_text, worth_numbers, worth_sentence

if TYPE_CHECKING:
    import pandas as pd

    from ..data.arrays import ArrayReader
    from ..metrics.comparisons import Comparison


TAIL_WORDS = {"edge_share": "the edge of the classes", "core_share": "the core of the classes"}
LITTLE = 0.6  # accuracy up to which the paper calls a set hard to tell from real images
MOST_REPLICATES, MOST_NAMED = 100, 3


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
    """The set that the answers are about: the paper's fully synthetic one; else the first that is made from
    labels alone, or any other that isn't real, of those that are trained on and measured. None without one.
    """
    if has_paper_series(scores):
        return last_step(scores)
    sets, trained = sets_in(scores), by_set(scores, "accuracy")
    asked = [name for name in measured_sets(scores) if name in trained and not sets.loc[name, "curve"]]
    generated = other_generated(scores)
    return min(asked, key=lambda name: name not in generated, default=None)


def answers(
    scores: pd.DataFrame,
    values: Mapping[str, ArrayReader],
    class_names: list[str],
    finding: Judged | None,
    remedies: list[Remedy],
    margin: float,
) -> list[Answer]:
    """In the order in which they are asked, about the subject. finding: the one about accuracy, where the
    findings are asked, so that a page gives one verdict; remedies: all of the run; margin: points of accuracy
    that don't matter.
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
        _helps(remedies),
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
    from ..metrics.verdicts import Verdict, judge

    accuracies = by_set(scores, "accuracy")
    if finding is not None:
        lost, p, verdict = finding.weighed.comparison, finding.adjusted_p, finding.verdict
        family = len(PLUGINS["findings"])
    else:
        others, adjusted = beside_real(scores, values)
        lost, p, family = others[name], adjusted[name], len(others)
        verdict = judge(lost, -1, margin / 100, p)
    small = verdict is Verdict.SEEN and -margin / 100 <= lost.interval(0.90)[0]
    word = {
        Verdict.SEEN: "Nearly" if small else "No",
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
    if small:
        sentence += f" The loss is smaller than the margin of {margin:g} points."
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
    needed = comparison.replicates_needed(comparisons, most=MOST_REPLICATES)
    if needed is not None:
        return f"With {needed} replicates a difference of this size would be seen in four of five runs."
    left = 0.0 if comparison.replicates is None else comparison.replicates.variance / MOST_REPLICATES
    if comparison.images is not None and comparison.images.variance > left:
        return "More replicates alone would not settle a difference of this size; it takes more test images."
    return f"Not even {MOST_REPLICATES} replicates would settle a difference as small as this."


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
    """By the shares of its images at the edge and in the core of their classes, and around the test images of
    each class: one family.
    """
    from ..metrics.verdicts import Verdict, holm, judge

    question, source = "What kind of images is lost?", "edges.csv"
    local = group_scores(scores, name, "local_share")
    tails = {metric: group_scores(scores, name, metric).get(ALL) for metric in TAILS}
    asked = {TAIL_WORDS[metric]: group.comparison for metric, group in tails.items() if group is not None}
    for label, title in enumerate(class_names):
        if class_group(label) in local:
            asked[f"class {title}"] = local[class_group(label)].comparison
    if not asked:
        return Answer(question, "Not asked", "No class has images enough.", source)
    adjusted = holm([comparison.p_value() for comparison in asked.values()])
    lost = [
        words
        for (words, comparison), p in zip(asked.items(), adjusted, strict=True)
        if judge(comparison, -1, adjusted_p=p) is Verdict.SEEN
    ]
    decidable = all(comparison.decidable for comparison in asked.values())
    word = in_words(lost) if lost else "None seen" if decidable else "Undecided"
    sentence = lost_sentence(scores, name, class_names)
    return Answer(question, word, f"Against as many real images: {sentence}.", source)


def _copied(scores: pd.DataFrame, name: str) -> Answer:
    """By the alarms that are about copies."""
    question, source = "Is it copied from the training images?", "metrics.csv"
    if not sets_in(scores).loc[name, "generated"]:
        told = "Its images are not made from labels alone, so they may well lie near training images."
        return Answer(question, "Not asked", told, source)
    own = [check.words for check in alarms(scores)[0] if check.name == name and check.copies]
    shares, real = ({s: by_set(scores, f"copies_{s}")[each] for s in SPLITS} for each in (name, REAL))
    word = "Alarm" if own else "No sign of it" if shares["train"].n >= 3 else "Undecided"
    sentence = "; ".join(
        f"{100 * shares[split].mean:.2f} % of its images lie much nearer to one {words} image than to any "
        f"other (of real images {100 * real[split].mean:.2f} %)"
        for split, words in (("train", "training"), ("test", "held-out"))
    )
    found = "; ".join(own) if own else "its checks for copies raise no alarm"
    return Answer(question, word, f"{sentence}; {found}.", source)


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
    dose = detectors.least_dose(best)
    if accuracy.n < 3 or (low <= 0.5 and dose != dose):
        word = "Undecided"
    else:
        word = "Not beyond guessing" if low <= 0.5 else "A little" if high <= LITTLE else "Yes"
    sentence = (
        f"The strongest detector ({detector_title(best)}) is right on {100 * accuracy.mean:.1f} % of {count} "
        f"images (95 % interval {100 * low:.1f} to {100 * high:.1f}), where guessing is right on 50 %; it "
        f"sees {dose_text(dose)} of pixel values moved by one grey level."
    )
    return Answer(question, word, sentence, source)


def _helps(found: list[Remedy]) -> Answer:
    """By the accuracy that remedies win back, one family."""
    from ..metrics.verdicts import Verdict

    question, source = "What helps?", "remedies.csv"
    if not found:
        lacking = "No set is declared as a remedy (remedy_for)."
        return Answer(question, "Not asked", lacking, "table2.csv")
    helped = [each.title for each in found if each.verdict is Verdict.SEEN]
    harmed = sum(each.verdict is Verdict.OPPOSITE for each in found)
    decidable = any(each.gain.decidable for each in found)
    word = in_words(helped) if helped else "Nothing seen to help" if decidable else "Undecided"
    best = max(found, key=lambda each: each.gain.value)
    counts = f"{len(helped)} of {len(found)} remedies helped beyond chance, {harmed} did harm"
    gain = f"{difference_text(best.gain, 'points', 100)} beside {best.plain_title}"
    return Answer(question, word, f"{counts}. The best of them: {best.title}, {gain}.", source)


def _metric(scores: pd.DataFrame) -> Answer:
    """By the league over all sets that it is about."""
    from ..metrics.verdicts import ALPHA

    question, source = "Which metric would have told?", "league.csv"
    judged = league.judged_sets(scores)
    if len(judged) < league.FEWEST:
        lacking = (
            f"A league of metrics takes {league.FEWEST} synthetic sets that are trained on and measured; "
            f"this run has {len(judged)}."
        )
        return Answer(question, "Not asked", lacking, "metrics.csv")
    table = league.make(scores)
    table = table[table["block"] == "all sets"].sort_values("rho", ascending=False, kind="stable")
    best = table.iloc[0]
    if best["rho_low"] != best["rho_low"]:
        return Answer(question, "Undecided", "One replicate gives no interval.", source)
    alike = table[table["rho_high"] >= best["rho"]]
    others = f", and {len(alike) - 1} alike" if len(alike) > 1 else ""
    clear = best["rho_low"] > 0 and best["p_adjusted"] < ALPHA
    word = f"{best['metric']}{others}" if clear else "None clearly"
    told = [
        f"{row['metric']} {row['rho']:+.2f} ({row['rho_low']:+.2f} to {row['rho_high']:+.2f})"
        for row in (best, table.iloc[-1])
    ]
    sentence = (
        f"Rank correlation with the accuracy lost over {best['sets']} sets, with its 95 % interval over "
        f"replicates: from {told[0]} to {told[1]}. Over permutations of the sets, the best has p "
        f"{short_p(best['p_adjusted'])} (Holm over {len(table)} metrics). Alike are those whose interval "
        "reaches the best."
    )
    return Answer(question, word, sentence, source)


def in_words(titles: list[str]) -> str:
    """The first three of them, and how many more there are."""
    more = f" and {len(titles) - MOST_NAMED} more" if len(titles) > MOST_NAMED else ""
    return "; ".join(titles[:MOST_NAMED]) + more
