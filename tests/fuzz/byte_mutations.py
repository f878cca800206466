"""Changes of any file's bytes."""

import gzip
import io
import struct
import zipfile
from random import Random

EXTREMES = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 31, (1 << 63) - 1]


def changed_inside(data: bytes, other: bytes, random: Random) -> bytes:
    """A zip with a changed member, a gz with other content; checksums are right."""
    if data.startswith(b"\x1f\x8b"):
        return gzip.compress(changed(gzip.decompress(data), other, random), mtime=0)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
        unlucky = random.choice(source.namelist())
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, changed(content, other, random) if entry.filename == unlucky else content)
    return file.getvalue()


def changed(data: bytes, other: bytes, random: Random) -> bytes:
    """Another file of the same kind, or none. other: a file of which parts are taken."""
    content = bytearray(data)
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        random.choice([_flip, _extreme, _extreme, _cut, _lose, _repeat, _fill, _digits])(content, random)
    if random.random() < 0.1:
        begin = random.randrange(len(other))
        place = random.randrange(len(content) + 1)
        content[place:place] = other[begin : begin + random.choice([4, 64, 1024])]
    return bytes(content)


def _place(content: bytearray, random: Random) -> int:
    """Anywhere, but mostly near the beginning or the end, where headers and directories are."""
    size, kind = len(content), random.random()
    if kind < 0.35:
        return random.randrange(min(size, 256)) if size else 0
    if kind < 0.6:
        return max(size - 1 - random.randrange(min(size, 1024)), 0) if size else 0
    return random.randrange(size) if size else 0


def _flip(content: bytearray, random: Random) -> None:
    for _ in range(random.choice([1, 2, 8])):
        if content:
            content[_place(content, random)] ^= 1 << random.randrange(8)


def _extreme(content: bytearray, random: Random) -> None:
    """A number, as a length may be."""
    place, width = _place(content, random), random.choice([1, 2, 4, 8])
    order = random.choice(["<", ">"])
    raw = struct.pack(f"{order}Q", random.choice(EXTREMES))
    content[place : place + width] = raw[:width] if order == "<" else raw[-width:]


def _cut(content: bytearray, random: Random) -> None:
    del content[_place(content, random) :]


def _lose(content: bytearray, random: Random) -> None:
    place = _place(content, random)
    del content[place : place + random.choice([1, 2, 5, 50])]


def _repeat(content: bytearray, random: Random) -> None:
    place = _place(content, random)
    piece = content[place : place + random.choice([1, 8, 64, 512])]
    content[place:place] = piece * random.choice([1, 1, 20])


def _fill(content: bytearray, random: Random) -> None:
    place, length = _place(content, random), random.choice([4, 16, 128])
    content[place : place + length] = bytes([random.choice([0, 0xFF, 0x30])]) * length


def _digits(content: bytearray, random: Random) -> None:
    """Digits become others, where sizes are written in words."""
    places = [i for i, byte in enumerate(content[:4096]) if 0x30 <= byte <= 0x39]
    for place in random.sample(places, min(len(places), random.choice([1, 3]))):
        content[place] = random.choice(b"0123456789-")
