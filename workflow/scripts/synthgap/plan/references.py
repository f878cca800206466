"""How the config names what lies elsewhere: a URL, a path, or a user's `module:function`."""

import hashlib
import re


def fetched_name(url: str) -> str:
    """A file name for what a URL holds, which another URL doesn't share."""
    return f"{hashlib.sha256(url.encode()).hexdigest()[:8]}-{url.rstrip('/').rsplit('/', 1)[-1]}"


def is_url(reference: str) -> bool:
    return re.match(r"https?://|file://", reference) is not None


def is_callable_reference(reference: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", reference) is not None
