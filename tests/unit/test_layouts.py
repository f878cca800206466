"""Nothing in a folder or a zip is lost without a word, and every label keeps its meaning."""

import json
import logging
import os
import struct
import zlib

import numpy as np
import pytest
from fuzz.hostile_data import chunk
from imaging import encoded, pack, picture, write_tree, zipped
from PIL import Image
from synthgap.run.errors import InputError


def edm_files(labels):
    files = {f"00000/img{i:08d}.png": encoded(picture(i, (16, 16))) for i in range(12)}
    return files | {"dataset.json": json.dumps({"labels": labels})}


def write_files(root, files):
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


@pytest.mark.parametrize("where", ["zip", "folder"])
def test_edms_format_is_read(tmp_path, where):
    """Its folders are counters, not classes."""
    files = edm_files([[f"00000/img{i:08d}.png", i % 2] for i in reversed(range(12))])
    path = zipped(tmp_path / "edm.zip", files) if where == "zip" else write_files(tmp_path / "edm", files)
    train, test, info = pack(where, path)
    assert info.class_names == ["0", "1"]
    assert len(train) + len(test) == 12


WHOLE = [[f"00000/img{i:08d}.png", i % 2] for i in range(12)]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "has no labels; classes are needed"),
        ([], "has no labels"),
        ([["missing.png", 0]], "names missing.png, which the zip lacks"),
        ([["00000/img00000000.png", "cat"]], "is not EDM's: .* has the label 'cat'"),
        ([["00000/img00000000.png", 0.7]], "is not EDM's: .* has the label 0.7; expected a whole number"),
        ([["00000/img00000000.png", True]], "is not EDM's: .* has the label True"),
        ([["00000/img00000000.png", -1]], "has the label -1"),
        (WHOLE[:5], "has no label for 7 images, 00000/img00000005.png the first"),
        ([*WHOLE, ["00000/img00000003.png", 0]], "gives 00000/img00000003.png the labels 0 and 1; leave one"),
        (7, "is not EDM's"),
    ],
)
def test_edms_format_without_proper_labels_is_refused(tmp_path, labels, message):
    with pytest.raises(InputError, match=message):
        pack("zip", zipped(tmp_path / "edm.zip", edm_files(labels)))


def test_edms_counted_folders_without_labels_are_no_classes(tmp_path):
    names = [
        f"{i // 1000:05d}/img{i:08d}.png" for i in (0, 1, 2, 3, 4, 5, 1000, 1001, 1002, 1003, 1004, 1005)
    ]
    path = zipped(tmp_path / "edm.zip", dict.fromkeys(names, encoded(picture(0, (8, 8)))))
    with pytest.raises(InputError, match=r"the folders of .* count images, .* and there are no labels"):
        pack("zip", path)


def test_a_zip_with_the_separators_of_windows_is_read(tmp_path):
    files = {f"{name}\\{i}.png": encoded(picture(i, (8, 8))) for name in ("cat", "dog") for i in range(6)}
    assert pack("zip", zipped(tmp_path / "set.zip", files))[2].class_names == ["cat", "dog"]


def test_repeats_that_leave_too_few_are_told(tmp_path):
    with pytest.raises(InputError, match=r"duplicates: drop leaves 0 of dog in the train split; every class"):
        pack("folder", write_tree(tmp_path, size=(8, 8)), duplicates="drop")


