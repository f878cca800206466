"""Data sets of every kind, and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from imaging import encoded, pack, picture, write_tree, zipped
from PIL import Image
from synthgap.data.packing import DatasetConfig, pack_dataset
from synthgap.data.sources import kind_of
from synthgap.run.errors import InputError

DEBIAN_FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")


def test_class_folders_below_train_and_test(tmp_path):
    train, test, info = pack("folder", write_tree(tmp_path), resolution=16)
    assert info.class_names == ["cat", "dog"]
    assert train.images.shape == test.images.shape == (8, 16, 16, 3)
    assert list(train.labels) == [0] * 4 + [1] * 4


def test_class_folders_without_splits_are_cut(tmp_path):
    tree = write_tree(tmp_path / "x", splits=("",), count=10)
    train, test, info = pack("folder", tree, resolution=16, test_fraction=0.4)
    assert info.sizes == {"train": 12, "test": 8}
    assert list(np.bincount(train.labels)) == [6, 6]
    assert list(np.bincount(test.labels)) == [4, 4]


def test_mixed_sizes_modes_and_formats(tmp_path, caplog):
    tree = write_tree(tmp_path)
    extra = {
        "a.jpg": encoded(picture(1, (40, 20)), "jpeg"),
        "b.webp": encoded(picture(2, (9, 33)), "webp"),
        "c.png": encoded(picture(3, (16, 16), "L")),
        "d.png": encoded(picture(4, (16, 16), "RGBA")),
        "e.png": encoded(picture(5).convert("P")),
        "f.png": encoded(Image.fromarray(np.full((16, 16), 65535, np.uint16))),
        "notes.txt": b"no image",
        ".hidden.png": b"nonsense",
    }
    for name, content in extra.items():
        (tree / "train/cat" / name).write_bytes(content)
    train, _, _ = pack("folder", tree, resolution=16)
    assert train.images.shape == (14, 16, 16, 3)
    assert (train.images[:10] == 255).all(axis=(1, 2, 3)).sum() == 1  # the white 16-bit image
    assert "JPEG images: 1, " in caplog.text
    assert "files that are no images are left out: 1" in caplog.text


def test_images_are_cropped_to_their_central_square(tmp_path):
    tree = write_tree(tmp_path)
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 200
    (tree / "train/cat/0.png").write_bytes(encoded(Image.fromarray(wide)))
    train, _, _ = pack("folder", tree, resolution=10)
    assert (train.images[0] == 200).all()


def test_grey_stays_grey_where_all_are_grey(tmp_path):
    train, _, info = pack("folder", write_tree(tmp_path, mode="L"), resolution=16)
    assert info.channels == 1
    assert train.images.shape == (8, 16, 16, 1)


def test_transparency_becomes_white(tmp_path):
    tree = write_tree(tmp_path)
    (tree / "train/cat/0.png").write_bytes(encoded(Image.new("RGBA", (16, 16), (9, 9, 9, 0))))
    train, _, _ = pack("folder", tree, resolution=16)
    assert (train.images[0] == 255).all()


def test_max_images_and_order_do_not_depend_on_the_file_system(tmp_path):
    first = pack("folder", write_tree(tmp_path / "a", count=9), resolution=16, max_images=8)[0]
    shuffled = tmp_path / "b"
    for path in sorted((tmp_path / "a").rglob("*.png"), reverse=True):
        target = shuffled / path.relative_to(tmp_path / "a")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    again = pack("folder", shuffled, resolution=16, max_images=8)[0]
    assert np.array_equal(first.images, again.images)
    assert len(first) == 8


def test_a_zip_is_read_as_a_folder(tmp_path):
    tree = write_tree(tmp_path / "tree", size=(16, 16))
    files = {f"my set/{p.relative_to(tree).as_posix()}": p.read_bytes() for p in tree.rglob("*.png")}
    files |= {"__MACOSX/my set/train/cat/._0.png": b"nonsense", "my set/.DS_Store": b"Bud1"}
    from_zip = pack("zip", zipped(tmp_path / "set.zip", files))
    from_folder = pack("folder", tree)
    assert np.array_equal(from_zip[0].images, from_folder[0].images)
    assert from_zip[2].class_names == ["cat", "dog"]


@pytest.mark.parametrize("name", ["../outside.png", "/root.png", "a/../../b.png", "C:/x.png", "..\\x.png"])
def test_names_that_lead_outside_are_refused(tmp_path, name):
    with pytest.raises(InputError, match="which leads outside it; refused"):
        pack("zip", zipped(tmp_path / "evil.zip", {name: b"x"}))


def test_zip_bombs_are_refused(tmp_path):
    with pytest.raises(InputError, match="taken for a decompression bomb and refused"):
        pack("zip", zipped(tmp_path / "bomb.zip", {"train/cat/0.png": bytes(50_000_000)}))


def test_image_bombs_are_refused_by_name(tmp_path):
    tree = write_tree(tmp_path)
    (tree / "train/cat/0.png").write_bytes(encoded(Image.new("1", (20_000, 20_000))))
    with pytest.raises(InputError, match=r"train/cat/0\.png in .* can't be decoded .*decompression bomb"):
        pack("folder", tree, resolution=16)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"nonsense", "it is no PNG, JPEG, WEBP"),
        (b"version https://git-lfs.github.com/spec/v1\n", "it is a pointer; run `git lfs pull`"),
        (encoded(picture(0))[:400], "truncated"),
    ],
)
def test_unreadable_and_truncated_images_are_named(tmp_path, content, why):
    tree = write_tree(tmp_path)
    (tree / "test/dog/1.png").write_bytes(content)
    with pytest.raises(InputError, match=rf"test/dog/1\.png in .* can't be decoded .*{why}") as told:
        pack("folder", tree, resolution=16)
    assert " at 0x" not in str(told.value)


def test_a_file_that_is_huge_and_empty_is_refused(tmp_path):
    tree = write_tree(tmp_path)
    with (tree / "test/dog/1.png").open("r+b") as file:
        file.truncate(2**40)
    with pytest.raises(InputError, match=r"test/dog/1\.png in .* \(it has 1099511627776 bytes"):
        pack("folder", tree, resolution=16)


POSTSCRIPT = (
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 16\n%%EndComments\n0 0 16 16 rectfill\nshowpage\n"
)


@pytest.mark.parametrize("name", ["1.png", "1.jpg", "1.webp"])
@pytest.mark.parametrize("content", [POSTSCRIPT, encoded(picture(0), "gif"), encoded(picture(0), "tiff")])
def test_no_other_decoder_is_tried_than_those_of_the_formats_taken(tmp_path, monkeypatch, name, content):
    """Pillow hands PostScript to Ghostscript, by whatever name the file goes."""

    def started(*command, **_):
        pytest.fail(f"a program was started: {command}")

    monkeypatch.setattr("subprocess.Popen", started)
    tree = write_tree(tmp_path)
    (tree / "test/dog" / name).write_bytes(content)
    with pytest.raises(InputError, match=rf"test/dog/{name} in .* can't be decoded"):
        pack("folder", tree, resolution=16)


def test_images_of_different_sizes_need_a_resolution(tmp_path):
    tree = write_tree(tmp_path, size=(16, 16))
    (tree / "train/cat/0.png").write_bytes(encoded(picture(0, (20, 16))))
    with pytest.raises(InputError, match=r"are 16x16 and 20x16 pixels; set dataset\.resolution"):
        pack("folder", tree)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"classes": ("cat",)}, r"only the class cat; a classifier needs two or more"),
        ({"splits": ("train",)}, "has a folder train, but no test"),
        ({"count": 2}, "only 2 of cat, 2 of dog; every class needs 3 in each split: bring more"),
    ],
)
def test_sets_that_can_not_be_analysed_are_refused(tmp_path, settings, message):
    with pytest.raises(InputError, match=message):
        pack("folder", write_tree(tmp_path, **settings), resolution=16)


def test_images_outside_class_folders_are_named(tmp_path):
    tree = write_tree(tmp_path)
    (tree / "train/loose.png").write_bytes(encoded(picture(0)))
    with pytest.raises(InputError, match=r"train/loose\.png in .* has no class; expected train/CLASS/IMAGE"):
        pack("folder", tree, resolution=16)


def test_a_folder_without_images_is_refused(tmp_path):
    (tmp_path / "readme.txt").write_text("hello")
    with pytest.raises(InputError, match=r"holds no images \(.*\) among 1 file"):
        pack("folder", tmp_path)


def test_what_is_no_zip_is_refused(tmp_path):
    (tmp_path / "set.zip").write_bytes(b"PK nonsense")
    with pytest.raises(InputError, match="is no readable zip"):
        pack("zip", tmp_path / "set.zip")
    with pytest.raises(InputError, match=r"is a file; set dataset\.kind: zip"):
        pack("folder", tmp_path / "set.zip")
    with pytest.raises(InputError, match=r"is a folder; set dataset\.kind: folder"):
        pack("zip", tmp_path)


def test_a_path_that_can_not_be_reached_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"can't be reached \(File name too long\)"):
        pack(kind_of(str(tmp_path / ("x" * 5000))), tmp_path / ("x" * 5000))


def test_a_path_is_needed():
    with pytest.raises(InputError, match="kind folder needs the path of your data"):
        pack_dataset(DatasetConfig(kind="folder"), seed=0)


@pytest.mark.skipif(
    not DEBIAN_FASHION_MNIST.exists(), reason="Debian's dataset-fashion-mnist is not installed"
)
@pytest.mark.parametrize("packed", [True, False])
def test_fashion_mnist_from_debians_files(tmp_path, packed):
    path = DEBIAN_FASHION_MNIST
    if not packed:
        path = tmp_path
        for file in DEBIAN_FASHION_MNIST.glob("*.gz"):
            (tmp_path / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
    train, test, info = pack("fashion_mnist", path, resolution=16, max_images=100)
    assert info.class_names[-1] == "Ankle boot"
    assert set(np.bincount(train.labels)) == set(np.bincount(test.labels)) == {10}
    assert train.images.shape == (100, 16, 16, 1)


def test_fashion_mnist_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="has no readable train-images-idx3-ubyte"):
        pack("fashion_mnist", tmp_path)
