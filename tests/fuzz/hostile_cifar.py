"""Batches of CIFAR made to harm a reader."""

from pickling import Global, GlobalName
from published import python2_pickle

from .parts import DEEP_TUPLE, DOUBLED_LIST, DOUBLED_TUPLE, SYSTEM, key

LONG = b"x" * 1_000_000
RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
DTYPE = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R"


def batch(data: bytes = b"N", labels: bytes = b"]") -> bytes:
    """A batch whose parts are opcodes."""
    return b"\x80\x02}U\x06labels" + labels + b"sU\x04data" + data + b"s."


def array(shape=b"K\x02M\x00\x0c\x86", dtype=DTYPE, raw=b"U\x01b", order=b"\x89") -> bytes:
    """An array whose state is made by opcodes."""
    return RECONSTRUCT + b"(K\x01" + shape + dtype + order + raw + b"tb"


def object_array() -> bytes:
    dtype = Global("numpy", "dtype", "O8", 0, 1, state=(3, "|", None, None, None, -1, -1, 63))
    state = (1, (2,), dtype, False, b"A" * 16)
    made = Global(
        "numpy.core.multiarray", "_reconstruct", GlobalName("numpy", "ndarray"), (0,), "b", state=state
    )
    return python2_pickle({"labels": [0, 1], "data": made})


def cases() -> dict[str, bytes]:
    text = b"T\x40\x42\x0f\x00" + LONG
    return {
        "doubled tuple as a key": key(DOUBLED_TUPLE),
        "doubled tuple in a frozenset": batch(b"(" + DOUBLED_TUPLE + b"\x91"),
        "deep tuple as a key": key(DEEP_TUPLE),
        "deep tuple as data": batch(DEEP_TUPLE),
        "doubled list as labels": batch(array(), DOUBLED_LIST),
        "doubled list as data": batch(DOUBLED_LIST),
        "doubled list as a shape": batch(array(DOUBLED_LIST)),
        "doubled list as a type": batch(array(dtype=b"cnumpy\ndtype\n" + DOUBLED_LIST + b"\x85R")),
        "doubled list as bytes": batch(array(raw=DOUBLED_LIST)),
        "doubled list as text": batch(array(raw=b"c_codecs\nencode\n" + DOUBLED_LIST + b"U\x06latin1\x86R")),
        "doubled list as an encoding": batch(
            array(raw=b"c_codecs\nencode\nU\x01a" + DOUBLED_LIST + b"\x86R")
        ),
        "another encoding": batch(array(raw=b"c_codecs\nencode\nU\x01aU\x0bunicode_esc\x86R")),
        "long encoding": batch(array(raw=b"c_codecs\nencode\nU\x01a" + text + b"\x86R")),
        "text that is not latin1": batch(array(raw=b"X\x03\x00\x00\x00\xe2\x82\xac")),
        "long type": batch(array(dtype=b"cnumpy\ndtype\n" + text + b"\x85R")),
        "array of objects": object_array(),
        "huge shape": batch(array(b"\x8a\x08" + b"\xff" * 7 + b"\x3f\x85")),
        "negative shape": batch(array(b"J\xff\xff\xff\xff\x85")),
        "shape of a million": batch(array(b"(" + b"K\x01" * 100_000 + b"t")),
        "array without a state": batch(RECONSTRUCT),
        "array that is its own type": batch(b"cnumpy\nndarray\n)R"),
        "dtype as data": batch(DTYPE),
        "labels of 2^1000": batch(array(), b"](\x8a\x7e" + b"\xff" * 125 + b"\x7fe"),
        "labels that are a text": batch(array(), b"U\x03abc"),
        "os.system": batch(SYSTEM),
        "os.system as a key": key(SYSTEM),
        "a list": b"\x80\x02].",
        "bytes of 2^50": b"\x80\x04\x8e" + b"\x00\x00\x00\x00\x00\x00\x04\x00.",
        "a million marks": b"\x80\x02" + b"(" * 1_000_000 + b".",
        "nothing": b"",
    }