def test_folders_that_are_numbers_are_sorted_by_value(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    info = pack("folder", write_tree(tmp_path, classes=("0", "1", "2", "10"), size=(8, 8)))[2]
    assert info.class_names == ["0", "1", "2", "10"]
    assert "classes: 0 = 0, 1 = 1, 2 = 2, 3 = 10" in caplog.text


@pytest.mark.parametrize("splits", [("Train", "TEST"), ("train", "val"), ("training", "validation")])
def test_splits_go_by_several_names(tmp_path, splits):
    info = pack("folder", write_tree(tmp_path, splits=splits, size=(8, 8), classes=("v1.0", "b")))[2]
    assert info.sizes == {"train": 8, "test": 8}
    assert info.class_names == ["b", "v1.0"]


def test_what_lies_beside_the_splits_is_told(tmp_path):
    tree = write_tree(tmp_path, splits=("train", "test", "val", "extra"), size=(8, 8))
    (tree / "overview.png").write_bytes(encoded(picture(0)))
    (tree / "train/cat/.hidden.png").write_bytes(encoded(picture(0)))
    (tree / "train/cat/a.heic").write_bytes(b"not read")
    (tree / "train/empty").mkdir()
    assert pack("folder", tree)[2].left_out == (
        "images left out: 19 (1 hidden, with a name that begins with a dot, 1 of the format .heic, which "
        "isn't read, 8 in extra, beside train, 1 beside train, 8 in val, beside train, train/empty "
        "without images)"
    )


def test_linked_folders_are_followed(tmp_path):
    tree = write_tree(tmp_path / "data", splits=("",), size=(8, 8), count=6)
    write_tree(tmp_path / "store", splits=("",), classes=("cow",), size=(8, 8), count=6)
    (tree / "cow").symlink_to(tmp_path / "store/cow")
    assert pack("folder", tree)[2].class_names == ["cat", "cow", "dog"]


@pytest.mark.parametrize(
    ("place", "target", "message"),
    [
        ("cow", "nowhere", "cow in .* is a link that leads nowhere"),
        ("cat/up", "..", "cat/up in .* is a link back to a folder that it lies in"),
        ("cat/self.png", "self.png", r"cat/self\.png in .* is a link that leads nowhere"),
    ],
)
def test_links_that_lead_nowhere_or_back_are_refused(tmp_path, place, target, message):
    tree = write_tree(tmp_path / "data", splits=("",), size=(8, 8))
    (tree / place).symlink_to(target)
    with pytest.raises(InputError, match=message):
        pack("folder", tree)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    tree = write_tree(tmp_path, size=(8, 8))
    os.mkfifo(tree / "train/cat/x.png")
    with pytest.raises(InputError, match=r"train/cat/x\.png in .* can't be decoded \(it is no regular file"):
        pack("folder", tree)


@pytest.mark.parametrize("name", [b"\xff\xfe", b"a\nb"])
def test_a_class_that_can_not_be_shown_is_refused(tmp_path, name):
    tree = write_tree(tmp_path, splits=("",), size=(8, 8), count=6)
    os.rename(os.fsencode(tree / "cat"), os.fsencode(tree) + b"/" + name)  # noqa: PTH104
    with pytest.raises(InputError, match=r"the class a?\?+b? has letters that can't be shown"):
        pack("folder", tree)


def test_a_class_of_another_format_is_not_lost(tmp_path):
    tree = write_tree(tmp_path, splits=("",), size=(8, 8), count=6)
    write_files(tree, {"cow/1.heic": b"", "cow/2.heic": b""})
    with pytest.raises(InputError, match=r"the class cow in .* has 2 images, cow/1\.heic the first"):
        pack("folder", tree)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (("Cat",), "train has 4 of Cat, test none; names differ by case from cat; mend the folders"),
        (("c\u00e4t", "ca\u0308t"), "names differ invisibly from c\u00e4t; mend the folders"),
        (("cat ",), "names differ invisibly from cat; mend the folders"),
        (("cow",), "train has 4 of cow, test none; every class must be in both"),
    ],
)
def test_a_class_of_one_split_is_named(tmp_path, classes, message):
    tree = write_tree(tmp_path, size=(8, 8))
    write_tree(tree, splits=("train",), classes=classes, size=(8, 8))
    with pytest.raises(InputError, match=message):
        pack("folder", tree)


@pytest.mark.parametrize("splits", [("train", "Train", "test"), ("train",), ("test",)])
def test_splits_that_are_not_plain_are_refused(tmp_path, splits):
    with pytest.raises(InputError, match=r"has the folders Train, train, all for train|has a folder t"):
        pack("folder", write_tree(tmp_path, splits=splits, size=(8, 8)))


@pytest.mark.parametrize("suffix", ["bmp", "tif", "gif", "jfif", "webp", "avif", "pgm", "ppm"])
def test_formats_of_images(tmp_path, suffix):
    tree = write_tree(tmp_path, size=(8, 8), mode="L")
    Image.new("L", (8, 8), 77).save(tree / f"train/cat/x.{suffix}")
    train = pack("folder", tree)[0]
    assert abs(int(train.images[4].mean()) - 77) <= 1


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_images_of_16_bits_that_use_12_are_refused(tmp_path, suffix):
    tree = write_tree(tmp_path, size=(8, 8), mode="L")
    Image.fromarray(np.full((8, 8), 4095, np.uint16)).save(tree / f"train/cat/x.{suffix}")
    with pytest.raises(InputError, match=r"1 image of 16 bits in .* with 12-bit values, .* by 16"):
        pack("folder", tree)


