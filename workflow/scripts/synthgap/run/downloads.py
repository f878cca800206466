"""Files from the network: resumed after a break, verified, and renamed when whole."""

import hashlib
import http.client
import logging
import os
import time
import urllib.error
import urllib.request
from pathlib import Path

from tqdm import tqdm

from .errors import InputError

CHUNK = 2**20
TIMEOUT = 60  # seconds without a byte

logger = logging.getLogger(__name__)


def fetch(url: str, path: str | os.PathLike, sha256: str | None = None) -> str:
    """Download a file unless the one at `path` is the right one (any, where sha256 is None).

    Returns its SHA-256. Raises InputError as download does.
    """
    try:
        return check_sha256(path, sha256)
    except (FileNotFoundError, InputError):
        return download(url, path, sha256)


def download(
    url: str, path: str | os.PathLike, sha256: str | None = None, *, attempts: int = 5, pause: float = 5.0
) -> str:
    """Fetch a file and return its SHA-256 (hexadecimal).

    What has arrived stays beside `path` as `.part` and is not fetched again, neither by the next attempt
    nor by the next call. pause: seconds before the second attempt, doubled each time. Raises InputError
    where the server refuses, the attempts are used up, or the file is not the one of `sha256`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    for attempt in range(1, attempts + 1):
        try:
            _fetch(url, part)
            break
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                raise InputError(f"{url}: the server answered {error.code} {error.reason}") from error
            problem: Exception = error
        except (OSError, http.client.HTTPException) as error:
            problem = error
        if attempt == attempts:
            raise InputError(
                f"{url}: broke off {attempts} times, at last with {problem}; {_size(part)} bytes are kept in "
                f"{part}: run again to go on, or put the whole file at {path}"
            ) from problem
        logger.warning("%s broke off after %d bytes (%s); going on", url, _size(part), problem)
        time.sleep(pause * 2 ** (attempt - 1))
    try:
        digest = check_sha256(part, sha256)
    except InputError as error:
        part.unlink()
        raise InputError(f"{url}: {error}; the download was deleted") from error
    if sha256 is None:
        logger.warning("%s: not pinned; to pin it, set its sha256 to %s", url, digest)
    os.replace(part, path)
    return digest


def check_sha256(path: str | os.PathLike, expected: str | None) -> str:
    """The SHA-256 of a file. Raises InputError where it isn't the expected one (None: any)."""
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if expected is not None and digest != expected.lower():
        raise InputError(f"{path}: its SHA-256 is {digest}, expected {expected}")
    logger.info("%s has the SHA-256 %s", path, digest)
    return digest


def _fetch(url: str, part: Path) -> None:
    """Append what is missing of the file to `part`. Raises ConnectionError where it ends too early."""
    start = _size(part)
    headers = {"User-Agent": "synthgap", **({"Range": f"bytes={start}-"} if start else {})}
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # nothing is missing, or the file became shorter
            error.close()
            whole = (error.headers.get("Content-Range") or "").removeprefix("bytes */")
            if whole == str(start):
                return
            part.unlink()
            raise ConnectionError("the file on the server has changed") from error
        raise
    with response:
        resumed = response.status == 206
        length = response.headers.get("Content-Length")
        total = None if length is None else int(length) + (start if resumed else 0)
        with (
            part.open("ab" if resumed else "wb") as file,
            tqdm(
                total=total, initial=file.tell(), desc=part.stem, unit="B", unit_scale=True, mininterval=2
            ) as bar,
        ):
            while chunk := response.read(CHUNK):
                file.write(chunk)
                bar.update(len(chunk))
    if total is not None and _size(part) != total:
        raise ConnectionError(f"{_size(part)} of {total} bytes arrived")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
