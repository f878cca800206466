"""What every job gets: its threads, its log, one line for an error."""

import logging
import warnings
from types import SimpleNamespace

import pytest
import torch
from synthgap.run.errors import InputError
from synthgap.run.job import limit_threads, run_job
from threadpoolctl import threadpool_info


def job(tmp_path, **settings):
    return SimpleNamespace(
        rule="compute", log=[str(tmp_path / "logs/compute.log")], params=SimpleNamespace(settings=settings)
    )


@pytest.fixture(autouse=True)
def _restored():
    """run_job sets up the process that it has for itself."""
    logger, handlers = logging.getLogger("synthgap"), list(logging.getLogger("synthgap").handlers)
    root = list(logging.getLogger().handlers)
    yield
    logger.handlers, logging.getLogger().handlers = handlers, root
    logging.captureWarnings(False)
    limit_threads(1)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_job_uses_its_threads_and_no_more(tmp_path, threads):
    found = []

    def main(job):
        found.append(torch.get_num_threads())
        found.extend(pool["num_threads"] for pool in threadpool_info())

    run_job(main, job(tmp_path, threads=threads))
    assert len(found) > 1
    assert set(found) == {threads}


def test_output_and_warnings_go_to_the_log(tmp_path, capsys):
    def main(job):
        print("half way")
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn("a library complains", stacklevel=1)
        logging.getLogger("synthgap.data").warning("an image is strange")

    run_job(main, job(tmp_path))
    log = (tmp_path / "logs/compute.log").read_text()
    assert all(text in log for text in ("half way", "a library complains", "an image is strange"))
    assert capsys.readouterr().err.splitlines() == ["compute: warning: an image is strange"]


def test_a_mistake_is_one_line_and_a_bug_is_a_traceback(tmp_path, capsys):
    def mistaken(job):
        raise InputError("config: lr: too high; lower it")

    with pytest.raises(SystemExit):
        run_job(mistaken, job(tmp_path))
    assert capsys.readouterr().err == "compute: error: config: lr: too high; lower it\n"

    with pytest.raises(SystemExit):
        run_job(lambda job: 1 / 0, job(tmp_path))
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert "ZeroDivisionError" in (tmp_path / "logs/compute.log").read_text()