def test_colours_of_16_bits_that_use_12_are_refused(tmp_path):
    """Pillow keeps the high bytes alone."""
    rows = zlib.compress((b"\0" + struct.pack(">24H", *[4095] * 24)) * 8)
    head = struct.pack(">2I5B", 8, 8, 16, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    tree = write_files(write_tree(tmp_path, size=(8, 8)), {"train/cat/x.png": png})
    with pytest.raises(InputError, match=r"1 image of 16 bits in .* with 12-bit values"):
        pack("folder", tree)


def test_images_of_32_bits_are_refused(tmp_path):
    tree = write_tree(tmp_path, size=(8, 8), mode="L")
    Image.fromarray(np.ones((8, 8), np.float32)).save(tree / "train/cat/x.tif")
    with pytest.raises(InputError, match="its pixels have 32 bits"):
        pack("folder", tree)


def test_images_that_do_not_fit_into_memory_are_resized_as_they_are_read(tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text(str(8 * 2**20))
    monkeypatch.setattr("synthgap.run.machine.CGROUP_LIMIT", tmp_path / "memory.max")
    tree = write_tree(tmp_path / "set", count=3, size=(8, 8))
    for path in tree.rglob("*.png"):
        path.write_bytes(encoded(Image.new("1", (1000, 1000))))
    assert pack("folder", tree, resolution=8)[0].images.shape == (6, 8, 8, 1)
    with pytest.raises(
        InputError, match=r"its 6 images take 0\.0 GiB, this machine has 0\.0; set dataset\.res"
    ):
        pack("folder", tree)


def test_tiny_imagenet_is_read(tmp_path):
    image = {i: encoded(picture(i, (8, 8)), "jpeg") for i in range(6)}
    files = {
        f"{top}/images/{top[-1]}_{i}.JPEG": image[i] for top in ("train/n01", "train/n02") for i in range(3)
    }
    files |= {f"val/images/val_{i}.JPEG": image[i] for i in range(6)} | {"test/images/test_0.JPEG": image[0]}
    files["val/val_annotations.txt"] = "".join(
        f"val_{i}.JPEG\tn0{1 + i // 3}\t0\t0\t8\t8\n" for i in range(6)
    )
    tree = write_files(tmp_path / "tiny", {f"tiny-imagenet-200/{name}": data for name, data in files.items()})
    _, test, info = pack("folder", tree)
    assert info.class_names == ["n01", "n02"]
    assert list(test.labels) == [0, 0, 0, 1, 1, 1]
    assert info.left_out == "images left out: 1 (1 in test, which has no labels)"
    (tree / "tiny-imagenet-200/val/val_annotations.txt").write_text("val_0.JPEG\tn01\n")
    with pytest.raises(InputError, match=r"val/images/val_1\.JPEG in .* has no class"):
        pack("folder", tree)


def test_images_that_are_there_twice_are_told_or_dropped(tmp_path):
    tree = write_tree(tmp_path, size=(8, 8), count=8)  # the same eight images in every class and split
    info = pack("folder", tree)[2]
    assert info.duplicates == (
        "16 of 16 test images are in the training split too (100.0%), 8 of 16 training images repeat others "
        "(50.0%), 8 of 16 test images repeat others (50.0%), 24 of them have another class there"
    )
    (tree / "train/cat/0.png").write_bytes(encoded(picture(100, (8, 8))))
    for i in range(8):
        for place, seed in (("train/dog", 20), ("test/cat", 40), ("test/dog", 60)):
            (tree / place / f"{i}.png").write_bytes(encoded(picture(seed + i, (8, 8))))
    (tree / "test/cat/0.png").write_bytes(encoded(picture(100, (8, 8))))
    (tree / "train/dog/0.png").write_bytes(encoded(picture(21, (8, 8))))
    info = pack("folder", tree, duplicates="drop")[2]
    assert info.sizes == {"train": 15, "test": 15}
    assert info.left_out.startswith("images left out: 2 (2 repeats: 1 of 16 test images are in the training")


def test_only_the_chosen_images_are_decoded(tmp_path):
    tree = write_tree(tmp_path, size=(8, 8), count=20)
    for place in ("train/cat", "train/dog", "test/cat", "test/dog"):
        for i in range(20):
            (tree / place / f"{i}.png").write_bytes(encoded(Image.new("L", (8, 8), 10 * i)))
    first = pack("folder", tree, max_images=8)[0]
    chosen = {int(image.flat[0]) // 10 for image in first.images}
    for i in set(range(20)) - chosen:
        (tree / f"train/cat/{i}.png").write_bytes(b"nonsense")
    again = pack("folder", tree, max_images=8)[0]
    assert np.array_equal(first.images, again.images)
