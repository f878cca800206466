import zipfile

import numpy as np
import pytest
from synthgap.data.export import export_folder, export_npz, export_zip
from synthgap.data.images import ImageSet
from synthgap.data.packing import DatasetConfig, pack_dataset


@pytest.fixture(params=[1, 3])
def image_set(request):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (20, 8, 8, request.param)).astype(np.uint8)
    return ImageSet(images, np.arange(20) % 2, np.arange(20))


def test_the_zip_is_edms_and_comes_back(tmp_path, image_set):
    export_zip(tmp_path / "set.zip", image_set)
    with zipfile.ZipFile(tmp_path / "set.zip") as archive:
        assert archive.namelist()[0] == "00000/img00000000.png"
        assert "dataset.json" in archive.namelist()
    train, test, _ = pack_dataset(DatasetConfig(kind="zip", path=str(tmp_path / "set.zip")), seed=0)
    back = {image.tobytes() for image in np.concatenate([train.images, test.images])}
    assert back == {image.tobytes() for image in image_set.images}


def test_the_same_set_gives_the_same_zip(tmp_path, image_set):
    for name in ("a.zip", "b.zip"):
        export_zip(tmp_path / name, image_set)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_npz_comes_back(tmp_path, image_set):
    export_npz(tmp_path / "set.npz", image_set)
    train, test, _ = pack_dataset(DatasetConfig(kind="npz", path=str(tmp_path / "set.npz")), seed=0)

    def labelled(*sets):
        return {
            image.tobytes(): label
            for each in sets
            for image, label in zip(each.images, each.labels, strict=True)
        }

    assert labelled(train, test) == labelled(image_set)


def test_the_folder_comes_back(tmp_path, image_set):
    (tmp_path / "set").mkdir()
    (tmp_path / "set/stale.png").write_bytes(b"")
    export_folder(tmp_path / "set", image_set, ["cat", "dog/puppy"])
    assert sorted(p.name for p in (tmp_path / "set").iterdir()) == ["cat", "dog_puppy"]
    train, test, info = pack_dataset(DatasetConfig(kind="folder", path=str(tmp_path / "set")), seed=0)
    assert info.class_names == ["cat", "dog_puppy"]
    assert len(train) + len(test) == 20
    cats = {image.tobytes() for image in image_set.images[image_set.labels == 0]}
    assert all(
        (image.tobytes() in cats) == (label == 0)
        for image, label in zip(train.images, train.labels, strict=True)
    )
