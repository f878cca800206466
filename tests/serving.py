"""A local HTTP server that hangs up, refuses, and is busy where it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Serves server.files (bytes or paths, by name), with ranges.

    server.breaks: after how many bytes to hang up, by name, a number a request. server.busy: how many
    requests of a name are answered with 503. server.plain: names served without ranges.
    server.requests: the names and ranges that were asked for.
    """

    def do_GET(self):
        name, wanted = self.path.lstrip("/"), self.headers.get("Range")
        self.server.requests.append((name, wanted))
        if name not in self.server.files:
            self.send_error(404)
            return
        if self.server.busy.get(name):
            self.server.busy[name] -= 1
            self.send_error(503)
            return
        content = self.server.files[name]
        body = content.read_bytes() if isinstance(content, Path) else content
        start = 0
        if wanted and name not in self.server.plain:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(body)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        end = start + self.server.breaks[name].pop(0) if self.server.breaks.get(name) else None
        self.wfile.write(body[start:end])

    def log_message(self, *arguments):
        pass


@contextmanager
def served(files: dict[str, bytes | Path]) -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.files, http.requests = files, []
        http.breaks, http.busy, http.plain = {}, {}, set()
        http.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        try:
            yield http
        finally:
            http.shutdown()
            thread.join()
