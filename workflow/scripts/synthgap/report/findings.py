"""The paper's findings, each held against the scores of one run."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from ..metrics.statistics import Trend, guessing_interval, trend
from ..metrics.summaries import Difference, Summary, difference, summarise
from ..sets.recipe import NEGATIVE_CONTROL, POSITIVE_CONTROL
from . import paper
from .series import (
    by_reverse_step,
    by_set,
    detection_images,
    last_step,
    other_generated,
    select,
    sets_in,
    titles,
)

VERDICTS = {True: "seen", False: "not seen in this run", None: "undecided in this run"}
Trends = Callable[[dict[int, Summary]], str]
# "Nearly indistinguishable" in fake detection: the paper's own figures are 56.2 and 58.9 %.
NEARLY_CHANCE = 0.60


@dataclass(frozen=True)
class Finding:
    """claim: what the paper reports; paper: its numbers on CIFAR-10; measured: this run's, with n and
    spread; seen: whether this run shows the claim (None: it can't tell).
    """

    claim: str
    paper: str
    measured: str
    seen: bool | None

    @property
    def verdict(self) -> str:
        return VERDICTS[self.seen]


def paper_findings(scores: pd.DataFrame, seed: int) -> list[Finding]:
    """The findings of the paper, asked of its series.

    scores: the long table; seed: of the permutations behind the trends' p-values.
    """
    trends = partial(_trend, seed=seed)
    return [
        accuracy_finding(scores, trends),
        quality_finding(
            scores, trends, "frechet", "Fully synthetic images lie farther from real ones (Fréchet distance)."
        ),
        quality_finding(scores, trends, "precision", "Fully synthetic images have a lower precision."),
        quality_finding(scores, trends, "recall", "Fully synthetic images have a lower recall."),
        recall_most_finding(scores),
        detection_finding(scores),
        entropy_finding(scores, trends, "train"),
        entropy_finding(scores, trends, "test"),
        concentration_finding(scores, trends),
        attention_finding(scores),
    ]


def other_findings(scores: pd.DataFrame) -> list[Finding]:
    """What concerns other sets than the paper's series."""
    detected = set(select(scores, "detection_accuracy")["set"])
    return [other_set_finding(scores, name) for name in other_generated(scores) if name in detected]


def accuracy_finding(scores: pd.DataFrame, trends: Trends) -> Finding:
    accuracies = by_reverse_step(scores, "accuracy")
    real, synthetic, change = _ends(accuracies)
    return Finding(
        "A classifier trained on fully synthetic images is less accurate on real ones.",
        f"{_published(0)} (real), {_published(100)} (synthetic)",
        f"{_percent(real)} (real), {_percent(synthetic)} (t_re = {max(accuracies)}); difference in points "
        f"{_difference(change, 100)}; {trends(accuracies)}",
        _verdict(change, change.value < 0),
    )


def quality_finding(scores: pd.DataFrame, trends: Trends, metric: str, claim: str) -> Finding:
    """Against held-out real images; the yardstick is what real images reach against each other."""
    held_out = select(scores, metric, reference="held-out")
    summaries = by_reverse_step(scores, metric, reference="held-out")
    paired = by_reverse_step(scores, metric, reference="paired", split="train")
    paired.pop(0)  # the images themselves
    real, synthetic, change = _ends(summaries)
    band = summarise(select(scores, metric, reference="re-split")["value"])
    excess = synthetic.mean - band.mean
    worse = excess > 0 if metric == "frechet" else excess < 0
    return Finding(
        claim,
        "worse with every step of t_re (Fig. 3b, curves without numbers)",
        f"held-out, {held_out['n_real'].iloc[0]} images a side: {_plain(real)} (real), {_plain(synthetic)} "
        f"(t_re = {max(summaries)}), difference {_difference(change)}; re-splits of the real images reach "
        f"{_plain(band, 're-splits')}, so synthetic is {excess:+.3f} from their mean; {trends(summaries)}; "
        f"paired, t_re > 0: {trends(paired)}",
        worse and abs(excess) > 2 * band.std,
    )


def recall_most_finding(scores: pd.DataFrame) -> Finding:
    drops = {}
    for metric in ("precision", "recall"):
        chosen = select(scores, metric, reference="held-out")
        chosen = chosen[chosen["paper"].astype(bool)]
        values = chosen.pivot(index="replicate", columns="t_re", values="value")
        drops[metric] = summarise(values[0] - values[values.columns.max()])
    change = difference(drops["precision"], drops["recall"])
    return Finding(
        "Recall falls more than precision.",
        "yes (Fig. 3b, curves without numbers)",
        f"from real to synthetic, held-out: recall falls by {_plain(drops['recall'])}, precision by "
        f"{_plain(drops['precision'])}; difference {_difference(change)}",
        _verdict(change, change.value > 0),
    )


def detection_finding(scores: pd.DataFrame) -> Finding:
    domains = {d: by_set(scores, "detection_accuracy", extractor=d) for d in ("pixel", "dct")}
    name, steps = last_step(scores), _detected_steps(scores)
    last = max(steps.values())
    parts = [
        f"{label}: {_percent(summaries[name])} at t_re = {last} (real against real "
        f"{_percent(summaries[NEGATIVE_CONTROL])}; 1 % of pixels moved by one level "
        f"{_percent(summaries[POSITIVE_CONTROL])})"
        for label, summaries in zip(("pixels", "DCT"), domains.values(), strict=True)
    ]
    parts.append(_first_detected(domains, steps))
    images = detection_images(scores)
    blind = not any(map(_sees_positive_control, domains.values()))
    nearly_chance = all(summaries[name].mean <= NEARLY_CHANCE for summaries in domains.values())
    # A blind detector that guesses says little; one that tells the sets apart has seen something.
    undecided = blind and nearly_chance
    remark = "; the detectors don't see their positive control either, so this says little" * undecided
    return Finding(
        "A detector hardly tells fully synthetic images from real ones "
        f"(here: at most {100 * NEARLY_CHANCE:.0f} % in both domains; 50 % is a guess).",
        f"{paper.DETECTION['pixel']} % (pixels), {paper.DETECTION['dct']} % (DCT)",
        f"{'; '.join(parts)}; {images} test images each time{remark}",
        None if undecided else nearly_chance,
    )


def _sees_positive_control(summaries: dict[str, Summary]) -> bool:
    control = difference(summaries[NEGATIVE_CONTROL], summaries[POSITIVE_CONTROL])
    return control.beyond_noise and control.value > 0


def other_set_finding(scores: pd.DataFrame, name: str) -> Finding:
    """Whether detectors tell a set's images from real ones more easily than the paper's synthetic ones."""
    pixel = by_set(scores, "detection_accuracy", extractor="pixel")
    dct = by_set(scores, "detection_accuracy", extractor="dct")
    last = last_step(scores)
    change, images = difference(pixel[last], pixel[name]), detection_images(scores)
    low, high = guessing_interval(images)
    told_apart = pixel[name].mean > high
    published = paper.STYLEGAN3_DETECTION
    # A detector that guesses, and doesn't see its positive control either, says little.
    says_something = told_apart or _sees_positive_control(pixel)
    return Finding(
        f"The images of {titles(scores)[name]} are told from real ones more easily than the diffusion "
        "model's, by pixels.",
        f"StyleGAN3: {published['pixel']} % (pixels), {published['dct']} % (DCT)",
        f"{_percent(pixel[name])} (pixels), {_percent(dct[name])} (DCT); difference to the diffusion model's "
        f"in points {_difference(change, 100)} (pixels), "
        f"{_difference(difference(dct[last], dct[name]), 100)} (DCT); "
        f"guessing gives {100 * low:.1f} to {100 * high:.1f} % on {images} test images",
        _verdict(change, told_apart and change.value > 0) if says_something else None,
    )


def _verdict(change: Difference, as_claimed: bool) -> bool | None:
    """Whether a difference shows what is claimed; None where one replicate leaves it without an error."""
    return None if math.isnan(change.standard_error) else change.beyond_noise and as_claimed


def _detected_steps(scores: pd.DataFrame) -> dict[str, int]:
    """The reverse steps of the paper's sets that detectors were trained on, by name."""
    sets = sets_in(select(scores, "detection_accuracy"))
    return {str(name): int(t_re) for name, t_re in sets[sets["paper"].astype(bool)]["t_re"].items()}


def _first_detected(domains: dict[str, dict[str, Summary]], steps: dict[str, int]) -> str:
    """From which t_re on every set is told apart beyond noise, measured by real images from real ones."""
    found = []
    for label, summaries in zip(("pixels", "DCT"), domains.values(), strict=True):
        first = None
        for name in sorted(steps, key=lambda name: steps[name], reverse=True):
            change = difference(summaries[NEGATIVE_CONTROL], summaries[name])
            if not (change.beyond_noise and change.value > 0):
                break
            first = steps[name]
        found.append(f"{label}: " + (f"from t_re = {first} on" if first else "at no t_re"))
    return f"told apart beyond noise by {', by '.join(found)}"


def entropy_finding(scores: pd.DataFrame, trends: Trends, split: str) -> Finding:
    entropies = by_reverse_step(scores, "entropy", split=split)
    ratio = ""
    if split == "test":
        ratios = by_reverse_step(scores, "entropy_ratio")
        ratio = f"ratio {_plain(ratios[max(ratios)])}, "
    real, synthetic, change = _ends(entropies)
    remark = ", which the classifier was fitted to," if split == "train" else ""
    return Finding(
        f"Synthetic counterparts of {split} images{remark} are easier (entropy of the real-trained "
        "classifier).",
        "lower with every step of t_re (Fig. 5, curves without numbers)",
        f"{_plain(real)} nats (real), {_plain(synthetic)} (t_re = {max(entropies)}); {ratio}difference "
        f"{_difference(change)}; {trends(entropies)}",
        _verdict(change, change.value < 0),
    )


def concentration_finding(scores: pd.DataFrame, trends: Trends) -> Finding:
    ratios = by_reverse_step(scores, "concentration")
    _, synthetic, change = _ends(ratios)
    return Finding(
        "Synthetic images concentrate near the modes of the real classifier's features.",
        "yes (Figs. 1b and 6, scatter plots)",
        f"test images: mean distance to the class centroid is {_plain(synthetic)} times the real one at "
        f"t_re = {max(ratios)}; {trends(ratios)}",
        _verdict(change, change.value < 0),
    )


def attention_finding(scores: pd.DataFrame) -> Finding:
    claim = "Training on synthetic images does not change where the classifier looks (Grad-CAM)."
    published = "yes (Fig. 4, pictures)"
    correlations = by_reverse_step(scores, "attention_correlation")
    last = correlations[max(correlations)]
    measured = (
        f"correlation with the real-trained classifier's maps {_plain(last)} at t_re = {max(correlations)}"
    )
    if last.mean != last.mean:
        return Finding(claim, published, "the maps are constant: block4 has too few positions", None)
    if 0 not in correlations:
        return Finding(claim, published, f"{measured}; nothing to compare it with in one replicate", None)
    change = difference(correlations[0], last)
    return Finding(
        claim,
        published,
        f"{measured}, {_plain(correlations[0])} between real-trained classifiers; difference "
        f"{_difference(change)}",
        not change.value < 0 or not change.beyond_noise,
    )


def _ends(summaries: dict[int, Summary]) -> tuple[Summary, Summary, Difference]:
    """Real, the last reverse step, and the difference between them."""
    real, synthetic = summaries[0], summaries[max(summaries)]
    return real, synthetic, difference(real, synthetic)


def _percent(summary: Summary) -> str:
    return f"{100 * summary.mean:.2f}{_spread(summary, 100, 2)} %"


def _published(t_re: int) -> str:
    mean, std = paper.ACCURACY[t_re]
    return f"{mean:.2f} ± {std:.2f} %"


def _plain(summary: Summary, of: str = "") -> str:
    return f"{summary.mean:.3f}{_spread(summary, 1, 3)}" + (f" (n = {summary.n} {of})" if of else "")


def _spread(summary: Summary, factor: float, digits: int) -> str:
    return f" ± {factor * summary.std:.{digits}f}" if summary.n > 1 else ""


def _difference(change: Difference, factor: float = 1) -> str:
    if change.standard_error != change.standard_error:  # NaN: a single replicate
        return f"{factor * change.value:+.3f} (no error from one replicate)"
    relation = "beyond" if change.beyond_noise else "within"
    error = f"standard error {factor * change.standard_error:.3f}"
    return f"{factor * change.value:+.3f} ({error}, {relation} noise)"


def _trend(summaries: dict[int, Summary], seed: int) -> str:
    if len(summaries) < 3:
        return f"too few reverse steps ({len(summaries)}) for a trend"
    result: Trend = trend(list(summaries), [s.mean for s in summaries.values()], seed)
    direction = "no clear" if result.p >= 0.05 else "a rising" if result.rho > 0 else "a falling"
    return f"{direction} trend over t_re (Spearman {result.rho:+.2f}, p = {result.p:.3f}, {result.n} points)"
