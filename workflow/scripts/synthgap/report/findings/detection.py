"""Whether detectors tell fully synthetic images from real ones."""

import numpy as np

from ...plan.declarations import Finding
from ...plan.tables import PLUGINS, plugin
from ...sets.recipe import NEGATIVE_CONTROL, POSITIVE_CONTROL
from .. import paper
from ..evidence import Evidence, Weighed, compare_shares
from ..series import detection_images

CONTROLS = (NEGATIVE_CONTROL, POSITIVE_CONTROL)

# The paper's own figures are 56.2 and 58.9 %: it calls that nearly indistinguishable.
DECLARATION = Finding(
    claim="A detector hardly tells fully synthetic images from real ones (at most 60 %; 50 % is a guess).",
    paper=f"{paper.DETECTION['pixel']} % (pixels), {paper.DETECTION['dct']} % (DCT)",
    direction=0,
    margin=10.0,
    unit="points",
    scale=100.0,
)


def weigh(evidence: Evidence) -> Weighed:
    """Of the detector that sees the synthetic images best. A detector that doesn't see its positive control
    either says nothing.
    """
    from dataclasses import replace

    sizes = {name: detection_images(evidence.scores, name) for name in (evidence.synthetic, *CONTROLS)}
    found = {
        detector: {name: evidence.scores_of(name, "detection_accuracy", extractor=detector) for name in sizes}
        for detector in PLUGINS["detectors"]
    }
    best = max(found, key=lambda detector: found[detector][evidence.synthetic].mean())
    comparison = compare_shares(found[best][evidence.synthetic], 0.5, sizes[evidence.synthetic])
    controls = [
        compare_shares(scores[POSITIVE_CONTROL], 0.5, sizes[POSITIVE_CONTROL]) for scores in found.values()
    ]
    blind = not any(control.value > 0 and control.p_value() < 0.05 for control in controls)
    measured = "; ".join(_told(detector, scores, evidence) for detector, scores in found.items())
    if blind and not comparison.p_value() < 0.05:
        comparison = replace(comparison, replicates=None, images=None)
        measured += "; the detectors don't see their positive control either, so this says little"
    return Weighed(comparison, f"{measured}; {sizes[evidence.synthetic]} test images each time")


def _told(detector: str, scores: dict[str, np.ndarray], evidence: Evidence) -> str:
    """What a detector makes of the synthetic images, and of both controls."""
    title = " ".join(plugin("detectors", detector).DECLARATION.title.split())
    synthetic, real, moved = (100 * scores[name].mean() for name in (evidence.synthetic, *CONTROLS))
    return (
        f"{title}: {synthetic:.2f} % at t_re = {evidence.last_step} (real against real {real:.2f} %, 1 % of "
        f"pixels moved by one level {moved:.2f} %)"
    )
