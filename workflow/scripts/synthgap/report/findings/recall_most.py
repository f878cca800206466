"""Whether recall falls more than precision."""

from ...plan.declarations import Finding
from ..evidence import Evidence, Weighed

DECLARATION = Finding(
    claim="Recall falls more than precision.",
    paper="yes (Fig. 3b, curves without numbers)",
    direction=-1,
    margin=0.02,
    unit="",
    prerequisite="recall",
)


def weigh(evidence: Evidence) -> Weighed:
    from ...metrics.comparisons import compare_with_band

    drops = {}
    for metric in ("recall", "precision"):
        scores, band = evidence.held_out(evidence.synthetic, metric), evidence.band(metric)
        drops[metric] = (scores, band, band.mean() - scores.mean())
    (recall, recall_band, recall_drop), (precision, precision_band, precision_drop) = drops.values()
    return Weighed(
        compare_with_band(recall - precision, recall_band - precision_band),
        f"recall lies {recall_drop:.3f} and precision {precision_drop:.3f} below real against real; asked "
        "only where recall falls",
    )
