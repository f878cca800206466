"""Check values inside the files that jobs pass on, so that one that changed on disk is never read as it is.

CRC-32 finds every flipped bit and every cut, at gigabytes a second. It doesn't find what somebody forges.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

BLOCK = 2**20  # bytes of an array that are checked together, and read where fewer are asked for
SEAL = "crc32"
BROKEN = "isn't what was written (it changed on disk, or was cut); delete it and run again"


def digest(*parts: bytes | memoryview) -> str:
    """The CRC-32 of bytes, one part behind the other: 8 hexadecimal digits."""
    value = 0
    for part in parts:
        value = zlib.crc32(part, value)
    return f"{value:08x}"


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """JSON's plain content, with its check value as the last key."""
    return {**content, SEAL: digest(json.dumps(content).encode())}


def unsealed(content: Any) -> dict[str, Any]:
    """The content without its check value. Raises ValueError where that isn't the content's."""
    if not isinstance(content, dict) or content != sealed({k: v for k, v in content.items() if k != SEAL}):
        raise ValueError("its check value is another")
    return {key: value for key, value in content.items() if key != SEAL}


def block_rows(row: int) -> int:
    """How many rows of an array make a block, if one has so many bytes."""
    return max(BLOCK // max(row, 1), 1)


def block_digests(kind: str, array: np.ndarray, first: int = 0) -> list[str]:
    """The check values of an array's blocks of rows, [N, ...]. No row: that of an empty block.

    kind: what else must be right, such as its name and type. first: the number of the first block.
    """
    rows = block_rows(array[:1].nbytes)
    return [
        digest(f"{kind} {first + start // rows}".encode(), _flat(array[start : start + rows]))
        for start in range(0, max(len(array), 1), rows)
    ]


def _flat(array: np.ndarray) -> memoryview:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def array_kind(name: str, kind: object, shape: Sequence[int]) -> str:
    """Words for an array that another doesn't share."""
    return f"{name} {kind} {list(shape)}"
