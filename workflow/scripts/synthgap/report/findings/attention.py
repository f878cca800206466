"""Whether training on synthetic images changes where the classifier looks."""

import numpy as np

from ...plan.declarations import Finding
from ...sets.recipe import REAL
from ..evidence import Evidence, Weighed

DECLARATION = Finding(
    claim="Training on synthetic images does not change where the classifier looks (Grad-CAM).",
    paper="yes (Fig. 4, pictures)",
    direction=0,
    margin=0.1,
    unit="",
)


def weigh(evidence: Evidence) -> Weighed:
    """Of the correlation of two classifiers' maps, of a synthetic and a real set beside two real ones. Images
    for which a map is constant are left out.
    """
    from ...metrics.comparisons import FEWEST_REPLICATES, Comparison, compare, pseudo_values

    synthetic, real = (
        evidence.per_image("attention", "attention", name) for name in (evidence.synthetic, REAL)
    )
    varied = np.isfinite(synthetic).all(axis=(0, 1)) & np.isfinite(real).all(axis=(0, 1))
    synthetic, real = synthetic[..., varied], real[..., varied]
    if not varied.any():
        return Weighed(
            Comparison(float("nan"), len(real)), "the maps are constant: block4 has too few positions"
        )
    off = ~np.eye(len(real), dtype=bool)
    agree, baseline = (
        synthetic[off].mean() if off.any() else synthetic.mean(),
        real[off].mean() if off.any() else 1.0,
    )
    measured = (
        f"correlation with the real-trained classifiers' maps {agree:.3f} at t_re = {evidence.last_step}, "
        f"{baseline:.3f} between real-trained classifiers, {int(varied.sum())} test images, n = {len(real)}"
    )
    if len(real) < FEWEST_REPLICATES:
        return Weighed(Comparison(float(agree - baseline), len(real)), measured)
    return Weighed(compare(pseudo_values(synthetic), pseudo_values(real), paired_replicates=True), measured)
