"""Names of sets: `real`, `t030` for the reconstructions from reverse step 30 of T = 100, and the names that
the config gives to competing generators.
"""

import re
from collections.abc import Iterable

REAL = "real"
POSITIVE_CONTROL = "positive-control"
NEGATIVE_CONTROL = "negative-control"
# Names that a competitor can't have, beside those of reconstructions: of other files and folders, of the
# fully synthetic set in figures, and what readers of csv take for a missing value.
RESERVED = {REAL, "controls", "detection", "gradcam", "synthetic", "nan", "null"}


def set_name(t_re: int, steps: int) -> str:
    """The set of reconstructions from t_re, with as many digits as T = steps has; 0 is `real`."""
    return f"t{t_re:0{len(str(steps))}d}" if t_re else REAL


def reverse_step(name: str) -> int | None:
    """t_re of a set: 0 for `real`, None for a set that is no reconstruction."""
    if name == REAL:
        return 0
    match = re.fullmatch(r"t(\d+)", name)
    return int(match[1]) if match else None


def competitors(names: Iterable[str]) -> list[str]:
    """The competing generators' sets among the names, in their order."""
    own = {POSITIVE_CONTROL, NEGATIVE_CONTROL}
    return [name for name in names if reverse_step(name) is None and name not in own]
