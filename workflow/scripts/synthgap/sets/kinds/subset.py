"""A share of another set."""

from dataclasses import dataclass

from ...data.images import ImageSet
from ...data.randomness import random_generator
from ...data.splits import nested_order
from ...plan.declarations import SetKind
from ...plan.options import option
from ...run.errors import InputError
from ..task import SetTask


@dataclass(frozen=True)
class SubsetOptions:
    share: float = option(
        "Share of the other set's images, or a list of them: a series, each part of the next larger.",
        exclusiveMinimum=0,
        maximum=1,
    )
    of: str = option("Name of the other set.", "real")


DECLARATION = SetKind(
    summary="A stratified share of another set. Smaller shares are parts of larger ones.",
    options=SubsetOptions,
    title=lambda name, options, paper: f"{options.share:.4g} of {options.of}",
    size=lambda options, others: (
        options.share * others[options.of].real,
        options.share * others[options.of].synthetic,
    ),
    series="share",
    curve=lambda options, others: others[options.of].curve,
    measured=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    whole = task.others[task.options.of]
    order = nested_order(
        whole.labels, random_generator(task.seed, "subset", task.options.of, task.split, task.replicate)
    )
    chosen = order[: round(task.options.share * len(whole))]
    if not len(chosen):
        raise InputError(
            f"sets: {task.name}: share: {task.options.share:g} of the {len(whole)} {task.split} images of "
            f"{task.options.of} is none; raise it"
        )
    chosen.sort()
    return whole[chosen[task.own_rows(len(chosen))]]
