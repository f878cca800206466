"""Downloads from a local server that breaks off, refuses, and changes its mind."""

import hashlib
import time

import pytest
from serving import served
from synthgap.plan.references import fetched_name, url_problem
from synthgap.run import downloads
from synthgap.run.downloads import check_sha256, download, fetch
from synthgap.run.errors import InputError

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server():
    with served({"file": CONTENT}) as http:
        yield http


def test_a_file_arrives_whole_and_verified(server, tmp_path):
    assert download(f"{server.url}/file", tmp_path / "a/file", SHA256) == SHA256
    assert (tmp_path / "a/file").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["file"]


def test_a_broken_download_goes_on_where_it_was(server, tmp_path):
    server.breaks["file"] = [1000, 5000]
    download(f"{server.url}/file", tmp_path / "file", SHA256, pause=0)
    assert server.requests == [("file", None), ("file", "bytes=1000-"), ("file", "bytes=6000-")]


def test_what_was_fetched_survives_the_process(server, tmp_path):
    server.breaks["file"] = [1000]
    with pytest.raises(
        InputError, match=r"broke off 1 times, .*1000 of 1024000 bytes arrived; 1000 bytes are kept"
    ):
        download(f"{server.url}/file", tmp_path / "file", SHA256, attempts=1)
    assert not (tmp_path / "file").exists()
    download(f"{server.url}/file", tmp_path / "file", SHA256)
    assert server.requests[-1] == ("file", "bytes=1000-")


def test_a_complete_part_is_not_fetched_again(server, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT)
    assert download(f"{server.url}/file", tmp_path / "file", SHA256) == SHA256


def test_a_part_of_a_file_that_became_shorter_is_thrown_away(server, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT + b"more")
    assert download(f"{server.url}/file", tmp_path / "file", SHA256, pause=0) == SHA256


def test_a_server_without_ranges_starts_again(server, tmp_path):
    server.breaks["file"], server.plain = [1000], {"file"}
    assert download(f"{server.url}/file", tmp_path / "file", SHA256, pause=0) == SHA256


def test_another_file_is_refused_and_deleted(server, tmp_path):
    with pytest.raises(
        InputError, match=f"its SHA-256 is {SHA256}, expected {'0' * 64}; the download was deleted"
    ):
        download(f"{server.url}/file", tmp_path / "file", "0" * 64)
    assert not list(tmp_path.iterdir())


def test_a_refusal_is_final(server, tmp_path):
    with pytest.raises(InputError, match="the server answered 404"):
        download(f"{server.url}/missing", tmp_path / "file")
    assert len(server.requests) == 1


def test_a_busy_server_is_asked_again(server, tmp_path):
    server.busy["file"] = 2
    assert download(f"{server.url}/file", tmp_path / "file", SHA256, pause=0) == SHA256


def test_no_server_is_told(tmp_path):
    with pytest.raises(InputError, match="broke off 2 times"):
        download("http://127.0.0.1:9/file", tmp_path / "file", attempts=2, pause=0)


def test_an_unpinned_file_says_how_to_pin_it(server, tmp_path, caplog):
    download(f"{server.url}/file", tmp_path / "file")
    assert f"set its sha256 to {SHA256}" in caplog.text


def test_local_files_are_checked_too(tmp_path):
    (tmp_path / "file").write_bytes(CONTENT)
    assert check_sha256(tmp_path / "file", SHA256.upper()) == SHA256
    with pytest.raises(InputError, match="expected 111"):
        check_sha256(tmp_path / "file", "1" * 64)


def test_a_file_that_is_there_is_not_fetched_again(server, tmp_path):
    path = tmp_path / "file"
    for sha256 in (SHA256, None):
        assert fetch(f"{server.url}/file", path, sha256) == SHA256
    assert len(server.requests) == 1
    path.write_bytes(b"another")
    assert fetch(f"{server.url}/file", path, SHA256) == SHA256
    assert path.read_bytes() == CONTENT


HALF, OTHER = len(CONTENT) // 2, bytes(len(CONTENT))
NEW, TAG = '"new"', '"old"'


def answer(status, body, **headers):
    """One answer of the server's script."""
    return lambda handler: handler.answer(status, body, **headers)


def part_of(content, start, **headers):
    """What an honest server answers to one that has `start` bytes."""
    whole = {"content_range": f"bytes {start}-{len(content) - 1}/{len(content)}", **headers}
    return answer(206, content[start:], **whole)


def broken(**headers):
    """The first half, before the server hangs up."""
    return answer(200, CONTENT[:HALF], **{"content_length": str(len(CONTENT)), **headers})


def drip(handler):
    """A byte now and then."""
    handler.answer(200, b"", content_length=str(len(CONTENT)))
    try:
        for byte in CONTENT:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.01)
    except OSError:
        pass


