"""What a run says at its end."""

import pytest
from synthgap.run.messages import KILLED, last_words

RUN = """\
[Tue Dec  1 01:33:20 2026]
localrule pack_dataset:
    output: data/train.safetensors
    log: logs/pack.log
    jobid: 5
[Tue Dec  1 01:33:24 2026]
rule make_set:
    input: data/train.safetensors
    log: logs/a.log, logs/unused.log
    jobid: 6
rule make_set:
    log: logs/b.log
    jobid: 7
rule make_model:
    log: logs/model.log
    jobid: 8
Error in rule make_model:
    message: None
    jobid: 8
    log: logs/model.log (check log file(s) for error details)
    slurm_jobid: 3
Trying to restart job 8.
"""


@pytest.fixture
def words(tmp_path, monkeypatch):
    """The last words of a run whose jobs wrote these logs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()

    def told(run: str, **logs: str) -> list[str]:
        for name, text in logs.items():
            (tmp_path / f"logs/{name}.log").write_text(text)
        return last_words(run)

    return told


def test_a_warning_of_several_jobs_is_told_once_with_their_number(words):
    log = "half way\nwarning: images are left out\nthe warning: of a library\n"
    assert words(RUN.split("Error")[0], pack="warning: 3 JPEGs\n", a=log, b=log + log) == [
        "pack_dataset: warning: 3 JPEGs",
        "make_set: warning: images are left out (2 jobs)",
    ]


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        ("train: 3/10\nerror: the disk is full\n", "error: the disk is full"),
        ("Traceback (most recent call last):\nValueError: 3 != 4\n", "ValueError: 3 != 4"),
        ("train: 3/10\n", KILLED),
        ("", KILLED),
    ],
)
def test_an_error_is_told_with_its_cause_and_where_to_read_on(words, log, cause):
    assert words(RUN, model=log) == [f"make_model: {cause} (logs/model.log)"]


def test_a_job_that_succeeded_when_tried_again_has_not_failed(words):
    again = RUN + "[Tue Dec  1 01:40:24 2026]\nFinished jobid: 8 (Rule: make_model)\n"
    assert words(again, model="train: 10/10\n") == []
