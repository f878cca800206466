"""Test accuracy after training on real and on fully synthetic images."""

from ...plan.declarations import Finding
from ...sets.recipe import REAL
from .. import paper
from ..evidence import Evidence, Weighed

DECLARATION = Finding(
    claim="A classifier trained on fully synthetic images is less accurate on real ones.",
    paper=f"{paper.ACCURACY[0][0]:.2f} ± {paper.ACCURACY[0][1]:.2f} % (real), {paper.ACCURACY[100][0]:.2f} ± "
    f"{paper.ACCURACY[100][1]:.2f} % (synthetic)",
    direction=-1,
    margin=1.0,
    unit="points",
    scale=100.0,
)


def weigh(evidence: Evidence) -> Weighed:
    from ...metrics.comparisons import compare

    synthetic, real = (
        evidence.per_image("accuracy", "accuracy-test", name) for name in (evidence.synthetic, REAL)
    )
    return Weighed(
        compare(synthetic, real, paired_replicates=False),
        f"{100 * real.mean():.2f} % ({REAL}) and {100 * synthetic.mean():.2f} % (t_re = "
        f"{evidence.last_step}) of {real.shape[1]} test images, n = {len(synthetic)}; "
        f"{evidence.trend('accuracy')}",
    )
