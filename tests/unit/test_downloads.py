"""Downloads from a local server that breaks off, refuses, and changes its mind."""

import hashlib

import pytest
from serving import served
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
