"""The findings of a page, judged together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..plan import declarations
from ..plan.tables import PLUGINS, plugin
from .evidence import Evidence, Weighed

if TYPE_CHECKING:
    from ..metrics.comparisons import Comparison
    from ..metrics.verdicts import Verdict


@dataclass(frozen=True)
class Judged:
    """A finding, what the run says of it, and the verdict. margin: the difference that doesn't matter, in the
    finding's unit; adjusted_p: Holm's, over the findings of the page.
    """

    name: str
    finding: declarations.Finding
    weighed: Weighed
    margin: float
    adjusted_p: float
    verdict: "Verdict"

    @property
    def words(self) -> str:
        """The verdict in words."""
        return self.verdict.words(f"{self.margin:g} {self.finding.unit}".strip())

    @property
    def difference(self) -> str:
        """The difference with its interval and p, and where nothing is decided, what could have been seen."""
        from ..metrics.verdicts import Verdict

        comparison, finding = self.weighed.comparison, self.finding
        text = difference_text(comparison, finding.unit, finding.scale, finding.ratio)
        if comparison.standard_error == comparison.standard_error:
            text += f"; p {short_p(comparison.p_value())}, adjusted {short_p(self.adjusted_p)}"
        if self.verdict is Verdict.UNDECIDED and comparison.decidable:
            smallest = in_unit(comparison.detectable(comparisons=len(PLUGINS["findings"])), finding)
            size = f"{smallest:.3g} {finding.unit}".strip()
            text += f"; a difference of {size} would have been seen in four of five such runs"
        return text


def judge_findings(evidence: Evidence, margins: Mapping[str, float]) -> list[Judged]:
    """Every finding in the order of plan/tables.py. margins: of the config, by the findings' names."""
    from ..metrics.verdicts import holm, judge

    found = {name: plugin("findings", name) for name in PLUGINS["findings"]}
    weighed = {name: module.weigh(evidence) for name, module in found.items()}
    adjusted = holm([each.comparison.p_value() for each in weighed.values()])
    judged: dict[str, Judged] = {}
    for (name, module), p in zip(found.items(), adjusted, strict=True):
        finding = module.DECLARATION
        margin = margins.get(name, finding.margin)
        own = np.log1p(margin / finding.scale) if finding.ratio else margin / finding.scale
        first = judged[finding.prerequisite].verdict if finding.prerequisite else None
        verdict = judge(weighed[name].comparison, finding.direction, float(own), p, first)
        judged[name] = Judged(name, finding, weighed[name], margin, p, verdict)
    return list(judged.values())


def in_unit(value: float, finding: declarations.Finding) -> float:
    """A difference in the finding's unit."""
    return finding.scale * (float(np.expm1(value)) if finding.ratio else value)


def short_p(p: float) -> str:
    """A p-value beside the letter p, for people."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def difference_text(comparison: "Comparison", unit: str, scale: float = 1.0, ratio: bool = False) -> str:
    """A difference with its 95 % interval, for people."""

    def shown(value: float) -> str:
        return f"{scale * (np.expm1(value) if ratio else value):+.{2 if scale > 1 else 3}f}"

    start = f"{shown(comparison.value)} {unit}".strip()
    if comparison.standard_error != comparison.standard_error:  # NaN
        return f"{start} (without an error)"
    low, high = comparison.interval()
    return f"{start} (95 % interval {shown(low)} to {shown(high)})"
