"""What this machine has."""

import os
import resource
from contextlib import suppress
from pathlib import Path

CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def machine_memory() -> int:
    """Bytes that this process may have: those of the machine, or fewer where it was given a limit."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        limits.append(limit)
    with suppress(OSError, ValueError):  # there may be no such limit
        limits.append(int(CGROUP_LIMIT.read_text(encoding="ascii")))
    return min(limits)