def drip_in_the_head(handler):
    """A header without an end."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.01)
    except OSError:
        pass


def chunked(handler, *, whole):
    handler.answer(200, b"", content_length=None, transfer_encoding="chunked")
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(CONTENT), CONTENT))
    handler.wfile.write(b"0\r\n\r\n" if whole else b"")


def hang_up(handler):
    handler.wfile.write(b"HTTP/1.1 2")


# What the server answers, in order, before it serves the file as it is; whether that makes the file whole, or
# what is said instead. Each with and without a known SHA-256.
FAULTS = {
    "hangs up in the head": ([hang_up], True),
    "breaks, no version": ([broken()], True),
    "breaks, a version": ([broken(etag=TAG), part_of(CONTENT, HALF, etag=TAG)], True),
    "breaks, a date": ([broken(last_modified="Mon, 1 Jan 2024 00:00:00 GMT"), part_of(CONTENT, HALF)], True),
    "a weak version is none": ([broken(etag='W/"a"')], True),
    "changed in between": ([broken(etag=TAG), answer(200, CONTENT, etag=NEW)], True),
    "changed, but goes on": ([broken(etag=TAG), part_of(OTHER + b"x", HALF, etag=NEW)], True),
    "a part nobody asked for": ([part_of(CONTENT, HALF)], True),
    "a part of the end": ([broken(etag=TAG), part_of(CONTENT, HALF + 1)], True),
    "a part of the beginning": ([broken(etag=TAG), part_of(CONTENT, HALF - 1)], True),
    "a part without its range": ([broken(etag=TAG), answer(206, CONTENT[HALF:])], True),
    "a part with a strange range": (
        [broken(etag=TAG), answer(206, CONTENT[HALF:], content_range="bytes x-y/z")],
        True,
    ),
    "a part without a total": (
        [broken(etag=TAG), part_of(CONTENT, HALF, content_range=f"bytes {HALF}-{len(CONTENT) - 1}/*")],
        True,
    ),
    "a short part": ([broken(etag=TAG), part_of(CONTENT[:-1], HALF)], True),
    "several parts": ([broken(etag=TAG), answer(206, b"--a", content_type="multipart/byteranges")], True),
    "nothing is missing, it says": ([answer(416, b"", content_range="bytes */0")], "answered 416"),
    "less than nothing is missing": ([broken(etag=TAG), answer(416, b"", content_range="bytes */7")], True),
    "too many requests": ([answer(429, b""), answer(408, b"")], True),
    "busy": ([answer(503, b""), answer(500, b"")], True),
    "gone": ([answer(410, b"")], "the server answered 410"),
    "nothing": ([answer(204, b"")], "the server answered 204"),
    "in circles": ([answer(302, b"", location="/file")] * 12, "answered 302"),
    "to nowhere": ([answer(302, b"", location="gopher://a/")], "answered 302"),
    "chunks": ([lambda handler: chunked(handler, whole=True)], True),
    "half the chunks": ([lambda handler: chunked(handler, whole=False)], True),
    "a drip": ([drip], True),
    "a drip in the head": ([drip_in_the_head], True),
    "a length that is no number": ([broken(content_length="many")], "doesn't say how long the file is"),
    "no length": ([broken(content_length=None)], "doesn't say how long the file is"),
    "packed": ([answer(200, b"packed", content_encoding="gzip")], "changed the file's encoding"),
    "a page": ([answer(200, b"<p>", content_type="text/html")], "answered with a web page"),
    "empty": ([answer(200, b"")], "the file is empty"),
}
HASH_TELLS = {"a length that is no number", "no length", "packed", "a page", "empty"}


@pytest.mark.parametrize("sha256", [SHA256, None], ids=["pinned", "unpinned"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_server_gives_the_whole_file_or_a_line(server, tmp_path, monkeypatch, name, sha256):
    monkeypatch.setattr(downloads, "WINDOW", 0.05)
    monkeypatch.setattr(downloads, "PATIENCE", 0.2)
    script, outcome = FAULTS[name]
    if sha256 and name in HASH_TELLS:
        outcome = f"its SHA-256 is .*, expected {SHA256}; the download was deleted"
    server.scripts["file"] = list(script)
    path = tmp_path / "file"
    if outcome is True:
        assert download(f"{server.url}/file", path, sha256, pause=0) == SHA256
        assert [each.name for each in tmp_path.iterdir()] == ["file"]
    else:
        with pytest.raises(InputError, match=f"^{server.url}/file: .*{outcome}"):
            download(f"{server.url}/file", path, sha256, pause=0)
        assert not path.exists()


def test_a_part_of_an_earlier_call_is_used_where_the_whole_is_known(server, tmp_path):
    for sha256, asked in ((SHA256, "bytes=3-"), (None, None)):
        (tmp_path / "file.part").write_bytes(CONTENT[:3])
        assert download(f"{server.url}/file", tmp_path / "file", sha256) == SHA256
        assert server.requests[-1] == ("file", asked)


@pytest.mark.parametrize(
    "url",
    [
        "http://", "http:///a", "http://[::1", "http://[x]/a", "http://a:b/c", "http://a b/c", "http://a\n/c",
        "https://127.0.0.1:99999/a", "http://127.0.0.1:9/é?ü=1", "gopher://a/b", "file:///no/where", "http://é.x/",
        "http://127.0.0.1:9/a%", "file://elsewhere/a", "nonsense", "",
    ],
)  # fmt: skip
def test_odd_addresses_get_a_line(url, tmp_path):
    with pytest.raises(InputError) as error:
        download(url, tmp_path / "file", attempts=2, pause=0)
    assert not list(tmp_path.iterdir()), error


def test_passwords_are_not_told(server, tmp_path, caplog):
    secret = server.url.replace("//", "//me:secret@") + "/file"
    for url in (secret, f"{server.url}/missing?token=secret", f"{server.url}/missing#secret"):
        with pytest.raises(InputError) as error:
            download(url, tmp_path / "file", attempts=2, pause=0)
        assert "secret" not in str(error.value)
    assert "secret" not in caplog.text
    assert "secret" not in fetched_name("https://me:secret@host?token=secret/a")
    assert "a password" in url_problem("https://me:secret@host/a")


def test_a_place_that_can_not_be_written_is_told(server, tmp_path):
    (tmp_path / "file.part").mkdir()
    with pytest.raises(InputError, match=r"file\.part: can't be written"):
        download(f"{server.url}/file", tmp_path / "file", SHA256)
