"""What remedies win back of the accuracy that a plain synthetic set loses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..plan.declarations import Recipes
from ..sets.choice import METRIC, best_of
from .pages import as_text
from .series import by_set, sets_in
from .tables.accuracy import beside_real
from .verdicts import difference_text, short_p

if TYPE_CHECKING:
    import pandas as pd

    from ..data.arrays import ArrayReader
    from ..metrics.comparisons import Comparison
    from ..metrics.verdicts import Verdict


@dataclass(frozen=True)
class Remedy:
    """A set that is to improve on a plain one, and what became of it.

    name, title, plain, plain_title: of both sets. gain: its accuracy minus the plain set's; adjusted_p:
    Holm's, over all remedies; verdict: about the claim that it is more accurate. loss: the real set's
    accuracy minus the plain set's; loss_seen: whether that is beyond chance (Holm's p of Table 2).
    evaluations, plain_evaluations: of networks, for each real image that the set takes the place of.
    training_steps: of models that the plain set doesn't need. among: of a set that was chosen, the mean
    accuracies of the candidates, by their names, on `judged_by` real training images. remedies: how many
    there are.
    """

    name: str
    title: str
    plain: str
    plain_title: str
    gain: Comparison
    adjusted_p: float
    verdict: Verdict
    loss: Comparison
    loss_seen: bool
    evaluations: int
    plain_evaluations: int
    training_steps: int
    among: Mapping[str, float]
    judged_by: int
    remedies: int

    @property
    def chosen(self) -> str:
        """What it was chosen among, and by what, in words; "" where it wasn't."""
        if not self.among:
            return ""
        best = best_of({name: [accuracy] for name, accuracy in self.among.items()})
        told = ", ".join(f"{name} ({100 * accuracy:.2f} %)" for name, accuracy in self.among.items())
        return f"chosen by accuracy on {self.judged_by} real training images: {best}, of {told}"

    @property
    def share(self) -> float:
        """Of the loss that is won back; NaN where no loss is seen."""
        return self.gain.value / self.loss.value if self.loss_seen else float("nan")

    @property
    def detectable(self) -> float:
        """The smallest gain that four of five such runs would see."""
        return self.gain.detectable(comparisons=self.remedies)


def some_remedy(recipes: Recipes) -> bool:
    """Whether an experiment has a remedy that is compared."""
    return any(recipe.remedy_for and recipe.trained_on for recipe in recipes.values())


def weigh_remedies(scores: pd.DataFrame, values: Mapping[str, ArrayReader]) -> list[Remedy]:
    """All remedies, in the order of the sets. scores, values: of the stage accuracy, at least.

    The classifiers of two sets are independent replicates on the same test images.
    """
    from ..metrics.comparisons import compare
    from ..metrics.verdicts import Verdict, holm, judge

    sets = sets_in(scores)
    trained = by_set(scores, "accuracy")
    plain_of = {
        str(name): str(plain) for name, plain in sets["remedy_for"].dropna().items() if name in trained
    }

    if not plain_of:
        return []

    def right(name: str) -> np.ndarray:
        return values["accuracy"].read(f"accuracy-test/{name}").astype(np.float64)

    gains = {name: compare(right(name), right(plain), False) for name, plain in plain_of.items()}
    p_gains = dict(zip(gains, holm([each.p_value() for each in gains.values()]), strict=True))
    beside, p_beside = beside_real(scores, values)
    found = []
    for name, plain in plain_of.items():
        about: Any = sets.loc[name]
        about_plain: Any = sets.loc[plain]
        loss = replace(beside[plain], value=-beside[plain].value)
        among, judged_by = _candidates(scores, name)
        found.append(
            Remedy(
                name=name,
                title=about["title"],
                plain=plain,
                plain_title=about_plain["title"],
                gain=gains[name],
                adjusted_p=p_gains[name],
                verdict=judge(gains[name], 1, adjusted_p=p_gains[name]),
                loss=loss,
                loss_seen=judge(loss, 1, adjusted_p=p_beside[plain]) is Verdict.SEEN,
                evaluations=int(about["evaluations"]),
                plain_evaluations=int(about_plain["evaluations"]),
                training_steps=int(about["training_steps"]),
                among=among,
                judged_by=judged_by,
                remedies=len(plain_of),
            )
        )
    return found


def remedy_sentence(remedy: Remedy) -> str:
    """Whether a remedy helped beyond chance, and what it costs, in Markdown."""
    from ..metrics.verdicts import Verdict

    said = {
        Verdict.SEEN: "helped beyond chance",
        Verdict.OPPOSITE: "did harm beyond chance",
        Verdict.UNDECIDED: "is undecided",
    }[remedy.verdict]
    gain = difference_text(remedy.gain, "points", 100)
    told = f"**{as_text(remedy.title)}** {said}: {gain} beside {as_text(remedy.plain_title)}"
    if remedy.adjusted_p == remedy.adjusted_p:
        told += f", adjusted p {short_p(remedy.adjusted_p)}"
    if remedy.verdict is Verdict.SEEN and remedy.loss_seen:
        told += f", {100 * remedy.share:.0f} % of what that loses to the real set"
    if remedy.verdict is Verdict.UNDECIDED and remedy.gain.decidable:
        told += f"; {100 * remedy.detectable:.2f} points would have been seen in four of five such runs"
    told += f"; {remedy.evaluations} evaluations of networks an image ({remedy.plain_evaluations} plain)"
    told += f", {remedy.training_steps} training steps more" if remedy.training_steps else ""
    if remedy.among:
        told += f"; {as_text(remedy.chosen)}"
    return f"{told}."


def _candidates(scores: pd.DataFrame, name: str) -> tuple[dict[str, float], int]:
    """What a set was chosen among: the candidates' mean accuracies by name, and the number of images."""
    rows = scores[(scores["metric"] == METRIC) & (scores["set"] == name)]
    if rows.empty:
        return {}, 0
    means = {str(group): float(own["value"].mean()) for group, own in rows.groupby("group", sort=False)}
    return means, int(rows["n_real"].iloc[0])
