"""Data sets in the files that hubs and loaders use: parquet, tars of WebDataset, SVHN's .mat."""

import io
import json
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from imaging import encoded, pack, picture
from scipy.io import loadmat, savemat
from synthgap.data.readers.mat_files import read_mat
from synthgap.data.samples import read_samples
from synthgap.data.sources import kind_of
from synthgap.run.errors import InputError

FEATURES = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": ["dog", "cat"]}}


def write_parquet(path, labels, features=FEATURES, image="image", **columns):
    """As the datasets library writes it."""
    content = [{"bytes": encoded(picture(i, (8, 8))), "path": f"{i}.png"} for i in range(len(labels))]
    table = pa.table({image: content, "label": labels, **columns})
    if features:
        told = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({b"huggingface": told.encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=5)


def write_tar(path, members):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def pairs(labels, start=0, suffix="png"):
    members = {}
    for i, label in enumerate(labels, start):
        members[f"{i:04d}.{suffix}"] = encoded(picture(i, (8, 8)))
        members[f"{i:04d}.cls"] = str(label).encode()
    return members


def test_parquet_of_hugging_face_is_read(tmp_path):
    write_parquet(tmp_path / "data/train-00000-of-00002-abc.parquet", [0, 1] * 4)
    write_parquet(tmp_path / "data/train-00001-of-00002-abc.parquet", [1, 0] * 2)
    write_parquet(tmp_path / "data/validation-00000-of-00001.parquet", [0, 1] * 3)
    write_parquet(tmp_path / "data/test-00000-of-00001.parquet", [-1] * 6)
    assert kind_of(str(tmp_path)) == "parquet"
    train, _, info = pack("parquet", tmp_path)
    assert info.class_names == ["dog", "cat"]
    assert info.sizes == {"train": 12, "test": 6}
    assert list(train.labels) == [0, 1] * 4 + [1, 0] * 2
    assert np.array_equal(train.images[6], np.asarray(picture(6, (8, 8))))
    assert info.left_out == "images left out: 6 (6 in test)"


def test_parquet_without_names_has_numbers_or_texts(tmp_path):
    write_parquet(tmp_path / "set.parquet", [0, 1] * 6, None, image="img")
    assert pack("parquet", tmp_path / "set.parquet")[2].class_names == ["0", "1"]
    write_parquet(tmp_path / "set.parquet", ["10", "9"] * 6, None)
    assert pack("parquet", tmp_path / "set.parquet")[2].class_names == ["9", "10"]


@pytest.mark.parametrize(
    ("labels", "more", "message"),
    [
        ([0, 2] * 3, {}, r"set\.parquet/0/1\.png in .* has the label 2; expected whole numbers from 0 to 1"),
        ([0.5] * 6, {}, "the column label holds 0.5; expected whole numbers, or names"),
        ([0, None] * 3, {}, "the column label holds None; expected whole numbers, or names"),
        ([False, True] * 3, {}, "the column label holds False; expected whole numbers, or names"),
        (pa.array([2**63] * 6, pa.uint64()), {}, "has the label 9223372036854775808; expected whole numbers"),
        ([0, 1] * 3, {"mask": [b"x"] * 6}, "2 columns may be the images, expected one; found image, mask"),
    ],
)
def test_parquet_of_other_content_is_refused(tmp_path, labels, more, message):
    write_parquet(tmp_path / "set.parquet", labels, **more)
    with pytest.raises(InputError, match=message):
        pack("parquet", tmp_path / "set.parquet")


def test_linked_folders_of_shards_are_followed(tmp_path):
    (tmp_path / "set").mkdir()
    for split in ("train", "test"):
        write_parquet(tmp_path / f"store/{split}/0.parquet", [0, 1] * 3)
        (tmp_path / "set" / split).symlink_to(f"../store/{split}")
    assert pack("parquet", tmp_path / "set")[2].sizes == {"train": 6, "test": 6}


def test_a_folder_of_images_as_parquet_needs_its_bytes(tmp_path):
    table = pa.table({"image": [{"bytes": None, "path": "a.png"}] * 12, "label": [0, 1] * 6})
    pq.write_table(table, tmp_path / "set.parquet")
    with pytest.raises(InputError, match="its bytes are not in the file"):
        pack("parquet", tmp_path / "set.parquet")


def test_shards_of_webdataset_are_read(tmp_path):
    write_tar(tmp_path / "train-0000.tar", pairs([0, 1] * 3) | {"0000.json": b"{}"})
    write_tar(tmp_path / "train-0001.tar", pairs([1, 0], 6, "jpg"))
    write_tar(tmp_path / "val-0000.tar", pairs([0, 1] * 3))
    assert kind_of(str(tmp_path)) == "webdataset"
    train, test, info = pack("webdataset", tmp_path)
    assert info.class_names == ["0", "1"]
    assert list(train.labels) == [0, 1] * 3 + [1, 0]
    assert np.array_equal(test.images[3], np.asarray(picture(3, (8, 8))))


def test_samples_in_a_tar_have_names_or_numbers(tmp_path):
    info = pack("webdataset", write_tar(tmp_path / "data.tar", pairs(["cat", "dog"] * 6)))[2]
    assert info.class_names == ["cat", "dog"]
    samples = read_samples(str(write_tar(tmp_path / "a.tar", pairs([1, 0, 0]))), info, "sets: mine")
    assert list(samples.labels) == [1, 0, 0]


def linked(kind):
    member = tarfile.TarInfo("0000.png")
    member.type, member.linkname = kind, "/etc/passwd"
    return member.tobuf()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (linked(tarfile.SYMTYPE), r"0000\.png is no regular file"),
        (linked(tarfile.CHRTYPE), r"0000\.png is no regular file"),
        (b"nonsense" * 1000, "is no readable tar"),
        ({"0.png": b"x"}, r"0 in .*set\.tar has no label \(\.cls\)"),
        ({"0.cls": b"1"}, r"0 in .*set\.tar has no image"),
        ({"0.cls": b"1" * 1000}, r"the label 0\.cls has 1000 bytes"),
        (pairs([0, 1] * 6) | {"0003.jpg": b"x"}, "0003 is there twice"),
        (pairs([0, "cat"] * 6), "has numbers and names for labels; expected one of both"),
    ],
)
def test_tars_of_other_content_are_refused(tmp_path, content, message):
    path = tmp_path / "set.tar"
    path.write_bytes(content) if isinstance(content, bytes) else write_tar(path, content)
    with pytest.raises(InputError, match=message):
        pack("webdataset", path)


