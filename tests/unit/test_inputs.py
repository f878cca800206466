"""The audit of inputs, on some of them. All: python benchmarks/inputs.py."""

import sys

import pytest
from project import ROOT

sys.path.append(str(ROOT / "benchmarks"))
from input_cases import archives, arrays, images, labels, layouts, trees
from input_cases.judging import Refused, Taken, Verdict, data, judge

SOME = [each for kind in (labels, trees, layouts, arrays, images, archives) for each in kind.inputs()][::12]


@pytest.mark.parametrize("each", SOME, ids=lambda each: f"{each.kind}: {each.name}")
def test_inputs_come_to_what_they_should(tmp_path, each):
    found = judge(each, tmp_path / "input")
    assert found.verdict in (Verdict.ACCEPTED_RIGHTLY, Verdict.REFUSED_RIGHTLY), found.happens


@pytest.mark.parametrize(
    ("expected", "classes", "verdict"),
    [
        (Taken(), 2, Verdict.ACCEPTED_WRONGLY),  # the names are 0 and 1, not cat and dog
        (Taken({"0": 1, "1": 0}), 2, Verdict.ACCEPTED_WRONGLY),
        (Refused("anything"), 2, Verdict.ACCEPTED_WRONGLY),
        (Taken({"0": 0, "1": 1}), 1, Verdict.REFUSED_WRONGLY),
        (Refused("another message"), 1, Verdict.REFUSED_WRONGLY),
    ],
)
def test_what_goes_wrong_is_seen(tmp_path, expected, classes, verdict):
    def build(folder):
        return arrays.npz(folder, **arrays.arrays(classes))

    assert judge(data("arrays", "wrong", expected, build), tmp_path / "input").verdict is verdict
