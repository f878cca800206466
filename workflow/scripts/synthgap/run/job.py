"""What every script owes its user: a log, one clear line for an error, the threads it was given."""

import fcntl
import logging
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

from threadpoolctl import threadpool_limits

from .errors import InputError, about_file
from .files import refusal
from .messages import WARNING


def run_job(main: Callable[[Any], None], job: Any) -> NoReturn:
    """Run a script's main on Snakemake's job object (`snakemake` in the script), and end the process."""
    perform(main, job)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # all is written, and Python would take torch down piece by piece: half a second a job


def perform(main: Callable[[Any], None], job: Any) -> None:
    """Run a script's main on Snakemake's job object.

    Output, warnings, logging and progress go to the rule's log; progress is also shown on the
    terminal, by one job at a time. An InputError ends the job with its one line on the terminal.
    """
    terminal = sys.stderr
    log_path = Path(job.log[0])
    with ExitStack() as stack:
        try:
            log_path.parent.mkdir(parents=True, exist_ok=True)
            log = log_path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            sys.exit(f"{job.rule}: error: {about_file(log_path, error.strerror)}")
        stack.callback(_close, log)
        # Told to stop, a job cleans up what it had begun, and says no more.
        for number in (signal.SIGTERM, signal.SIGINT):
            stack.callback(signal.signal, number, signal.signal(number, _stop))
        output = _Output(log, terminal if _claim_terminal(terminal, stack) else None)
        stack.enter_context(redirect_stdout(output))
        stack.enter_context(redirect_stderr(output))
        logging.basicConfig(stream=output, level=logging.WARNING, force=True)
        logging.getLogger().handlers[0].setFormatter(_LogFormatter())
        logging.captureWarnings(True)
        own = logging.getLogger("synthgap")
        own.setLevel(
            logging.INFO
        )  # of others only warnings: fontTools alone tells of every table of every font
        # What the project itself warns of concerns the user: it goes to the terminal as well.
        loud = logging.StreamHandler(terminal)
        loud.setLevel(logging.WARNING)
        loud.setFormatter(logging.Formatter(f"{job.rule}: warning: %(message)s"))
        own.addHandler(loud)
        try:
            limit_threads(job.params.settings.get("threads", 1))
            main(job)
        except Exception as error:
            told = _told(error)
            with suppress(OSError):  # the disk may be full
                log.write(f"error: {told}\n" if told else traceback.format_exc())
            if told is None:
                print(f"{job.rule}: failed unexpectedly; its log {log_path} ends with:", file=terminal)
                print(traceback.format_exc(), file=terminal)
            else:
                print(f"{job.rule}: error: {told}", file=terminal)
            sys.exit(1)


def _told(error: Exception) -> str | None:
    """The line for an error that a user can mend; None for any other."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, MemoryError) or re.search("(not enough|allocate|out of) memory", str(error)):
        return "it ran out of memory; use a machine with more, more shards, or smaller batches"
    if (problem := refusal(error)) is not None:
        return f"{getattr(error, 'filename', None) or 'a file'}: {problem}"
    return None


def _stop(number: int, frame: object) -> None:
    sys.exit(128 + number)


def _close(log: TextIO) -> None:
    with suppress(OSError):
        log.close()


def limit_threads(threads: int) -> None:
    """Let numerical libraries use this many threads, whatever the machine has.

    Some results differ in their last bits with the number of threads, so it comes from the config.
    """
    threadpool_limits(threads)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)


def device_of(job: Any) -> str:
    """Where a job's networks run, `cpu` or `cuda`, as its resource `device` says.

    Schedulers know GPUs by the resource `gpu`, or by SLURM's `gres`. Raises InputError where the job was to
    run on a GPU and has neither.
    """
    resources = job.resources
    if resources.device != "cuda":
        return "cpu"
    gpu, gres = (getattr(resources, name, None) for name in ("gpu", "gres"))
    if not gpu and "gpu" not in (gres or ""):
        raise InputError(
            f"device: cuda was asked for, but the job asks its scheduler for no GPU: gpu={gpu}, gres={gres}; "
            f"under set-resources in the profile, set {job.rule}:gpu=1 or {job.rule}:gres=gpu:1, or "
            f"{job.rule}:device=cpu to do without"
        )
    return "cuda"


class _LogFormatter(logging.Formatter):
    """Marks the project's own warnings, which are told again at the end of the run."""

    def format(self, record: logging.LogRecord) -> str:
        own = record.name.startswith("synthgap") and record.levelno >= logging.WARNING
        return (WARNING if own else "") + super().format(record)


class _Output:
    """Writes to the log, a line at a time, and to the terminal where there is one."""

    def __init__(self, log: TextIO, terminal: TextIO | None) -> None:
        self.log, self.terminal = log, terminal
        self.encoding = "utf-8"

    def write(self, text: str) -> int:
        self.log.write(text.replace("\r", "\n"))
        if self.terminal:
            self.terminal.write(text)
        return len(text)

    def flush(self) -> None:
        self.log.flush()
        if self.terminal:
            self.terminal.flush()

    def isatty(self) -> bool:
        return bool(self.terminal)


def _claim_terminal(terminal: TextIO, stack: ExitStack) -> bool:
    """Whether this job may show its progress: it has a terminal that no other job uses."""
    if not terminal.isatty():
        return False
    lock = stack.enter_context(Path(".snakemake/terminal.lock").open("w"))  # noqa: SIM115
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
