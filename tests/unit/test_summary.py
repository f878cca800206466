"""The summary and other pages, from scores whose story is known."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from story import INFO, SETS, page, story, story_values
from synthgap.report.costs import cost_table, cost_text, read_benchmarks
from synthgap.report.overview import overview
from synthgap.report.page import PageFigure, page_html
from synthgap.report.pages import as_text, to_html
from synthgap.report.summary import summary_text
from synthgap.run.errors import InputError


def test_the_summary_has_the_headline_the_tables_and_the_seed():
    summary = page(0.2)
    assert (
        "Of the paper's 10 findings: 8 seen, 1 undecided, 1 no difference larger than its margin." in summary
    )
    assert "| denoiser, t_re = 100" in summary
    assert "seed 5" in summary
    html = to_html(summary, "a test")
    assert html.count("<table>") == 5
    assert html.count("<li>") > 20


HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;script&gt; &amp;", "{title} {body}",
    "[a](javascript:alert(1))", "![a](x.png)", "<http://a.org>", "*a* _b_ __c__ load_digits", "`a` | b",
    "a\\", "# a", "</td></table><b>", "é \u202e 数", '" onload="x',
)  # fmt: skip


class Page(HTMLParser):
    """The tags, with their attributes, and the text of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add((tag, *(name for name, _ in attributes)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_outside_are_shown_and_do_nothing(name):
    def shown(outside):
        row = f"| {as_text(outside)} | b |"
        return Page(
            to_html(f"In {as_text(outside)};\n\n- **{as_text(outside)}**\n\n{row}\n|---|---|\n{row}", outside)
        )

    plain, hostile = shown("harmless"), shown(name)
    assert hostile.tags == plain.tags
    assert hostile.text.count(name.replace("\u202e", "?")) == plain.text.count("harmless") == 5


def test_the_summary_shows_names_from_outside_and_does_nothing_else():
    def written(outside):
        scores = story(0.2, competitor=True)
        titled = scores.assign(title=scores["title"].where(scores["set"] != "gan", outside))
        info = replace(
            INFO, source=outside, left_out=f"images left out: 2 (in {outside})", duplicates="1 twice"
        )
        sets = SETS.assign(title=outside)
        found = overview(titled, story_values(0.2), sets, info, seed=5, margins={})
        return Page(to_html(summary_text(found), outside))

    names = " ".join(HOSTILE)
    plain, hostile = written("harmless"), written(names)
    assert hostile.tags == plain.tags
    assert hostile.text.count(names.replace("\u202e", "?")) == plain.text.count("harmless") > 5
    assert "Images left out: 2 (in harmless); 1 twice." in plain.text


def test_the_page_shows_names_from_outside_and_does_nothing_else():
    def written(outside):
        scores = story(0.2, competitor=True)
        title = scores["title"].where(scores["set"] != "t100", outside)
        info = replace(INFO, source=outside, class_names=[outside, "b"])
        sets = SETS.assign(title=outside)
        page = overview(scores.assign(title=title), story_values(0.2), sets, info, seed=5, margins={})
        figure = PageFigure(outside, outside, "aGE=")
        return Page(page_html(page, [figure], {"path": outside}))

    names = " ".join(HOSTILE)
    plain, hostile = written("harmless"), written(names)
    assert hostile.tags == plain.tags
    assert plain.text.count("harmless") > 8
    shown = hostile.text.count(names) + hostile.text.count(names.replace("\u202e", "?"))
    assert shown >= plain.text.count("harmless") - 1  # in the config it is quoted as YAML does it
    assert not [attributes for tag, *attributes in hostile.tags if "onload" in attributes]


def test_the_page_answers_first_and_every_verdict_has_its_word():
    page = overview(story(0.2), story_values(0.2), SETS, INFO, seed=5, margins={})
    text = Page(page_html(page, [], {})).text
    assert text.index("Can it replace the real images?No") < text.index("The paper's findings")
    assert page.answers[0].source == "table2.csv"
    for finding in page.findings:
        assert finding.words in text
        assert finding.difference in text


def test_html_that_nobody_escaped_is_text():
    careless = to_html("<script>alert(1)</script> [a](javascript:b)\n\n<b>c</b>", "")
    assert Page(careless).tags == Page(to_html("a", "")).tags


def test_other_sets_are_compared_with_the_real_and_the_synthetic_one():
    summary = page(0.2, story(0.2, competitor=True))
    line = next(line for line in summary.splitlines() if line.startswith("- **gan**"))
    assert re.search(r"7\d\.\d\d %, -1[78]\S* points \(95 % interval -\S+ to -\S+\) from the real set", line)
    assert "from the fully synthetic set" in line
    told = next(line for line in summary.splitlines() if "Told from real images" in line)
    assert re.search(r"80\.\d\d % by pixels, boosted trees, .*, \+2[12]\S* points \(95 % interval ", told)
    assert "| gan " in summary
    assert "nan" not in summary
    assert "<NA>" not in summary


def test_without_a_series_of_the_paper_the_summary_has_no_findings():
    scores = story(0.2, competitor=True)
    scores = scores[scores["set"].isin(["real", "gan"]) | scores["kind"].isna()].assign(paper=False)
    summary = page(0.2, scores)
    assert "findings:" not in summary
    assert "- **gan**: 7" in summary


def test_costs_are_added_up_by_rule(tmp_path):
    header = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"
    for path, seconds, memory in (
        ("slow/a-0.tsv", 7000, 500),
        ("slow/b-0.tsv", 2000, 900),
        ("fast.tsv", 1000, 90),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        row = f"{seconds}\t-\t{memory}\t0\t0\t0\t0\t0\t0\t{seconds / 2}\n"
        (tmp_path / path).write_text(header + row)
    jobs = read_benchmarks(tmp_path)
    table = cost_table(jobs).set_index("rule")
    assert list(table.index) == ["slow", "fast"]
    slow = table.loc["slow", ["jobs", "seconds", "longest", "share", "cores", "memory"]]
    assert list(slow) == [2, 9000, 7000, 0.9, 0.5, 900]
    page = cost_text(jobs)
    assert all(text in page for text in ("took 2 h 46 min", "2 h 30 min", "1 h 56 min", "90.0%", "900 MB"))
    for broken in (b"", b"\x80", b"s\tcpu_time\n1\n", header.encode() + b"1\t2\t\xb3"):
        (tmp_path / "fast.tsv").write_bytes(broken)
        with pytest.raises(InputError, match=r"fast\.tsv: no measurements of a job; delete it and run again"):
            read_benchmarks(tmp_path)
