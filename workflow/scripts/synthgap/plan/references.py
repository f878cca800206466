"""How the config names what lies elsewhere: a URL, a path, or a user's `module:function`."""

import hashlib
import re
import urllib.parse

LONGEST_NAME = 100


def fetched_name(url: str) -> str:
    """A file name for what a URL holds, which another URL doesn't share."""
    last = re.sub(r"[?#].*", "", url).rstrip("/").rsplit("/", 1)[-1].rsplit("@", 1)[-1]
    plain = re.sub(r"[^\w.-]", "_", last, flags=re.ASCII)[-LONGEST_NAME:]
    return f"{hashlib.sha256(url.encode()).hexdigest()[:8]}-{plain}"


def url_problem(url: str) -> str | None:
    """Why nothing can be fetched from an address; None if it may be."""
    try:
        parts = urllib.parse.urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address; write it as https://host/file"
    if "@" in parts.netloc:
        return "holds a name or a password, which logs would show; fetch the file yourself, and give its path"
    if not host and parts.scheme != "file":
        return "names no host; write it as https://host/file"
    return None


def is_url(reference: str) -> bool:
    return re.match(r"https?://|file://", reference) is not None


def is_callable_reference(reference: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", reference) is not None
