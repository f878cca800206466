"""Arrays on disk, read whole and in part."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthgap.data import arrays
from synthgap.data.arrays import ArrayReader, save_arrays
from synthgap.data.images import ImageReader, shard_bounds
from synthgap.models.weights import load_weights
from synthgap.run.errors import InputError

ROWS = np.arange(60).reshape(20, 3)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """20 rows in three files, the second of them empty."""
    folder = tmp_path_factory.mktemp("arrays")
    paths = [folder / f"{i}.safetensors" for i in range(3)]
    for path, part in zip(paths, (ROWS[:7], ROWS[7:7], ROWS[7:]), strict=True):
        save_arrays(path, {"rows": part, "labels": part[:, 0]})
    return ArrayReader(paths)


@given(st.integers(0, 25), st.integers(0, 25))
def test_a_slice_is_that_of_the_whole(reader, start, stop):
    assert np.array_equal(reader.read("rows", slice(start, stop)), ROWS[start:stop])


@pytest.mark.parametrize("chunk", [1, 4, 4096])
@given(st.lists(st.integers(0, 19), max_size=30))
def test_scattered_rows_come_in_the_order_asked_for(reader, chunk, positions):
    positions = np.array(positions, np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "CHUNK", chunk)
        assert np.array_equal(reader.read("rows", positions), ROWS[positions])


def test_names_and_lengths_are_told(reader):
    assert reader.names() == ["labels", "rows"]
    assert reader.length("rows") == 20


def test_a_file_without_an_array_is_named(reader, tmp_path):
    save_arrays(tmp_path / "a.safetensors", {"rows": ROWS})
    with pytest.raises(InputError, match=r"a\.safetensors: not arrays written by synthgap"):
        len(ImageReader(tmp_path / "a.safetensors"))
    with pytest.raises(InputError, match=r"none\.safetensors: not arrays written by synthgap"):
        ArrayReader(tmp_path / "none.safetensors")


def test_shards_are_neighbours_and_cover_everything():
    parts = [list(range(*shard_bounds(11, number, 3))) for number in range(3)]
    assert parts == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
    assert parts == [list(part) for part in np.array_split(np.arange(11), 3)]
    with pytest.raises(InputError, match=r"shards: 12 is more than the 11 images of a split"):
        shard_bounds(11, 0, 12)


def header(**entries):
    return json.dumps(entries).encode()


def entry(shape=(4,), offsets=(0, 4), dtype="U8"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


@pytest.mark.parametrize(
    ("text", "length", "message"),
    [
        (header(a=entry(), b=entry()), None, "the array b begins at 0, not at 4"),
        (header(a=entry((3,))), None, "has other than the bytes of its shape"),
        (header(a=entry((-2, -2))), None, "shape or offsets that are no sizes"),
        (header(a=entry([2**61] * 8)), None, "has other than the bytes of its shape"),
        (header(a=entry((8,), (0, 8))), None, "arrays of 8 bytes in 4"),
        (header(a=entry(dtype="X9")), None, "is of the type X9"),
        (header(a={"dtype": "U8"}), None, "isn't described by dtype, shape and data_offsets"),
        (b'{"a": 1, "a": 1}', None, "has a name twice"),
        (b"[" * 100_000, None, "nested too deep"),
        (b"{}", 2**60, "a header of 1152921504606846976 bytes in a file of 14"),
    ],
)
def test_headers_that_lie_are_refused_before_anything_is_read(tmp_path, text, length, message):
    path = tmp_path / "a.safetensors"
    path.write_bytes((length or len(text)).to_bytes(8, "little") + text + bytes(4))
    with pytest.raises(InputError, match=rf"a\.safetensors: not arrays written by synthgap \(.*{message}"):
        ArrayReader(path)
    with pytest.raises(InputError, match=rf"a\.safetensors: not weights written by synthgap \(.*{message}"):
        load_weights(path)
