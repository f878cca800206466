"""The paper's findings, each held against the scores of one run."""

from dataclasses import dataclass

import pandas as pd

from ..metrics.statistics import Difference, Summary, Trend, difference, summarise, trend
from ..sets import NEGATIVE_CONTROL, POSITIVE_CONTROL, REAL, set_name
from .series import by_reverse_step, by_set, select

SEEN, NOT_SEEN = "seen", "not seen in this run"
# "Nearly indistinguishable" in fake detection: the paper's own figures are 56.2 and 58.9 %.
NEARLY_CHANCE = 0.60


@dataclass(frozen=True)
class Finding:
    """claim: what the paper reports; paper: its numbers on CIFAR-10; measured: this run's, with n and
    spread; seen: whether this run shows the claim.
    """

    claim: str
    paper: str
    measured: str
    seen: bool

    @property
    def verdict(self) -> str:
        return SEEN if self.seen else NOT_SEEN


def all_findings(scores: pd.DataFrame, steps: int) -> list[Finding]:
    """scores: the long table; steps: T."""
    return [
        accuracy_finding(scores),
        quality_finding(
            scores,
            "frechet",
            "Fully synthetic images lie farther from real ones (Fréchet distance).",
            rises=True,
        ),
        quality_finding(scores, "precision", "Fully synthetic images have a lower precision.", rises=False),
        quality_finding(scores, "recall", "Fully synthetic images have a lower recall.", rises=False),
        recall_most_finding(scores),
        detection_finding(scores, steps),
        entropy_finding(scores, "train"),
        entropy_finding(scores, "test"),
        concentration_finding(scores),
        attention_finding(scores),
    ]


def accuracy_finding(scores: pd.DataFrame) -> Finding:
    accuracies = by_reverse_step(scores, "accuracy")
    real, synthetic, change = _ends(accuracies)
    return Finding(
        "A classifier trained on fully synthetic images is less accurate on real ones.",
        "89.52 ± 0.11 % (real), 84.15 ± 0.27 % (synthetic)",
        f"{_percent(real)} (real), {_percent(synthetic)} (t_re = {max(accuracies)}); difference in points "
        f"{_difference(change, 100)}; {_trend(accuracies)}",
        change.beyond_noise and change.value < 0,
    )


def quality_finding(scores: pd.DataFrame, metric: str, claim: str, *, rises: bool) -> Finding:
    """Against held-out real images; the yardstick is what real images reach against each other."""
    summaries = by_reverse_step(scores, metric, reference="held-out")
    paired = by_reverse_step(scores, metric, reference="paired", split="train")
    paired.pop(0)  # the images themselves
    band = summarise(select(scores, metric, reference="re-split")["value"])
    last = summaries[max(summaries)]
    excess = (last.mean - band.mean) / band.std
    outside = excess > 2 if rises else excess < -2
    return Finding(
        claim,
        "worse with every step of t_re (Fig. 3b, curves without numbers)",
        f"held-out {_plain(last)} at t_re = {max(summaries)}, against {_plain(band, 're-splits')} between "
        f"real images ({excess:+.1f} standard deviations of a re-split); {_trend(summaries)}; paired, "
        f"t_re > 0: {_trend(paired)}",
        bool(outside),
    )


def recall_most_finding(scores: pd.DataFrame) -> Finding:
    drops = {}
    for metric in ("precision", "recall"):
        chosen = select(scores, metric, reference="held-out")
        values = chosen.pivot_table(index="replicate", columns="set", values="value", sort=False)
        synthetic = values.columns[-1]
        drops[metric] = summarise(values[REAL] - values[synthetic])
    change = difference(drops["precision"], drops["recall"])
    return Finding(
        "Recall falls more than precision.",
        "yes (Fig. 3b, curves without numbers)",
        f"from real to synthetic, held-out: recall falls by {_plain(drops['recall'])}, precision by "
        f"{_plain(drops['precision'])}; difference {_difference(change)}",
        change.beyond_noise and change.value > 0,
    )


