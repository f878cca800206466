"""Changes of a pickle: of its bytes, of its opcodes, and such that leave its meaning alone."""

import pickletools
import struct
from random import Random

# What each leaves behind: one object more, or the same stack.
PUSHES = [
    b"N",
    b"}",
    b"]",
    b")",
    b"K\x07",
    b"\x8f",
    b"J\xff\xff\xff\xff",
    b"\x8a\x08" + b"\xff" * 7 + b"\x7f",
]
PUSHES += [b"X\x01\x00\x00\x00a", b"C\x04abcd", b"\x88", b"G\x7f\xf8" + bytes(6)]
WORKS = [
    b"0",
    b"1",
    b"2",
    b"(",
    b"a",
    b"b",
    b"s",
    b"e",
    b"u",
    b"t",
    b"l",
    b"d",
    b"R",
    b"\x81",
    b"\x85",
    b"\x86",
]
WORKS += [b"\x87", b"\x90", b"\x91", b"\x92", b"\x93", b"\x94", b"o", b"Q", b"\x97", b"\x98", b"."]
HARM = [
    b"cos\nsystem\nX\x09\x00\x00\x00touch ran\x85R",
    b"c__builtin__\neval\nX\x10\x00\x00\x00open('ran', 'w')\x85R",
    b"c__builtin__\nbytearray\nJ\x00\x00\x00\x7f\x85R",
    b"(X\x09\x00\x00\x00touch ranios\nsystem\n",
    b"}" + b")" + b"2\x86" * 60 + b"Ns",
    b"(" + b")" + b"2\x86" * 60 + b"\x91",
    b"(" * 60 + b")" + b"2l" * 60,
    b")" + b"\x85" * 20_000,
    b"ctorch\ndevice\n" + b"(" * 60 + b")" + b"2l" * 60 + b"\x85R",
    b"cnumpy\ndtype\n" + b"(" * 60 + b")" + b"2l" * 60 + b"\x85R",
]
NOTHING = [b"N0", b"(1", b"((K\x0711", b"]0", b"\x8c\x01a0"]
EXTREMES = [0, 1, 0x7F, 0xFF, 0x7FFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 31]


def boundaries(data: bytes) -> list[int]:
    """Where the opcodes begin."""
    return [position for _, _, position in pickletools.genops(data)]


def unchanged(data: bytes, places: list[int], random: Random) -> bytes:
    """A pickle of the same meaning: opcodes in between that undo themselves, and no frames."""
    pieces, last = [], 0
    for place in sorted(random.sample(places[1:], min(len(places) - 1, random.randint(1, 5)))):
        pieces += [data[last:place], random.choice(NOTHING)]
        last = place
    return without_frames(b"".join([*pieces, data[last:]]))


def without_frames(data: bytes) -> bytes:
    pieces, last = [], 0
    for opcode, _, position in pickletools.genops(data):
        if opcode.name == "FRAME":
            pieces.append(data[last:position])
            last = position + 9
    return b"".join([*pieces, data[last:]])


def changed(data: bytes, places: list[int], random: Random) -> bytes:
    """A pickle of another meaning, or none."""
    content = bytearray(data)
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        CHANGES[random.choice(list(CHANGES))](content, places, random)
    return bytes(content)


def _flip(content: bytearray, places: list[int], random: Random) -> None:
    for _ in range(random.choice([1, 2, 8])):
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)


def _extreme(content: bytearray, places: list[int], random: Random) -> None:
    """A number, as a length may be, somewhere behind an opcode."""
    place = min(random.choice(places) + 1, len(content) - 8)
    raw = struct.pack("<Q", random.choice(EXTREMES) | random.choice(EXTREMES) << 32)
    content[place : place + 8] = raw[: random.choice([1, 2, 4, 8])] + content[place + 8 :][:0]


def _cut(content: bytearray, places: list[int], random: Random) -> None:
    del content[random.randrange(1, len(content)) :]


def _lose(content: bytearray, places: list[int], random: Random) -> None:
    place = random.choice(places)
    del content[place : place + random.choice([1, 2, 5, 50])]


def _repeat(content: bytearray, places: list[int], random: Random) -> None:
    begin = random.randrange(len(places))
    end = min(begin + random.choice([1, 5, 50]), len(places) - 1)
    content[places[begin] : places[begin]] = content[places[begin] : places[end]]


def _opcode(content: bytearray, places: list[int], random: Random) -> None:
    """Another opcode in the place of one."""
    place = min(random.choice(places), len(content) - 1)
    content[place] = ord(random.choice(pickletools.opcodes).code)


def _insert(content: bytearray, places: list[int], random: Random) -> None:
    count = random.choice([1, 2, 4])
    sequence = b"".join(random.choice(random.choice([PUSHES, WORKS])) for _ in range(count))
    if random.random() < 0.3:
        sequence += b"h" + bytes([random.randrange(256)])
    place = random.choice(places)
    content[place:place] = sequence


def _harm(content: bytearray, places: list[int], random: Random) -> None:
    """Something hostile, which is left on the stack, dropped, or done something to."""
    place = random.choice(places)
    content[place:place] = random.choice(HARM) + random.choice([b"", b"0", *WORKS])


CHANGES = {
    function.__name__: function
    for function in (_flip, _extreme, _cut, _lose, _repeat, _opcode, _insert, _harm)
}
