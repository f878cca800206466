"""Whether synthetic images lie closer to their class's centre than real ones."""

from ...plan.declarations import Finding
from ...sets.recipe import REAL
from ..evidence import Evidence, Weighed

DECLARATION = Finding(
    claim="Synthetic images concentrate near the modes of the real classifier's features.",
    paper="yes (Figs. 1b and 6, scatter plots)",
    direction=-1,
    margin=5.0,
    unit="%",
    scale=100.0,
    ratio=True,
)


def weigh(evidence: Evidence) -> Weighed:
    from ...metrics.comparisons import compare_ratio

    synthetic, real = (
        evidence.per_image("quality", "distance-test", name) for name in (evidence.synthetic, REAL)
    )
    return Weighed(
        compare_ratio(synthetic, real, paired_replicates=True),
        f"mean distance of test images to their class's centroid: {synthetic.mean():.3f} at t_re = "
        f"{evidence.last_step}, {real.mean():.3f} ({REAL}), {real.shape[1]} images, n = {len(real)}; "
        f"{evidence.trend('concentration')}",
    )
