"""What every job gets: its threads, its log, one line for an error."""

import errno
import logging
import os
import signal
import time
import warnings
from types import SimpleNamespace

import pytest
import torch
from safetensors import SafetensorError
from synthgap.run.errors import InputError
from synthgap.run.files import whole_file
from synthgap.run.job import device_of, limit_threads, perform
from threadpoolctl import threadpool_info


def job(tmp_path, **settings):
    return SimpleNamespace(
        rule="compute", log=[str(tmp_path / "logs/compute.log")], params=SimpleNamespace(settings=settings)
    )


@pytest.fixture(autouse=True)
def _restored():
    """A job sets up the process that it has for itself."""
    logger, handlers = logging.getLogger("synthgap"), list(logging.getLogger("synthgap").handlers)
    root, level = list(logging.getLogger().handlers), logger.level
    yield
    logger.handlers, logging.getLogger().handlers = handlers, root
    logger.setLevel(level)
    logging.captureWarnings(False)
    limit_threads(1)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_job_uses_its_threads_and_no_more(tmp_path, threads):
    found = []

    def main(job):
        found.append(torch.get_num_threads())
        found.extend(pool["num_threads"] for pool in threadpool_info())

    perform(main, job(tmp_path, threads=threads))
    assert len(found) > 1
    assert set(found) == {threads}


def test_output_and_warnings_go_to_the_log(tmp_path, capsys):
    def main(job):
        print("half way")
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn("a library complains", stacklevel=1)
        logging.getLogger("synthgap.data").warning("an image is strange")

    perform(main, job(tmp_path))
    log = (tmp_path / "logs/compute.log").read_text()
    assert all(text in log for text in ("half way", "a library complains", "an image is strange"))
    assert capsys.readouterr().err.splitlines() == ["compute: warning: an image is strange"]


def test_a_mistake_is_one_line_and_a_bug_is_a_traceback(tmp_path, capsys):
    def mistaken(job):
        raise InputError("config: lr: too high; lower it")

    with pytest.raises(SystemExit):
        perform(mistaken, job(tmp_path))
    assert capsys.readouterr().err == "compute: error: config: lr: too high; lower it\n"

    with pytest.raises(SystemExit):
        perform(lambda job: 1 / 0, job(tmp_path))
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert "ZeroDivisionError" in (tmp_path / "logs/compute.log").read_text()


def raising(error):
    def main(job):
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "full", "a.csv"), "a.csv: No space left on device; mend that, and run again"),
        (SafetensorError("I/O error: full (os error 28)"), "a file: No space left on device; mend that, and"),
        (PermissionError(errno.EACCES, "no", "a"), "a: Permission denied; mend that, and run again"),
        (MemoryError(), "it ran out of memory; use a machine with more, more shards, or smaller batches"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "it ran out of memory; use"),
    ],
)
def test_what_the_machine_refuses_is_a_line(tmp_path, capsys, error, told):
    with pytest.raises(SystemExit):
        perform(raising(error), job(tmp_path))
    assert capsys.readouterr().err.startswith(f"compute: error: {told}")


def test_a_log_that_can_not_be_written_is_told(tmp_path):
    (tmp_path / "logs").write_text("")
    with pytest.raises(SystemExit, match=r"compute: error: .*/logs/compute\.log: "):
        perform(lambda job: None, job(tmp_path))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_job_that_is_told_to_stop_leaves_nothing_half_written_and_no_traceback(tmp_path, capsys, number):
    """By a scheduler, or by Ctrl-C."""

    def main(job):
        with whole_file(tmp_path / "a.csv") as path:
            path.write_text("half")
            os.kill(os.getpid(), number)
            time.sleep(10)

    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as end:
        perform(main, job(tmp_path))
    assert end.value.code == 128 + number
    assert [path.name for path in tmp_path.iterdir()] == ["logs"]
    assert capsys.readouterr().err == ""
    assert signal.getsignal(number) == before


def test_of_libraries_a_log_has_warnings_only(tmp_path):
    """A figure's fonts alone would be a hundred lines."""

    def main(job):
        logging.getLogger("fontTools.subset").info("maxp pruned")
        logging.getLogger("fontTools.subset").warning("a font is broken")
        logging.getLogger("synthgap.data").info("half way")

    perform(main, job(tmp_path))
    log = (tmp_path / "logs/compute.log").read_text()
    assert log.splitlines() == ["a font is broken", "half way"]


@pytest.mark.parametrize(
    ("resources", "device"),
    [
        ({"device": "none", "gpu": 0}, "cpu"),
        ({"device": "cpu", "gpu": 0, "gres": "gpu:1"}, "cpu"),
        ({"device": "cuda", "gpu": 1}, "cuda"),
        ({"device": "cuda", "gpu": 0, "gres": "gpu:a100:1"}, "cuda"),
    ],
)
def test_a_job_computes_where_it_was_asked_to(resources, device):
    assert device_of(SimpleNamespace(rule="make_set", resources=SimpleNamespace(**resources))) == device


@pytest.mark.parametrize("gres", [{}, {"gres": "lscratch:100"}])
def test_a_job_for_a_gpu_that_asks_for_none_does_not_fall_back_to_the_cpu(gres):
    resources = SimpleNamespace(device="cuda", gpu=0, **gres)
    with pytest.raises(InputError, match=r"no GPU: gpu=0, gres=.*set make_set:gpu=1 or make_set:gres=gpu:1"):
        device_of(SimpleNamespace(rule="make_set", resources=resources))