def test_shards_of_which_some_name_their_split_are_refused(tmp_path):
    for name in ("train-0.tar", "more.tar", "test-0.tar"):
        write_tar(tmp_path / name, pairs([0, 1] * 3))
    with pytest.raises(InputError, match=r"more\.tar in .* names no split beside test, train"):
        pack("webdataset", tmp_path)
    with pytest.raises(InputError, match=r"holds no files named \*\.parquet"):
        pack("parquet", tmp_path)


def write_svhn(path, labels, **changes):
    images = np.stack([np.asarray(picture(i, (32, 32))) for i in range(len(labels))])
    content = {"X": images.transpose(1, 2, 3, 0), "y": np.array(labels, np.uint8)[:, None]} | changes
    savemat(path, content, do_compression=True)


def test_svhn_has_its_digits_and_10_is_0(tmp_path):
    labels = [*range(1, 11)] * 3
    write_svhn(tmp_path / "train_32x32.mat", labels)
    write_svhn(tmp_path / "test_32x32.mat", labels)
    assert kind_of(str(tmp_path)) == "svhn"
    train, _, info = pack("svhn", tmp_path)
    assert info.class_names == [str(digit) for digit in range(10)]
    assert list(train.labels[:10]) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert np.array_equal(train.images[4], np.asarray(picture(4, (32, 32))))


@pytest.mark.parametrize("packed", [True, False])
def test_mat_files_are_read_as_scipy_reads_them(tmp_path, packed):
    generator = np.random.default_rng(0)
    arrays = {"X": generator.integers(0, 256, (4, 5, 3, 7)).astype(np.uint8), "long_name": np.eye(3) > 0}
    arrays |= {"y": generator.normal(size=(7, 1)), "z": np.int16([[1, -2]]), "cells": np.array([{}], object)}
    savemat(tmp_path / "a.mat", arrays, do_compression=packed)
    found, other = read_mat(tmp_path / "a.mat", ("X", "y", "z", "w")), loadmat(tmp_path / "a.mat")
    assert set(found) == {"X", "y", "z"}
    for name, array in found.items():
        assert array.dtype == other[name].dtype
        assert np.array_equal(array, other[name])


@pytest.mark.parametrize(
    ("labels", "changes", "message"),
    [
        ([0, 1, 2], {}, "labels y outside 1 to 10"),
        ([1, 2, 3], {"X": np.zeros((32, 32, 3, 2), np.uint8)}, r"X uint8 \[32, 32, 3, 2\] for 3 labels"),
        ([1, 2, 3], {"X": np.zeros((32, 32, 3, 3))}, r"X float64 \[32, 32, 3, 3\] for 3 labels"),
    ],
)
def test_mat_files_of_other_content_are_refused(tmp_path, labels, changes, message):
    write_svhn(tmp_path / "set.mat", labels, **changes)
    with pytest.raises(InputError, match=message):
        pack("svhn", tmp_path / "set.mat")
    (tmp_path / "set.mat").write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(999))
    with pytest.raises(InputError, match="no file of MATLAB's level 5; save it with -v7"):
        pack("svhn", tmp_path / "set.mat")
