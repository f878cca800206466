"""The members of a zip that torch.save wrote: stored, not compressed, and few."""

import struct

from ...data.readers.opcodes import UnsafePickleError

MOST_MEMBERS = 16
STORED = 0
ENCRYPTED = 1
_END = struct.Struct("<4s4H2IH")  # signature, disks, members, size and offset of the directory, comment
_ENTRY = struct.Struct("<4s6H3I5H2I")  # ..., method, ..., sizes, lengths of name, extra, comment, ..., offset
_LOCAL = struct.Struct("<4s5H3I2H")


def stored_members(payload: memoryview) -> dict[str, memoryview]:
    """The members by name, without the folder that torch puts around all of them; nothing is copied.

    Raises UnsafePickleError for a compressed or encrypted member, and for what is no such zip.
    """
    try:
        *_, count, _, begin, comment = _unpacked(_END, payload, len(payload) - _END.size, b"PK\5\6")
        if count > MOST_MEMBERS or comment:
            raise UnsafePickleError(f"a zip of {count} members; at most {MOST_MEMBERS} are known")
        members = {}
        for _ in range(count):
            name, content, begin = _member(payload, begin)
            members[name] = content
    except (struct.error, UnicodeDecodeError) as error:
        raise UnsafePickleError("a broken zip") from error
    return members


def _member(payload: memoryview, begin: int) -> tuple[str, memoryview, int]:
    """Name and content of the directory's entry at `begin`, and where the next one is."""
    entry = _unpacked(_ENTRY, payload, begin, b"PK\1\2")
    flags, method, size, full_size, offset = entry[3], entry[4], entry[8], entry[9], entry[16]
    name_length, extra_length, comment_length = entry[10:13]
    begin += _ENTRY.size
    name = bytes(payload[begin : begin + name_length]).decode()
    if method != STORED or flags & ENCRYPTED or size != full_size:
        raise UnsafePickleError("a zip whose members are compressed or encrypted; torch stores them")
    local = _unpacked(_LOCAL, payload, offset, b"PK\3\4")
    start = offset + _LOCAL.size + local[9] + local[10]
    if start + size > len(payload):
        raise UnsafePickleError("a zip whose members reach beyond its end")
    content = payload[start : start + size]
    return name.partition("/")[2], content, begin + name_length + extra_length + comment_length


def _unpacked(layout: struct.Struct, payload: memoryview, begin: int, signature: bytes) -> tuple:
    if begin < 0:
        raise UnsafePickleError("a broken zip")
    values = layout.unpack_from(payload, begin)
    if values[0] != signature:
        raise UnsafePickleError("a broken zip")
    return values
