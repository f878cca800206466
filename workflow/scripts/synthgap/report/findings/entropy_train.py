"""How sure the real-trained classifiers are of the synthetic counterparts of train images."""

from ...plan.declarations import Finding
from ..certainty import weigh_entropy
from ..evidence import Evidence, Weighed

DECLARATION = Finding(
    claim="Synthetic counterparts of train images, which the classifier was fitted to, are easier (entropy "
    "of the real-trained classifier).",
    paper="lower with every step of t_re (Fig. 5, curves without numbers)",
    direction=-1,
    margin=0.02,
    unit="nats",
)


def weigh(evidence: Evidence) -> Weighed:
    return weigh_entropy(evidence, "train")
