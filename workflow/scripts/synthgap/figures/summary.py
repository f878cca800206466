"""The verdict in one page."""

import pandas as pd

from ..data.images import DatasetInfo
from ..metrics.statistics import difference
from .findings import all_findings
from .series import by_reverse_step


def write_summary(scores: pd.DataFrame, info: DatasetInfo, steps: int, seed: int) -> str:
    """What was lost, in Markdown: the headline, each finding beside the paper's, and how to read them.

    scores: the long table; steps: T.
    """
    accuracies = by_reverse_step(scores, "accuracy")
    last = max(accuracies)
    change = difference(accuracies[0], accuracies[last])
    findings = all_findings(scores, steps)
    seen = sum(finding.seen for finding in findings)
    replicates = accuracies[0].n
    noise = "beyond noise" if change.beyond_noise else "not beyond noise"
    if replicates == 1:
        noise = "one replicate, so nothing can be said about noise"
    lines = [
        "# What is lost when the synthetic set replaces the real one",
        "",
        f"Data: {info.source}; {info.sizes['train']} training and {info.sizes['test']} test images of "
        f"{info.resolution}x{info.resolution}, {len(info.class_names)} classes.",
        "",
        f"**A classifier trained on the set reconstructed from t_re = {last} (of T = {steps}) reaches "
        f"{100 * accuracies[last].mean:.2f} % on the real test images, one trained on the real set "
        f"{100 * accuracies[0].mean:.2f} %: {100 * change.value:+.2f} points "
        f"(standard error {100 * change.standard_error:.2f}; {noise}).**",
        "",
        f"Of the paper's findings, {seen} of {len(findings)} show in this run. The paper's numbers are for CIFAR-10.",
        "",
    ]
    for number, finding in enumerate(findings, start=1):
        lines += [
            f"{number}. **{finding.claim}** {finding.verdict.capitalize()}.",
            f"   - This run: {finding.measured}.",
            f"   - The paper: {finding.paper}.",
        ]
    lines += [
        "",
        "## How to read this",
        "",
        f"- ± is the standard deviation over n = {replicates} replicates, unless n is given. A replicate repeats the "
        "sampling noise and the classifier's training together. Replicates share one split of the data"
        " and, unless `diffusion.train.replicates` is set, one denoiser: the spread doesn't cover those.",
        "- A difference is beyond noise when it exceeds two standard errors. A quality metric counts as worse "
        "than real when it lies more than two standard deviations outside the band of random re-splits of "
        "the real images.",
        "- *Held-out* compares reconstructions of training images with the real test images; *paired* "
        "compares them with the images they were made from, and is good at small t_re by construction.",
        f"- Everything random follows from seed {seed}. All scores are in `metrics.csv`.",
        "",
    ]
    return "\n".join(lines)