def detection_finding(scores: pd.DataFrame, steps: int) -> Finding:
    domains = {d: by_set(scores, "detection_accuracy", extractor=d) for d in ("pixel", "dct")}
    last = max(by_reverse_step(scores, "detection_accuracy", extractor="pixel"))
    name = set_name(last, steps)
    parts = [
        f"{label}: {_percent(summaries[name])} at t_re = {last} (real against real "
        f"{_percent(summaries[NEGATIVE_CONTROL])}; 1 % of pixels moved by one level "
        f"{_percent(summaries[POSITIVE_CONTROL])})"
        for label, summaries in zip(("pixels", "DCT"), domains.values(), strict=True)
    ]
    images = select(scores, "detection_accuracy")[["n_real", "n_fake"]].iloc[0].sum()
    controls = [difference(s[NEGATIVE_CONTROL], s[POSITIVE_CONTROL]) for s in domains.values()]
    blind = not any(control.beyond_noise and control.value > 0 for control in controls)
    remark = "; the detectors don't see their positive control either, so this says little" if blind else ""
    return Finding(
        "A detector hardly tells fully synthetic images from real ones "
        f"(here: at most {100 * NEARLY_CHANCE:.0f} % in both domains; 50 % is a guess).",
        "56.15 % (pixels), 58.91 % (DCT)",
        f"{'; '.join(parts)}; {images} test images each time{remark}",
        all(summaries[name].mean <= NEARLY_CHANCE for summaries in domains.values()),
    )


def entropy_finding(scores: pd.DataFrame, split: str) -> Finding:
    entropies = by_reverse_step(scores, "entropy", split=split)
    real, synthetic, change = _ends(entropies)
    remark = ", which the classifier was fitted to," if split == "train" else ""
    return Finding(
        f"Synthetic counterparts of {split} images{remark} are easier (entropy of the real-trained "
        "classifier).",
        "lower with every step of t_re (Fig. 5, curves without numbers)",
        f"{_plain(real)} nats (real), {_plain(synthetic)} (t_re = {max(entropies)}); difference "
        f"{_difference(change)}; {_trend(entropies)}",
        change.beyond_noise and change.value < 0,
    )


def concentration_finding(scores: pd.DataFrame) -> Finding:
    ratios = by_reverse_step(scores, "concentration")
    _, synthetic, change = _ends(ratios)
    return Finding(
        "Synthetic images concentrate near the modes of the real classifier's features.",
        "yes (Figs. 1b and 6, scatter plots)",
        f"test images: mean distance to the class centroid is {_plain(synthetic)} times the real one at "
        f"t_re = {max(ratios)}; {_trend(ratios)}",
        change.beyond_noise and change.value < 0,
    )


def attention_finding(scores: pd.DataFrame) -> Finding:
    claim = "Training on synthetic images does not change where the classifier looks (Grad-CAM)."
    paper = "yes (Fig. 4, pictures)"
    correlations = by_reverse_step(scores, "attention_correlation")
    last = correlations[max(correlations)]
    measured = (
        f"correlation with the real-trained classifier's maps {_plain(last)} at t_re = {max(correlations)}"
    )
    if 0 not in correlations:
        return Finding(claim, paper, f"{measured}; nothing to compare it with in one replicate", False)
    change = difference(correlations[0], last)
    return Finding(
        claim,
        paper,
        f"{measured}, {_plain(correlations[0])} between real-trained classifiers; difference "
        f"{_difference(change)}",
        not (change.beyond_noise and change.value < 0),
    )


def _ends(summaries: dict[int, Summary]) -> tuple[Summary, Summary, Difference]:
    """Real, the last reverse step, and the difference between them."""
    real, synthetic = summaries[0], summaries[max(summaries)]
    return real, synthetic, difference(real, synthetic)


def _percent(summary: Summary) -> str:
    return f"{100 * summary.mean:.2f}{_spread(summary, 100, 2)} %"


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


def _trend(summaries: dict[int, Summary]) -> str:
    if len(summaries) < 3:
        return f"too few reverse steps ({len(summaries)}) for a trend"
    result: Trend = trend(list(summaries), [summary.mean for summary in summaries.values()])
    direction = "no clear" if result.p >= 0.05 else "a rising" if result.rho > 0 else "a falling"
    return f"{direction} trend over t_re (Spearman {result.rho:+.2f}, p = {result.p:.3f}, {result.n} points)"
