"""Zips of strangers: what they claim is checked before anything in them is unpacked."""

import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ...run.errors import InputError, in_a_line, printable, shown_path
from .budgets import GIB, LARGEST_FILE, MIB

READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ"}
DEEPEST, LONGEST_NAME = 30, 1000
ENCRYPTED = 1
# What is packed tighter is taken for a decompression bomb: one large entry, or all together.
TIGHTEST_PACKING, TIGHTEST_TOGETHER = 1000, 200
BROKEN = (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, struct.error)


class Archive:
    """A zip whose entries may be read one at a time.

    entries: all but folders, ordered by name; folders: names of those that have an entry of their own.
    Raises InputError for what is no zip, and for names and sizes that only a hostile one has.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            raise InputError(f"dataset.path: {shown_path(path)} is a folder; set dataset.kind: folder")
        try:
            self._zip = zipfile.ZipFile(path)
        except Exception as error:  # a broken directory leads zipfile to raise anything
            own = path.suffix.lower() in (".zip", ".npz")
            kind, advice = (
                (path.suffix[1:], "make or fetch it anew") if own else ("zip", "unpack it into a folder")
            )
            problem = f"is no readable {kind} ({in_a_line(error, 80)}); {advice}"
            raise InputError(f"dataset.path: {shown_path(path)} {problem}") from error
        found = self._zip.infolist()
        if not any("/" in entry.filename for entry in found):  # Windows' tools write its own separator
            for entry in found:
                entry.filename = entry.filename.replace("\\", "/")
        self.entries = sorted((e for e in found if not e.filename.endswith("/")), key=lambda e: e.filename)
        self.folders = [e.filename.rstrip("/") for e in found if e.filename.endswith("/")]
        seen: set[str] = set()
        for entry in found:
            self._check_name(entry.filename)
            if entry.filename in seen:
                raise self.refusal(entry.filename, "which it has twice; refused")
            seen.add(entry.filename)
        self._check_sizes()

    def read(self, entry: zipfile.ZipInfo, largest: int = LARGEST_FILE) -> bytes:
        """An entry's bytes, no more than it claims. Raises InputError where it is locked, too large, packed
        in a way that isn't known here, or damaged.
        """
        self.check(entry)
        if entry.file_size > largest:
            raise self.refusal(entry.filename, f"which unpacks to {entry.file_size} bytes; refused")
        try:
            with self._zip.open(entry) as file:
                return file.read(entry.file_size + 1)
        except (*BROKEN, zlib.error) as error:
            raise self.refusal(entry.filename, f"which is damaged ({in_a_line(error, 60)})") from error

    def open(self, entry: zipfile.ZipInfo) -> zipfile.ZipExtFile:
        """An entry to be read piece by piece; every piece may raise what BROKEN names, or zlib.error."""
        self.check(entry)
        return self._zip.open(entry)  # type: ignore[return-value]

    def check(self, entry: zipfile.ZipInfo) -> None:
        if entry.flag_bits & ENCRYPTED:
            raise self.refusal(
                entry.filename, "which is encrypted; unpack it, and pack it without a password"
            )
        if entry.compress_type not in READABLE:
            method = METHODS.get(entry.compress_type, f"method {entry.compress_type}")
            raise self.refusal(entry.filename, f"packed by {method}; unpack it, and pack it with Deflate")

    def refusal(self, name: str, problem: str) -> InputError:
        return InputError(
            f"dataset.path: {shown_path(self.path)} holds {printable(name, 60)}, {in_a_line(problem, 100)}"
        )

    def _check_name(self, text: str) -> None:
        name = PurePosixPath(text.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or (name.parts and ":" in name.parts[0]):
            raise self.refusal(text, "which leads outside it; refused")
        if not name.name or len(text) > LONGEST_NAME or len(name.parts) > DEEPEST:
            raise self.refusal(text, f"a name of {len(text)} letters and {len(name.parts)} parts; refused")

    def _check_sizes(self) -> None:
        packed = sum(entry.compress_size for entry in self.entries)
        unpacked = sum(entry.file_size for entry in self.entries)
        size = self.path.stat().st_size
        for entry in self.entries:
            packing = entry.file_size / max(entry.compress_size, 1)
            if self.path.suffix.lower() != ".npz" and (
                entry.file_size > LARGEST_FILE or (packing > TIGHTEST_PACKING and entry.file_size > MIB)
            ):
                raise self.refusal(
                    entry.filename,
                    f"which unpacks from {entry.compress_size} to {entry.file_size} bytes; taken for a "
                    "decompression bomb and refused",
                )
        if packed > size or (unpacked > GIB and unpacked > TIGHTEST_TOGETHER * size):
            raise InputError(
                f"dataset.path: {shown_path(self.path)} has {size} bytes and unpacks to {unpacked} from "
                f"{packed}; taken for a decompression bomb and refused"
            )
