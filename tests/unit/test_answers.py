"""What a person asks of a run, where the answers are known."""

import re

import pandas as pd
import pytest
from story import page, remedies, story, story_values
from synthgap.metrics.comparisons import Comparison, Part
from synthgap.plan.names import SCORE_COLUMNS
from synthgap.report.answers import _helps as helps
from synthgap.report.answers import answers, in_words, subject, what_it_takes
from synthgap.report.remedies import weigh_remedies

CLASSES = ["a", "b"]


def asked(scores, values=None):
    """The answers by their questions."""
    found = answers(scores, values or story_values(0.2), CLASSES, None, [], 1.0)
    return {answer.question: answer for answer in found}


LOST = "What kind of images is lost?"


def local_shares(shares, replicates=3):
    """Rows of edges.csv of the set t100: around a class's test images, so much of what is near is missing."""
    rows = []
    for replicate in range(replicates):
        for group, value in {"all": 0.0, **shares}.items():
            for metric, number in (("local_share", value), ("local_share_deviation", 0.02)):
                about = ("t100", "train", replicate, "held-out", "x", metric, group)
                rows.append((*about, number + 0.001 * replicate * (metric == "local_share"), 60, 60))
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def test_a_missing_class_is_named_whatever_edge_and_core_are():
    told = story(0.0)
    scores = pd.concat([told, local_shares({"class 0": 0.0, "class 1": -0.5})], ignore_index=True)
    described = told[told["set"] == "t100"].iloc[0]
    for column in scores.columns.difference(SCORE_COLUMNS):
        scores[column] = scores[column].where(
            scores["kind"].notna() | (scores["set"] != "t100"), described[column]
        )
    assert asked(scores)[LOST].word == "class b"
    few = pd.concat([story(0.0, 1), local_shares({"class 1": -0.5}, 1)], ignore_index=True)
    assert asked(few, story_values(0.0, 1))[LOST].word == "Undecided"


def test_without_the_papers_series_the_first_generated_set_is_asked_about():
    scores = story(0.2, competitor=True)
    assert subject(scores) == "t100"
    assert subject(scores.assign(paper=False)) == "t100"
    none = scores.assign(paper=False)[scores["set"] != "t100"]
    assert subject(none) == "gan"
    assert subject(none[none["set"] != "gan"]) == "t030"
    assert subject(none[none["set"] == "real"]) is None


def test_a_loss_below_the_margin_is_nearly_a_replacement():
    words = {
        answer.question: answer.word
        for answer in answers(story(0.2), story_values(0.2), CLASSES, None, [], 1)
    }
    assert words["Can it replace the real images?"] == "No"
    nearly = answers(story(0.2), story_values(0.2), CLASSES, None, [], 30)
    assert nearly[0].word == "Nearly"
    assert "smaller than the margin of 30 points" in nearly[0].sentence


def test_copies_are_not_asked_of_what_is_made_from_real_images():
    scores = story(0.2).assign(paper=False)
    scores = scores[scores["set"].isin(["real", "t030"])]
    found = {answer.question: answer for answer in answers(scores, story_values(0.2), CLASSES, None, [], 1)}
    copied = found["Is it copied from the training images?"]
    assert copied.word == "Not asked"


def test_one_replicate_decides_nothing():
    found = answers(story(0.2, 1), story_values(0.2, 1), CLASSES, None, [], 1)
    words = {answer.question: answer.word for answer in found}
    assert words["Can it replace the real images?"] == "Undecided"
    assert words["Can it be told from real images?"] == "Undecided"
    assert words["Is it copied from the training images?"] == "Undecided"


def test_remedies_that_help_are_named():
    found = helps(weigh_remedies(*remedies()))
    assert found.word == "helped, t_re = 100; best, t_re = 100"
    assert "2 of 4 remedies helped beyond chance, 1 did harm" in found.sentence


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (Comparison(-0.01, 3, 900, Part(1e-5, 4), Part(1e-7, 899)), r"With \d+ replicates"),
        (Comparison(-0.01, 3, 900, Part(1e-5, 4), Part(1e-4, 899)), "it takes more test images"),
        (Comparison(-0.0001, 3, 9000, Part(1e-4, 4), Part(1e-9, 8999)), "Not even 100 replicates"),
        (Comparison(-0.01, 2, 900, Part(1e-5, 2), Part(1e-7, 899)), "fewer than 3 replicates"),
    ],
)
def test_it_says_what_it_would_take(comparison, expected):
    assert re.search(expected, what_it_takes(comparison, 1))


def test_long_lists_are_cut():
    assert in_words(["a", "b"]) == "a; b"
    assert in_words(list("abcde")) == "a; b; c and 2 more"


def test_the_summary_begins_with_the_answers():
    text = page(0.2)
    assert text.index("Can it replace the real images? No.") < text.index("The paper's findings")
