"""Files from the network: resumed after a break, verified, and renamed when whole."""

import hashlib
import http.client
import logging
import os
import re
import socket
import string
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .errors import InputError, about_file, in_a_line, shown_url
from .files import refusal

CHUNK = 2**20
TIMEOUT = 60  # seconds without a byte
PATIENCE = 120  # seconds until an answer's head has arrived
LEAST_RATE = 1000  # bytes a second, on average over
WINDOW = 60  # seconds
ASK_AGAIN = (408, 429)  # statuses below 500 that pass

logger = logging.getLogger(__name__)


@dataclass
class Part:
    """What has arrived of a file. version: the server's name or date of the file that this is a part of,
    where it said one; total: the file's bytes, likewise.
    """

    path: Path
    version: str | None = None
    total: int | None = None

    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self.version = self.total = None


class _Patience(http.client.HTTPConnection):
    """Hangs up where the head of an answer takes too long, though a byte may come now and then."""

    def getresponse(self) -> http.client.HTTPResponse:
        late, connection = threading.Event(), self.sock

        def hang_up() -> None:
            late.set()
            with suppress(OSError):
                # Not the method of a TLS socket: that takes its state from the thread that reads.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

        timer = threading.Timer(PATIENCE, hang_up)
        timer.start()
        try:
            return super().getresponse()
        finally:
            timer.cancel()
            if late.is_set():
                raise ConnectionError(f"no answer within {PATIENCE} seconds")


class _TLSPatience(_Patience, http.client.HTTPSConnection):
    pass


class _HTTPHandler(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Patience, request)


class _HTTPSHandler(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_TLSPatience, request)


def fetch(url: str, path: str | os.PathLike, sha256: str | None = None) -> str:
    """Download a file unless the one at `path` is the right one (any, where sha256 is None).

    Returns its SHA-256. Raises InputError as download does.
    """
    try:
        return check_sha256(path, sha256)
    except InputError:
        return download(url, path, sha256)


def download(
    url: str, path: str | os.PathLike, sha256: str | None = None, *, attempts: int = 5, pause: float = 5.0
) -> str:
    """Fetch a file and return its SHA-256 (hexadecimal).

    What has arrived stays beside `path` as `.part` and is not fetched again by the next attempt, nor, where
    sha256 says what the whole is, by the next call. pause: seconds before the second attempt, doubled each
    time. Raises InputError where the server refuses, the attempts are used up, or the file is not the one of
    sha256.
    """
    path, shown = Path(path), shown_url(url)
    attempts = 1 if url.startswith("file:") else attempts
    path.parent.mkdir(parents=True, exist_ok=True)
    part = Part(path.with_name(f"{path.name}.part"))
    if sha256 is None:
        part.forget()  # nobody knows what it is a part of
    for attempt in range(1, attempts + 1):
        problem = _attempt(url, shown, part, sha256 is not None)
        if problem is None:
            break
        if attempt == attempts:
            kept = f"{part.size()} bytes are kept in {part.path}: " if sha256 else ""
            raise InputError(
                f"{shown}: broke off {attempts} times, at last with {problem}; {kept}run again, or put the "
                f"whole file at {path}"
            )
        logger.warning("%s broke off after %d bytes (%s); going on", shown, part.size(), problem)
        time.sleep(pause * 2 ** (attempt - 1))
    try:
        digest = check_sha256(part.path, sha256)
    except InputError as error:
        part.forget()
        raise InputError(f"{shown}: {error}; the download was deleted") from error
    if sha256 is None:
        logger.warning("%s: not pinned; to pin it, set its sha256 to %s", shown, digest)
    os.replace(part.path, path)
    return digest


def check_sha256(path: str | os.PathLike, expected: str | None) -> str:
    """A file's SHA-256. Raises InputError where it can't be read or isn't the expected one (None: any)."""
    try:
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(about_file(path, f"can't be read ({error.strerror})")) from error
    if expected is not None and digest != expected.lower():
        raise InputError(f"{path}: its SHA-256 is {digest}, expected {expected}")
    logger.info("%s has the SHA-256 %s", path, digest)
    return digest


