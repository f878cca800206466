"""Recall of the training images beside held-out real ones."""

from ...plan.declarations import Finding
from ..evidence import Evidence, Weighed
from ..excess import weigh_excess

DECLARATION = Finding(
    claim="Fully synthetic images have a lower recall.",
    paper="worse with every step of t_re (Fig. 3b, curves without numbers)",
    direction=-1,
    margin=0.02,
    unit="",
)


def weigh(evidence: Evidence) -> Weighed:
    return weigh_excess(evidence, "recall")
