"""What the jobs of a run had to say, once more at its end: hundreds of lines may have gone by since."""

import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

JOB = re.compile(r"^(Error in )?(?:local)?rule (\w+):\n((?: .*\n)*)", re.M)
LOG = re.compile(r"^    log: ([^,\n]*?)(?:,| \(check log|$)", re.M)
WARNING = "warning: "  # how a job's log marks what the project itself warns of
HEADING = "What the jobs had to say, once more:"
KILLED = "no error in its log: it was killed, or ran out of memory or time"


def print_last_words(logs: Iterable[str]) -> None:
    """Print the warnings and errors of a run's jobs. logs: the paths of Snakemake's logs of the run."""
    if words := last_words("".join(f"{line}\n" for log in logs for line in _lines(log))):
        print(HEADING, *words, sep="\n", file=sys.stderr)


def last_words(run: str) -> list[str]:
    """A line for each different warning of a run's jobs, then one for each job that failed for good.

    run: Snakemake's log, which names the log of each job.
    """
    logs, failed = {}, {}
    finished = set(re.findall(r"^Finished jobid: (\d+)", run, re.M))
    for is_error, rule, told in JOB.findall(run):
        if log := LOG.search(told):
            logs[log[1]] = rule
            if is_error and finished.isdisjoint(re.findall(r"^    jobid: (\d+)", told, re.M)):
                failed[log[1]] = rule
    warnings = Counter(f"{rule}: {line}" for log, rule in logs.items() for line in set(_warnings(log)))
    told = [line + (f" ({jobs} jobs)" if jobs > 1 else "") for line, jobs in warnings.items()]
    return told + [f"{rule}: {_cause(log)} ({log})" for log, rule in failed.items()]


def _lines(log: str) -> list[str]:
    try:
        return Path(log).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return []


def _warnings(log: str) -> list[str]:
    return [line for line in _lines(log) if line.startswith(WARNING)]


def _cause(log: str) -> str:
    last = (_lines(log) or [""])[-1]
    return last if re.match(r"[\w.]*(error|Error|Exception|Interrupt)\b", last) else KILLED
