"""What becomes of the inputs that people bring: each is built, packed in this process, and compared with what
should become of it, which its line in input_cases/ says.

Usage: python benchmarks/inputs.py    (writes inputs.md beside it; half a minute on one core; needs `zip`)
"""

import html
import logging
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "workflow/scripts"), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from input_cases import archives, arrays, hubs, images, labels, layouts, networks, trees  # noqa: E402
from input_cases.judging import Input, Judged, Verdict, in_words, judge  # noqa: E402

KINDS = (labels, trees, layouts, arrays, hubs, images, archives, networks)


def all_inputs() -> list[Input]:
    return [each for kind in KINDS for each in kind.inputs()]


def judged(inputs: Iterable[Input]) -> list[Judged]:
    """What becomes of each, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        return [judge(each, Path(folder) / f"{i:03d}") for i, each in enumerate(inputs)]


def page(found: list[Judged]) -> str:
    """Markdown: the counts, and a table for each kind."""
    counts = Counter(each.verdict for each in found)
    refused = [each.happens for each in found if each.verdict is Verdict.REFUSED_RIGHTLY]
    rows = [("inputs", len(found)), *((v.value, counts[v]) for v in Verdict)]
    rows.append(("characters of the longest message", max(map(len, refused), default=0)))
    lines = ["| | |", "|---|---|", *(f"| {name} | {number} |" for name, number in rows), ""]
    for kind in dict.fromkeys(each.input.kind for each in found):
        lines += [f"## {kind.capitalize()}", "", "| input | expected | what happens |", "|---|---|---|"]
        lines += [_row(each) for each in found if each.input.kind == kind] + [""]
    return PAGE.format(tables="\n".join(lines))


def _row(each: Judged) -> str:
    right = each.verdict in (Verdict.ACCEPTED_RIGHTLY, Verdict.REFUSED_RIGHTLY)
    mark = "" if right else f"**{each.verdict.value}:** "
    cells = [each.input.name, in_words(each.input.expected), each.happens]
    shown = [html.escape(cell, quote=False).translate(MARKDOWN) for cell in cells]
    return f"| {shown[0]} | {shown[1]} | {mark}{shown[2]} |"


MARKDOWN = {ord(sign): f"\\{sign}" for sign in "\\|*_`[$"}
PAGE = """# What becomes of the inputs that people bring

Written by `python benchmarks/inputs.py`. *Expected* is what the script says of each input: a refusal with a
part of its message, or the classes in order, the images of train + test, and a part of what is told of them.
The grey of every image says which class it was drawn with, and all labels are compared with that; where names
aren't in the order of those classes, they follow behind the =. The folder of an input is written `/data`.

{tables}"""


def main() -> None:
    logging.getLogger("synthgap").propagate = False
    os.environ["TQDM_DISABLE"] = "1"
    text = page(judged(all_inputs()))
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
