"""Whether detectors tell fully synthetic images from real ones."""

from ...plan.declarations import Finding
from ...sets.recipe import NEGATIVE_CONTROL, POSITIVE_CONTROL
from .. import paper
from ..evidence import Evidence, Weighed, compare_shares
from ..series import detection_images

# The paper's own figures are 56.2 and 58.9 %: it calls that nearly indistinguishable.
DECLARATION = Finding(
    claim="A detector hardly tells fully synthetic images from real ones (at most 60 %; 50 % is a guess).",
    paper=f"{paper.DETECTION['pixel']} % (pixels), {paper.DETECTION['dct']} % (DCT)",
    direction=0,
    margin=10.0,
    unit="points",
    scale=100.0,
)
DETECTORS = {"pixel": "pixels", "dct": "DCT"}


def weigh(evidence: Evidence) -> Weighed:
    """Of the detector that sees the synthetic images best. A detector that doesn't see its positive control
    either says nothing.
    """
    from dataclasses import replace

    images = detection_images(evidence.scores)
    found = {
        detector: {
            name: evidence.scores_of(name, "detection_accuracy", extractor=detector)
            for name in (evidence.synthetic, NEGATIVE_CONTROL, POSITIVE_CONTROL)
        }
        for detector in DETECTORS
    }
    best = max(found, key=lambda detector: found[detector][evidence.synthetic].mean())
    comparison = compare_shares(found[best][evidence.synthetic], 0.5, images)
    controls = {
        detector: compare_shares(scores[POSITIVE_CONTROL], 0.5, images) for detector, scores in found.items()
    }
    blind = not any(control.value > 0 and control.p_value() < 0.05 for control in controls.values())
    measured = "; ".join(
        f"{DETECTORS[detector]}: {100 * scores[evidence.synthetic].mean():.2f} % at t_re = "
        f"{evidence.last_step} (real against real {100 * scores[NEGATIVE_CONTROL].mean():.2f} %, 1 % of "
        f"pixels moved by one level {100 * scores[POSITIVE_CONTROL].mean():.2f} %)"
        for detector, scores in found.items()
    )
    if blind and not comparison.p_value() < 0.05:
        comparison = replace(comparison, replicates=None, images=None)
        measured += "; the detectors don't see their positive control either, so this says little"
    return Weighed(comparison, f"{measured}; {images} test images each time")
