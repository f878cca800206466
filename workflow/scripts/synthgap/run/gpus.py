"""Which GPU a job computes on. Snakemake counts GPUs, but doesn't say which one a job got."""

import logging
import os
import stat
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import InputError, about_file

logger = logging.getLogger(__name__)
MEND = "delete it, or set TMPDIR to a folder of your own"
POLL = 1.0  # seconds between two looks for a free GPU
_claimed: list[tuple[int, FileLock]] = []  # for as long as the process lives


def visible_gpus(count: int) -> list[str]:
    """The names of the GPUs that this process may use, of `count` that it sees.

    Those in CUDA_VISIBLE_DEVICES, where a scheduler or the user has set it; else their numbers.
    """
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    return [str(i) for i in range(count)] if given is None else given.split(",")[:count]


def claim_gpu(names: Sequence[str]) -> int:
    """The position of a GPU that no other job of this user has claimed; waits until there is one.

    A single GPU is taken as it is: Snakemake's count or the scheduler has seen to it. A claim is a lock on
    a file that ends with the process, however that ends. Asked again, it gives the same. Raises InputError
    where there is something else in the lock's place.
    """
    if len(names) == 1:
        return 0
    if _claimed:
        return _claimed[0][0]
    waiting = False
    while True:
        for position, name in enumerate(names):
            lock = FileLock(_lock_path(name))
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            except OSError as error:
                raise InputError(
                    about_file(lock.lock_file, f"no lock of a GPU ({error.strerror}); {MEND}")
                ) from error
            _claimed.append((position, lock))
            return position
        if not waiting:
            logger.warning("all %d GPUs are taken by other jobs; waiting for one", len(names))
            waiting = True
        time.sleep(POLL)


def _lock_path(name: str) -> Path:
    # GPUs of two allocations may have the same number.
    allocation = os.environ.get("SLURM_JOB_ID", "here")
    return _lock_folder() / f"{allocation}-gpu-{name}.lock".replace("/", "-")


def _lock_folder() -> Path:
    """One of this user alone: in a common one, others could put files and links in a lock's place."""
    folder = Path(tempfile.gettempdir()) / f"synthgap-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError as error:
        raise InputError(
            about_file(folder, f"can't be a folder of locks ({error.strerror}); {MEND}")
        ) from error
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o022:
        raise InputError(about_file(folder, f"no folder that only you can write to; {MEND}"))
    return folder
