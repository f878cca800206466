import re

import pytest
from synthgap.run.errors import InputError
from synthgap.run.files import read_json, whole_file, write_json


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), whole_file(path) as temporary:
        temporary.write_text(f"half a {1 / 0}")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_do_not_meet(tmp_path):
    path = tmp_path / "table.csv"
    with whole_file(path) as first, whole_file(path) as second:
        assert first != second
        assert re.fullmatch(r"\.[0-9a-f]{8}\.table\.csv", first.name)
        first.write_text("one")
        second.write_text("two")
    assert path.read_text() == "one"  # the outer block ends last


def test_folders_are_made(tmp_path):
    write_json(tmp_path / "a/b/c.json", {"x": "é"})
    text = (tmp_path / "a/b/c.json").read_text(encoding="utf-8")
    assert re.fullmatch(r'\{\n  "x": "é",\n  "crc32": "[0-9a-f]{8}"\n\}\n', text)
    assert read_json(tmp_path / "a/b/c.json") == {"x": "é"}


def test_what_the_machine_does_not_write_is_told(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="folder: can't be written: Is a directory; mend that, and run"):
        write_json(tmp_path / "folder", {})
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
