"""How sure the real-trained classifiers are of synthetic images, beside their real counterparts."""

from ..sets.recipe import REAL
from .evidence import Evidence, Weighed


def weigh_entropy(evidence: Evidence, split: str) -> Weighed:
    """The same classifier sees an image and its counterpart, so replicates and images are paired."""
    from ..metrics.comparisons import compare

    synthetic, real = (
        evidence.per_image("quality", f"entropy-{split}", name) for name in (evidence.synthetic, REAL)
    )
    return Weighed(
        compare(synthetic, real, paired_replicates=True),
        f"{real.mean():.3f} nats ({REAL}), {synthetic.mean():.3f} (t_re = {evidence.last_step}), "
        f"{real.shape[1]} images, n = {len(real)}; {evidence.trend('entropy', split=split)}",
    )
