"""A local HTTP server that hangs up, refuses, is busy, and lies where it is told to."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Serves server.files (bytes or paths, by name), with ranges.

    server.breaks: after how many bytes to hang up, by name, a number a request. server.busy: how many
    requests of a name are answered with 503. server.plain: names served without ranges. server.scripts: by
    name, what is answered to the first requests: functions that get this handler.
    server.requests: the names and ranges that were asked for.
    """

    def do_GET(self):
        name, wanted = self.path.lstrip("/"), self.headers.get("Range")
        self.server.requests.append((name, wanted))
        if self.server.scripts.get(name):
            self.server.scripts[name].pop(0)(self)
            return
        if name not in self.server.files:
            self.send_error(404)
            return
        if self.server.busy.get(name):
            self.server.busy[name] -= 1
            self.send_error(503)
            return
        content = self.server.files[name]
        body = content.read_bytes() if isinstance(content, Path) else content
        version = f'"{hashlib.md5(body).hexdigest()}"'
        start = 0
        if wanted and name not in self.server.plain and self.headers.get("If-Range", version) == version:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                self.answer(416, b"", content_range=f"bytes */{len(body)}")
                return
        content_range = {"content_range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
        end = start + self.server.breaks[name].pop(0) if self.server.breaks.get(name) else None
        length = str(len(body) - start)
        self.answer(
            206 if start else 200, body[start:end], content_length=length, etag=version, **content_range
        )

    def answer(self, status: int, body: bytes, **headers: str | None) -> None:
        """A whole answer; headers by their names with _ for -, None for one that is left out."""
        self.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@contextmanager
def served(files: dict[str, bytes | Path]) -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.files, http.requests = files, []
        http.breaks, http.busy, http.plain, http.scripts = {}, {}, set(), {}
        http.handle_error = lambda *_: None  # clients that leave
        http.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, args=[0.01])
        thread.start()
        try:
            yield http
        finally:
            http.shutdown()
            thread.join()
