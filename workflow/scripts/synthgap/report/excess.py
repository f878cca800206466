"""Scores of whole sets, beside what real images reach against real images."""

from .evidence import Evidence, Weighed
from .series import select


def weigh_excess(evidence: Evidence, metric: str) -> Weighed:
    """The excess of the fully synthetic set's score over the band of re-splits."""
    from ..metrics.comparisons import compare_with_band

    scores, band = evidence.held_out(evidence.synthetic, metric), evidence.band(metric)
    images = select(evidence.scores, metric, reference="held-out", set=evidence.synthetic)["n_real"].iloc[0]
    return Weighed(
        compare_with_band(scores, band),
        f"{scores.mean():.3f} at t_re = {evidence.last_step} (n = {len(scores)}), {band.mean():.3f} for real "
        f"against real ({len(band)} re-splits), {images} held-out real images a side; "
        f"{evidence.trend(metric, reference='held-out')}",
    )
