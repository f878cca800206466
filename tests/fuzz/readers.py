"""Reads files in child processes, and starts a new one where a file hangs or kills the last."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

from project import ROOT, SCRIPTS

PATIENCE = 10.0  # seconds for one file
START = 120.0


class Reader:
    """A child process, begun when it is needed."""

    def __init__(self) -> None:
        self.child: subprocess.Popen | None = None

    def read(self, kind: str, path: Path) -> dict:
        """The child's Outcome, whose verdict may also be `hung` or `died`."""
        child = self.child or self._started()
        assert child.stdin is not None
        try:
            child.stdin.write(f"{kind} {path}\n")
            child.stdin.flush()
            answer = self._line(PATIENCE)
        except BrokenPipeError:
            answer = ""
        if answer:
            return json.loads(answer)
        verdict = "hung" if answer is None else "died"
        self.stop()
        return {"verdict": verdict, "message": "", "executed": [], "fingerprint": ""}

    def stop(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child = None

    def _started(self) -> subprocess.Popen:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(SCRIPTS), str(ROOT / "tests")])}
        self.child = subprocess.Popen(
            [sys.executable, "-m", "fuzz.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
        assert self._line(START) == "ready\n"
        return self.child

    def _line(self, patience: float) -> str | None:
        """The next line, "" at the end, None where it doesn't come."""
        assert self.child is not None
        assert self.child.stdout is not None
        ready, _, _ = select.select([self.child.stdout], [], [], patience)
        return self.child.stdout.readline() if ready else None
