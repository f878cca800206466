"""Data sets in npz files, under the names that people's tools use."""

import zipfile

import numpy as np
import pytest
from imaging import pack
from synthgap.run.errors import InputError


def arrays(n=12, **changes):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (n, 8, 8)).astype(np.uint8)
    return {"images": images, "labels": np.arange(n) % 2} | changes


def test_npz_with_and_without_splits(tmp_path):
    np.savez(tmp_path / "one.npz", **arrays())
    train, test, info = pack("npz", tmp_path / "one.npz")
    assert train.images.shape == (6, 8, 8, 1)
    both = {f"{split}_{name}": array for split in ("train", "test") for name, array in arrays().items()}
    np.savez(tmp_path / "two.npz", **both)
    train, test, info = pack("npz", tmp_path / "two.npz")
    assert info.sizes == {"train": 12, "test": 12}
    assert np.array_equal(train.images[..., 0], test.images[..., 0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"images": arrays()["images"]}, "has no array 'labels'; it holds images"),
        ({"x": np.zeros(1)}, "holds x; expected images and labels, or train_images"),
        (
            arrays(images=np.zeros((12, 8, 8))),
            r"are float64 \[12, 8, 8\]; expected uint8 .*; save them as uint8",
        ),
        (arrays(images=np.zeros((12, 3, 8, 8), np.uint8)), "; move the channels to the end"),
        (arrays(labels=np.zeros(12)), r"labels in .* are float64 \[12\]; expected one whole number"),
        (arrays(labels=np.zeros(11, int)), r"labels in .* are int64 \[11\] for 12 images; expected"),
        (
            arrays(labels=np.zeros((12, 14), int)),
            r"labels in .* are int64 \[12, 14\], several for each",
        ),
        (arrays(labels=np.arange(12) + 10**8), "has labels from 100000000 to 100000011; expected 0 to"),
        (
            arrays(labels=-np.arange(12)),
            r"labels in .* are int64 \[12\], from -11 to 0; expected one whole number",
        ),
        (arrays(labels=np.array(["cat"] * 12)), r"labels in .* are texts \[12\]; expected one whole number"),
        (arrays(labels=np.arange(12) % 2 * 2), "no image has the class 1; bring some"),
        (arrays(image=arrays()["images"]), "has images under several names, images, image; leave one"),
        (
            arrays(labels=np.array([{}] * 12)),
            "holds labels, which can't be read .it holds objects of",
        ),
        (arrays(images=np.zeros((12, 8, 4), np.uint8)), "expected squares of one size"),
    ],
)
def test_npz_of_other_content_is_refused(tmp_path, content, message):
    np.savez(tmp_path / "set.npz", **content)
    with pytest.raises(InputError, match=message):
        pack("npz", tmp_path / "set.npz")


def test_a_broken_npz_is_refused(tmp_path):
    (tmp_path / "set.npz").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="is no readable npz"):
        pack("npz", tmp_path / "set.npz")


@pytest.mark.parametrize(
    "names",
    [
        {"images": "arr_0", "labels": "arr_1"},
        {"images": "image", "labels": "label"},
        {"images": "train_images", "labels": "train_labels", "more": ("test_images", "test_labels")},
        {"images": "train_images", "labels": "train_labels", "more": ("val_images", "val_labels")},
        {"images": "x_train", "labels": "y_train", "more": ("x_test", "y_test")},
    ],
)
def test_the_names_that_tools_use_are_known(tmp_path, names):
    made = arrays(labels=np.arange(12)[:, None] % 2)
    content = {names["images"]: made["images"], names["labels"]: made["labels"]}
    content |= dict(zip(names.get("more", ()), made.values(), strict=False))
    np.savez(tmp_path / "set.npz", **content)
    train, test, info = pack("npz", tmp_path / "set.npz")
    assert (len(train), len(test)) == ((12, 12) if "more" in names else (6, 6))
    assert info.class_names == ["0", "1"]


def test_labels_from_1_keep_their_numbers_as_names(tmp_path):
    np.savez(tmp_path / "set.npz", **arrays(labels=1 + np.arange(12) % 2))
    train, _, info = pack("npz", tmp_path / "set.npz")
    assert info.class_names == ["1", "2"]
    assert list(np.bincount(train.labels)) == [3, 3]


def test_arrays_that_are_not_used_are_named_and_not_unpacked(tmp_path, caplog):
    names = np.array(["cat", "dog"], object)  # a pickle, which would be refused
    np.savez(tmp_path / "set.npz", **arrays(), val_images=arrays()["images"], class_names=names)
    with zipfile.ZipFile(tmp_path / "set.npz", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.npy", bytes(5_000_000))
    info = pack("npz", tmp_path / "set.npz")[2]
    assert info.left_out == "images left out: 12 (12 in val_images)"
    assert "arrays not used: bomb, class_names, val_images" in caplog.text


def lying_npy(shape, dtype="|u1"):
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(100)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lying_npy("(12, 10**9, 9)"), "expected plain numbers"),
        (lying_npy("(12, 1000000000, 9)"), "bytes don't fit its shape"),
        (lying_npy("(-10, -10)"), "expected plain numbers"),
        (lying_npy("(100,)", "|O"), "objects of Python or fields, expected plain numbers"),
        (b"\x93NUMPY\x04\x00", "it is no array of numpy"),
        (b"nonsense", "can't be read"),
    ],
)
def test_arrays_that_lie_are_refused(tmp_path, content, message):
    with zipfile.ZipFile(tmp_path / "set.npz", "w") as archive:
        archive.writestr("images.npy", content)
        archive.writestr("labels.npy", content)
    with pytest.raises(InputError, match=rf"holds labels, which can't be read .*{message}|{message}"):
        pack("npz", tmp_path / "set.npz")
