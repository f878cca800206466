"""Files that jobs pass on: one that changed on disk is refused by its name, or reads the same."""

import numpy as np
import pandas as pd
import pytest
import torch
from synthgap.data.arrays import ArrayReader, save_arrays
from synthgap.data.images import DatasetInfo, load_info, save_info
from synthgap.data.tables import load_table, save_table
from synthgap.models.weights import load_weights, save_weights
from synthgap.run import digests
from synthgap.run.errors import InputError

TABLE = pd.DataFrame({"set": ["real", "t100"], "t_re": [None, 100], "value": [0.1, 1 / 3]})
TABLE = TABLE.astype({"t_re": "Int64"})
INFO = DatasetInfo(["a", "é"], [0, 255], 8, 1, {"train": 90, "test": 60}, "a folder")
IMAGES = np.arange(48, dtype=np.uint8).reshape(6, 2, 4)
ARRAYS = {"labels": np.arange(6), "images": IMAGES, "none": np.empty((0, 3))}
WEIGHTS = {"w": torch.arange(6.0).reshape(2, 3), "n": torch.tensor(3), "h": torch.ones(2).bfloat16()}


def read_arrays(path):
    reader = ArrayReader(path)
    return {name: (array.dtype, array.tolist()) for name in reader.names() for array in [reader.read(name)]}


def read_weights(path):
    tensors, description = load_weights(path)
    return {name: (tensor.dtype, tensor.tolist()) for name, tensor in sorted(tensors.items())}, description


def read_table(path):
    return load_table(path, {"t_re": "Int64"}).to_csv()


FILES = {
    "table.csv": (lambda path: save_table(path, TABLE), read_table),
    "dataset.json": (lambda path: save_info(path, INFO), load_info),
    "arrays.safetensors": (lambda path: save_arrays(path, ARRAYS), read_arrays),
    "weights.safetensors": (lambda path: save_weights(path, WEIGHTS, {"config": {"width": 4}}), read_weights),
}


def changes(content):
    """Cut, and with one bit of each byte flipped."""
    yield from (content[:length] for length in range(len(content)))
    yield content + b"x"
    for position in range(len(content)):
        yield content[:position] + bytes([content[position] ^ (1 << position % 8)]) + content[position + 1 :]


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused_by_its_name_or_reads_the_same(name, tmp_path):
    write, read = FILES[name]
    path = tmp_path / name
    write(path)
    content, right = path.read_bytes(), read(path)
    refused = [message for changed in changes(content) if (message := complaint(read, path, changed, right))]
    assert len(refused) > 1.9 * len(content)
    for message in refused:
        assert message.startswith(f"{path}: ")
        assert "delete it and run again" in message


def complaint(read, path, content, right):
    """Why a changed file isn't read; None where it reads as the right one."""
    path.write_bytes(content)
    try:
        assert read(path) == right, content
    except InputError as error:
        return str(error)
    return None


def test_tables_are_read_by_pandas_too(tmp_path):
    save_table(tmp_path / "a.csv", TABLE)
    read = pd.read_csv(tmp_path / "a.csv", dtype={"t_re": "Int64"})
    assert list(read.columns[:-1]) == list(TABLE.columns)
    pd.testing.assert_frame_equal(read.iloc[:, :-1], TABLE)
    save_table(tmp_path / "b.csv", TABLE[:0])
    assert load_table(tmp_path / "b.csv").empty


def test_a_part_of_an_array_is_checked_without_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(digests, "BLOCK", 64)  # bytes: two rows
    path, rows = tmp_path / "a.safetensors", np.arange(40.0).reshape(10, 4)
    save_arrays(path, {"rows": rows})
    content = bytearray(path.read_bytes())
    content[-1] ^= 1  # in the last row
    path.write_bytes(content)
    reader = ArrayReader(path)
    assert np.array_equal(reader.read("rows", slice(3, 8)), rows[3:8])
    with pytest.raises(InputError, match=r"a\.safetensors: isn't what was written"):
        reader.read("rows", slice(3, 9))


def test_weights_of_earlier_versions_are_read(tmp_path):
    from safetensors.torch import save_file

    save_file(WEIGHTS, tmp_path / "old.safetensors", {"synthgap": '{"config": {}}'})
    assert load_weights(tmp_path / "old.safetensors")[1] == {"config": {}}
