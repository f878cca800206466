import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthgap.data.images import ImageSet, load_images, load_info, save_images, save_info
from synthgap.data.packing import DatasetConfig, pack_dataset
from synthgap.data.splits import stratified_counts, stratified_parts, stratified_subset
from synthgap.run.errors import InputError

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(np.array)


def test_digits_are_split_in_halves_that_keep_every_class(packed):
    train, test, info = packed
    assert info.sizes == {"train": len(train), "test": len(test)}
    assert len(train) + len(test) == 1797
    counts = np.bincount(train.labels) - np.bincount(test.labels)
    assert np.abs(counts).max() <= 1
    assert train.images.dtype == np.uint8
    assert train.images.shape[1:] == (8, 8, 1)


def test_digits_have_17_grey_levels(packed):
    _, test, info = packed
    assert len(info.grey_levels) == 17
    assert (info.grey_levels[0], info.grey_levels[-1]) == (0, 255)
    assert set(np.unique(test.images)) <= set(info.grey_levels)


def test_no_image_is_in_both_splits(packed):
    train, test, _ = packed
    seen = {image.tobytes() for image in train.images}
    assert not any(image.tobytes() in seen for image in test.images)


def test_packing_depends_on_the_seed_alone():
    first, again, other = (pack_dataset(DatasetConfig(), seed)[0] for seed in (0, 0, 1))
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)


def test_max_images_keeps_the_class_balance():
    train, test, _ = pack_dataset(DatasetConfig(max_images=50), seed=0)
    assert len(train) == len(test) == 50
    assert set(np.bincount(train.labels)) == {5}


def test_a_split_without_some_class_is_refused_by_name():
    with pytest.raises(InputError, match=r"the test split has 9 images, only .*0 of .*change dataset"):
        pack_dataset(DatasetConfig(test_fraction=0.005), seed=0)


@given(LABELS, st.floats(0, 1))
def test_stratified_counts_add_up_and_stay_proportional(labels, share):
    size = round(share * len(labels))
    counts = stratified_counts(labels, size)
    assert counts.sum() == size
    exact = np.bincount(labels) * size / len(labels)
    assert (np.abs(counts - exact) < 1).all()


@given(LABELS, st.integers(0, 2**32))
def test_stratified_parts_are_disjoint(labels, seed):
    sizes = [len(labels) // 3, len(labels) // 3]
    parts = stratified_parts(labels, sizes, np.random.default_rng(seed))
    assert [len(part) for part in parts] == sizes
    together = np.concatenate(parts)
    assert len(set(together)) == len(together)


def test_a_subset_larger_than_the_set_is_refused(generator):
    with pytest.raises(ValueError, match="can't take 5 of 3 images"):
        stratified_subset(np.array([0, 1, 1]), 5, generator)


def test_shards_are_read_in_order(tmp_path, train):
    paths = [tmp_path / "0.safetensors", tmp_path / "1.safetensors"]
    save_images(paths[0], train[np.arange(5)])
    save_images(paths[1], train[np.arange(5, 12)])
    together = load_images(paths)
    assert np.array_equal(together.images, train.images[:12])
    assert np.array_equal(together.index, np.arange(12))


def test_the_same_images_give_the_same_bytes(tmp_path, train):
    for name in ("a.safetensors", "b.safetensors"):
        save_images(tmp_path / name, train)
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_a_broken_image_file_is_named(tmp_path, train):
    path = tmp_path / "set.safetensors"
    save_images(path, train)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InputError, match=r"set\.safetensors: not arrays written by synthgap"):
        load_images(path)


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "set.safetensors"
    np.savez(path, images=np.array([object()], dtype=object), labels=np.zeros(1), index=np.zeros(1))
    with pytest.raises(InputError, match="not arrays written by synthgap"):
        load_images(path)


def test_dataset_info_survives_the_file(tmp_path, packed):
    save_info(tmp_path / "dataset.json", packed[2])
    assert load_info(tmp_path / "dataset.json") == packed[2]


def test_image_sets_are_cut_together(train):
    cut: ImageSet = train[np.array([3, 1])]
    assert np.array_equal(cut.labels, train.labels[[3, 1]])
    assert np.array_equal(cut.index, [3, 1])
