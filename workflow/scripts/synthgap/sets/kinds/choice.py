"""One of several sets: the one that teaches most about real training images."""

from dataclasses import dataclass

from ...data.images import ImageSet
from ...plan.declarations import SetKind
from ...plan.options import option
from ..task import SetTask


@dataclass(frozen=True)
class ChoiceOptions:
    of: tuple[str, ...] = option(
        "Names of other sets, of one size and without real images.",
        minItems=2,
        maxItems=100,
        uniqueItems=True,
    )
    share: float = option(
        "Share of the real training images, a stratified one, on which the sets' classifiers are compared. "
        "Test images have no say.",
        0.5,
        exclusiveMinimum=0,
        maximum=1,
    )


DECLARATION = SetKind(
    summary="That one of other sets whose classifiers are most accurate on a part of the real training "
    "images: how the strength of a remedy is chosen.",
    options=ChoiceOptions,
    title=lambda name, options, paper: f"{name}, chosen among {len(options.of)}",
    size=lambda options, others: (others[options.of[0]].real, others[options.of[0]].synthetic),
    chooses=True,
    measured=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    assert task.chosen is not None, "a job chose one"
    whole = task.others[task.chosen]
    return whole[task.own_rows(len(whole))]
