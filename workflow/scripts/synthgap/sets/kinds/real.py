"""The real images themselves."""

from dataclasses import dataclass

from ...data.images import ImageSet
from ...plan.declarations import SetKind
from ..task import SetTask


@dataclass(frozen=True)
class RealOptions:
    """None."""


DECLARATION = SetKind(
    summary="The real images, which every run has.",
    options=RealOptions,
    title=lambda name, options, paper: name,
    size=lambda options, others: (1.0, 0.0),
    curve=lambda options, others: True,
    varies=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    return task.real[task.own_rows(len(task.real))]
