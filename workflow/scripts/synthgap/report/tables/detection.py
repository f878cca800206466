"""Table 1: how well detectors tell sets from real images."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...plan.declarations import Table
from ...plan.names import ALL, DOSES, dose_group
from ...plan.tables import PLUGINS, plugin
from ...sets.recipe import NEGATIVE_CONTROL, POSITIVE_CONTROL
from .. import paper
from ..detectors import Detectors, detector_title, dose_text
from ..pages import unbroken
from ..series import sets_in

if TYPE_CHECKING:
    import pandas as pd

NOT_LEARNED = "did not learn"

DECLARATION = Table(
    title="Table 1: fake detection",
    caption="Fake detection for every set and detector: accuracy in percent (50 is a guess) with its "
    "standard deviation over replicates and its 95 % interval, and the area under the ROC curve. A detector "
    "whose training loss is that of guessing did not learn: its accuracy says nothing. The strongest of a "
    "set is the one that tells most images of the validation part. least_dose: the least percentage of pixel "
    "values, moved by one grey level, that the detector sees. Controls have one replicate.",
    scores=("detection",),
    tells=("detectors",),
)


def make(scores: pd.DataFrame, values: Any = None, with_paper: bool = False) -> pd.DataFrame:
    """A row for each set, or control, and detector.

    in_paper: whether the detector is one of the paper's. learned: whether its training loss lies below that
    of guessing; where it doesn't, there is no accuracy. strongest: of the set's, by the validation part.
    accuracy, low, high (95 % interval of replicates and test images), validation, least_dose: percent; loss:
    nats.
    with_paper: set the paper's accuracies beside those of t_re = 100, and of a set whose name holds
    stylegan3; without one, those of the paper's StyleGAN3 stand in rows of their own.
    """
    import pandas as pd

    sets, detectors, rows = sets_in(scores), Detectors(scores), []
    doses = {detector: 100 * detectors.least_dose(detector) for detector in PLUGINS["detectors"]}
    for samples, name, group in _samples(sets, detectors):
        best = detectors.strongest(name, group)
        for detector in PLUGINS["detectors"]:
            row = {"samples": str(samples), "detector": detector} | _row(detectors, name, detector, group)
            rows.append(row | {"strongest": detector == best, "least_dose": doses[detector]})
            if with_paper:
                about: Any = sets.loc[name] if name in sets.index else None
                same = about is not None and about["paper"] and about["t_re"] == 100
                stylegan3 = paper.STYLEGAN3_DETECTION if "stylegan3" in name else {}
                rows[-1]["paper"] = (paper.DETECTION if same else stylegan3).get(detector, math.nan)
    if with_paper and not any("stylegan3" in name for name in sets.index):
        published = {"samples": "StyleGAN3 (the paper's)", "in_paper": True, "strongest": False}
        rows += [
            published | {"detector": d, "paper": value} for d, value in paper.STYLEGAN3_DETECTION.items()
        ]
    return pd.DataFrame(rows)


def _samples(sets: pd.DataFrame, detectors: Detectors) -> list[tuple[str, str, str]]:
    """The sets that were detected, then the controls: title, name, and group of the scores."""
    found = [name for name in detectors.sets if name in sets.index]
    return [
        *((str(sets.loc[name, "title"]), name, ALL) for name in found),
        ("negative control (real against real)", NEGATIVE_CONTROL, ALL),
        *(
            (f"positive control ({100 * share:g} % moved by one level)", POSITIVE_CONTROL, dose_group(share))
            for share in DOSES
        ),
    ]


def _row(detectors: Detectors, name: str, detector: str, group: str) -> dict[str, Any]:
    of = name, detector, group
    accuracy, area = detectors.score("accuracy", *of), detectors.score("auc", *of)
    able, (low, high) = detectors.learned(*of), detectors.interval(*of)
    shown = 100 if able else math.nan
    return {
        "in_paper": plugin("detectors", detector).DECLARATION.paper,
        "learned": "yes" if able else NOT_LEARNED,
        "accuracy_mean": shown * accuracy.mean,
        "accuracy_std": shown * accuracy.std,
        "n": accuracy.n,
        "low": shown * low,
        "high": shown * high,
        "auc_mean": area.mean,
        "auc_std": area.std,
        "validation": 100 * detectors.score("validation", *of).mean,
        "loss": detectors.score("loss", *of).mean,
        "test_images": detectors.images("accuracy", *of),
    }


def page_table(scores: pd.DataFrame, with_paper: bool = False) -> pd.DataFrame:
    """Table 1 as text, a row for each set: its strongest detector, and what each says."""
    import pandas as pd

    table = make(scores, None, with_paper)
    rows: list[dict[str, str]] = []
    for samples, own in table.dropna(subset="n").groupby("samples", sort=False):
        own = own.set_index("detector")
        best = own.index[own["strongest"]]
        row: dict[str, str] = {
            "samples": str(samples),
            "strongest": "none learned",
            "accuracy (%)": "–",
            "95 % interval": "–",
        }
        if len(best):
            first: Any = own.loc[best[0]]
            row["strongest"], row["accuracy (%)"] = detector_title(best[0]), _accuracy(first)
            row["95 % interval"] = unbroken(f"{first['low']:.1f} to {first['high']:.1f}")
        row |= {_heading(detector): _accuracy(own.loc[detector]) for detector in own.index}
        row |= {f"{_heading(d)}, paper (%)": _number(own.loc[d, "paper"]) for d in own.index if with_paper}
        rows.append({**row, "test images": str(int(own["test_images"].iloc[0]))})
    for samples, own in table[table["n"].isna()].groupby("samples", sort=False):
        values = zip(own["detector"], own["paper"], strict=True)
        told = {f"{_heading(detector)}, paper (%)": _number(value) for detector, value in values}
        rows.append({"samples": str(samples), **told})
    doses = table.groupby("detector", sort=False)["least_dose"].first()
    seen = {_heading(str(detector)): dose_text(dose / 100) for detector, dose in doses.items()}
    rows.append({"samples": "least share of pixel values, moved by one level, that is seen", **seen})
    return pd.DataFrame(rows).fillna("–")


def _heading(detector: str) -> str:
    title = detector_title(detector)
    return f"{title} (the paper's)" if plugin("detectors", detector).DECLARATION.paper else title


def _accuracy(row: Any) -> str:
    if row["learned"] == NOT_LEARNED:
        return NOT_LEARNED
    spread = f" ± {row['accuracy_std']:.2f}" if row["n"] > 1 else ""
    return unbroken(f"{row['accuracy_mean']:.2f}{spread}")


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.2f}"
