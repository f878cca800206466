"""Several sets together."""

from dataclasses import dataclass

from ...data.images import ImageSet
from ...plan.declarations import Recipes, SetKind
from ...plan.options import option
from ..draws import drawn, size_of, together
from ..task import SetTask


@dataclass(frozen=True)
class MixOptions:
    of: dict[str, float] = option(
        "Names of other sets, and how many images of each: multiples of the real set's number.",
        minProperties=1,
        additionalProperties={"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
    )


def _size(options: MixOptions, others: Recipes) -> tuple[float, float]:
    parts = [size_of(others[part], amount) for part, amount in options.of.items()]
    return sum(real for real, _ in parts), sum(synthetic for _, synthetic in parts)


DECLARATION = SetKind(
    summary="Stratified parts of other sets together, such as real and synthetic images.",
    options=MixOptions,
    title=lambda name, options, paper: " + ".join(
        part if amount == 1 else f"{amount:.4g} {part}" for part, amount in options.of.items()
    ),
    size=_size,
    takes=lambda options: options.of,
    measured=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    parts = [
        (task.others[part], drawn(task, "mix", part, amount)) for part, amount in task.options.of.items()
    ]
    return together(task, parts)
