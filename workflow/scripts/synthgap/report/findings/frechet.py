"""Fréchet distance of the training images to held-out real ones."""

from ...plan.declarations import Finding
from ..evidence import Evidence, Weighed
from ..excess import weigh_excess

DECLARATION = Finding(
    claim="Fully synthetic images lie farther from real ones (Fréchet distance).",
    paper="worse with every step of t_re (Fig. 3b, curves without numbers)",
    direction=1,
    margin=5.0,
    unit="",
)


def weigh(evidence: Evidence) -> Weighed:
    return weigh_excess(evidence, "frechet")