def _attempt(url: str, shown: str, part: Part, pinned: bool) -> str | None:
    """Fetch what is missing of a file. Returns what it broke off with; None if nothing is missing any more.

    Raises InputError where another attempt is in vain.
    """
    try:
        _fetch(url, part, pinned)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code < 500 and error.code not in ASK_AGAIN:
            reason = shown_url(str(error.reason))
            raise InputError(f"{shown}: the server answered {error.code} {reason}") from error
        return in_a_line(error)
    except (ValueError, http.client.InvalidURL) as error:
        raise InputError(
            f"{shown}: no address that can be fetched; write one as https://host/file"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        if (problem := refusal(error)) is not None:
            raise InputError(about_file(part.path, f"can't be written: {problem}")) from error
        return in_a_line(error)
    return None


def _fetch(url: str, part: Part, pinned: bool) -> None:
    """Append what is missing of the file. Raises ConnectionError where it ends too early."""
    start = part.size() if pinned or part.version else 0
    headers = {"User-Agent": "synthgap"}
    if start:
        headers |= {"Range": f"bytes={start}-", **({"If-Range": part.version} if part.version else {})}
    address = urllib.parse.quote(url, safe=string.printable.strip())  # letters that aren't ASCII's
    opener = urllib.request.build_opener(_HTTPHandler, _HTTPSHandler)
    try:
        response = opener.open(urllib.request.Request(address, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and start:  # nothing is missing, or the file became shorter
            error.close()
            whole = (error.headers.get("Content-Range") or "").removeprefix("bytes */")
            if whole == str(start) and part.total in (None, start):
                return
            part.forget()
            raise ConnectionError("the file on the server has changed") from error
        raise
    with response:
        _check_answer(response, part, start, pinned)
        resumed = response.status == 206
        with part.path.open("ab" if resumed else "wb") as file:
            _copy(response, file, part)
    if part.total is not None and part.size() != part.total:
        raise ConnectionError(f"{part.size()} of {part.total} bytes arrived")


def _check_answer(response: Any, part: Part, start: int, pinned: bool) -> None:
    """Note the file's version and length. Raises ConnectionError for what is no part that continues ours, and
    InputError for what can't be told from a broken file.
    """
    headers = response.headers
    length = headers.get("Content-Length") or ""
    total = int(length) if length.isdecimal() else None
    if response.status == 206:
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", headers.get("Content-Range") or "")
        first, last, total = map(int, found.groups()) if found else (-1, -1, -1)
        if not start or first != start or last != total - 1 or part.total not in (None, total):
            part.forget()
            raise ConnectionError("a part that doesn't continue what is here")
    elif response.status not in (200, None):  # None: of a file on this machine
        raise InputError(
            f"{shown_url(response.url)}: the server answered {response.status}, not with the file"
        )
    elif not pinned:
        _check_unpinned(shown_url(response.url), headers, total)
    tag = headers.get("ETag") or "W/"
    version = headers.get("Last-Modified") if tag.startswith("W/") else tag
    part.version = version if version and version.isprintable() else None
    part.total = total


def _check_unpinned(shown: str, headers: Any, total: int | None) -> None:
    """Without its SHA-256, a file is only as good as what the server says of it."""
    problem = None
    if headers.get("Content-Encoding", "identity") != "identity":
        problem = "the server changed the file's encoding"
    elif headers.get_content_type() == "text/html":
        problem = "the server answered with a web page"
    elif total == 0:
        problem = "the file is empty"
    elif total is None and headers.get("Transfer-Encoding") != "chunked":
        problem = "the server doesn't say how long the file is"
    if problem:
        raise InputError(f"{shown}: {problem}; check the address, or set the file's sha256")


def _copy(response: Any, file: Any, part: Part) -> None:
    """All that arrives. Raises ConnectionError where next to nothing does."""
    since, arrived = time.monotonic(), 0
    with tqdm(
        total=part.total,
        initial=file.tell(),
        desc=part.path.stem,
        unit="B",
        unit_scale=True,
        mininterval=2,
    ) as bar:
        while chunk := response.read1(CHUNK):
            file.write(chunk)
            bar.update(len(chunk))
            arrived += len(chunk)
            now = time.monotonic()
            if now - since > WINDOW:
                if arrived < LEAST_RATE * (now - since):
                    raise ConnectionError(f"fewer than {LEAST_RATE} bytes a second")
                since, arrived = now, 0
