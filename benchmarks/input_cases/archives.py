"""Zips that are locked, damaged or hostile."""

import io
import zipfile
import zlib

from fuzz.hostile_data import deflated, raw_zip

from .drawing import drawn, encoded, locked, tree, write, zipped
from .judging import Input, Refused, Taken, data

KIND = "archives"
MIB = 2**20


def inputs() -> list[Input]:
    image = encoded(drawn(0, 9))
    zeros = {"method": 8, "crc": zlib.crc32(bytes(20 * MIB)), "size": 20 * MIB}
    return [
        data(
            KIND,
            "with a password",
            Refused("which is encrypted; unpack it"),
            lambda at: locked(at / "x.zip", tree()),
        ),
        _raw(
            "a member packed by Deflate64",
            Refused("packed by Deflate64; unpack it"),
            "cat/x.png",
            image,
            method=9,
        ),
        _raw("a damaged member", Refused("which is damaged"), "cat/x.png", image, crc=1),
        _raw("a broken stream", Refused("which is damaged"), "cat/x.png", b"\xff" * 99, method=8, size=99),
        _raw("a name that leads outside", Refused("which leads outside it"), "../../x.png", image),
        _raw("an absolute name", Refused("which leads outside it"), "/etc/x.png", image),
        _raw("Windows' drive in a name", Refused("which leads outside it"), "C:\\x.png", image),
        _raw("two entries of a name", Refused("which it has twice"), "cat/0.png", image),
        _raw(
            "a decompression bomb",
            Refused("decompression bomb"),
            "cat/x.png",
            deflated(bytes(20 * MIB)),
            **zeros,
        ),
        _raw("a name with an escape", Refused("can't be shown"), "\x1b[2J/x.png", image),
        data(
            KIND,
            "a zip in a zip",
            Refused("unpack what is packed"),
            lambda at: zipped(at / "x.zip", {"set.zip": _zip()}),
        ),
        data(
            KIND,
            "packed by LZMA",
            Refused("packed by LZMA; unpack it"),
            lambda at: _write(at, _zip(zipfile.ZIP_LZMA)),
        ),
        data(KIND, "stored", Taken(), lambda at: _write(at, _zip(zipfile.ZIP_STORED))),
        data(KIND, "cut short", Refused("is no readable zip"), lambda at: _write(at, _zip()[:-50])),
        data(KIND, "no bytes", Refused("is no readable zip"), lambda at: _write(at, b"")),
        data(KIND, "without entries", Refused("holds no images"), lambda at: zipped(at / "x.zip", {})),
        data(
            KIND,
            "a tar.gz",
            Refused("unpack it into a folder"),
            lambda at: write(at, {"x.tar.gz": b"\x1f\x8b" + bytes(99)}) / "x.tar.gz",
        ),
        data(
            KIND,
            "a folder's zips side by side",
            Refused("unpack what is packed"),
            lambda at: write(at / "x", {"cat.zip": _zip(), "dog.zip": _zip()}),
        ),
    ]


def _raw(name: str, expected: Refused, member: str, content: bytes, **fields) -> Input:
    """Class folders in a zip, and one more member, whose entry may lie."""
    whole = [(each, data, {}) for each, data in tree().items()]
    return data(KIND, name, expected, lambda at: _write(at, raw_zip(*whole, (member, content, fields))))


def _zip(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in tree().items():
            archive.writestr(name, content)
    return file.getvalue()


def _write(at, content: bytes):
    (at / "x.zip").write_bytes(content)
    return at / "x.zip"
