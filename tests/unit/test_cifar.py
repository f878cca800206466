"""CIFAR's archives, written as Python 2 wrote the genuine ones."""

import hashlib
import os
import pickle

import numpy as np
import pytest
from pickling import Global, GlobalName, dump
from project import schema_defaults
from published import cifar10_files, python2_pickle, write_cifar10
from synthgap.data.cifar import CIFAR10, CIFAR100, read_cifar
from synthgap.run.errors import InputError
from torchvision import datasets


@pytest.fixture(scope="module")
def files():
    images = np.random.default_rng(0).integers(0, 256, (80, 32, 32, 3)).astype(np.uint8)
    return cifar10_files(images, np.arange(80) % 10, test_size=30)


@pytest.fixture
def archive(tmp_path, files):
    write_cifar10(tmp_path / CIFAR10.archive, files)
    return tmp_path / CIFAR10.archive


def unpack(folder, files):
    (folder / CIFAR10.folder).mkdir()
    for name, content in files.items():
        (folder / CIFAR10.folder / name).write_bytes(content)


def test_it_reads_what_torchvision_reads(tmp_path, files, archive, monkeypatch):
    unpack(tmp_path, files)
    digests = {name: hashlib.md5(content).hexdigest() for name, content in files.items()}
    kind = datasets.CIFAR10
    monkeypatch.setattr(kind, "train_list", [[name, digests[name]] for name in CIFAR10.train])
    monkeypatch.setattr(kind, "test_list", [[name, digests[name]] for name in CIFAR10.test])
    monkeypatch.setattr(kind, "meta", kind.meta | {"md5": digests["batches.meta"]})
    source = read_cifar(archive, CIFAR10)
    for train, part in ((True, source.train), (False, source.test)):
        theirs = kind(tmp_path, train=train)
        assert np.array_equal(part.images, theirs.data)
        assert list(part.labels) == theirs.targets
    assert source.class_names == theirs.classes
    assert [len(source.train.labels), len(source.test.labels)] == [50, 30]


def test_addresses_and_names_are_torchvisions():
    downloads = schema_defaults()["downloads"]
    for name, layout, kind in (
        ("cifar10", CIFAR10, datasets.CIFAR10),
        ("cifar100", CIFAR100, datasets.CIFAR100),
    ):
        assert downloads[name]["url"] == kind.url
        assert layout.archive == kind.filename
        assert layout.folder == kind.base_folder
        assert [*layout.train, *layout.test] == [name for name, _ in kind.train_list + kind.test_list]
        assert (layout.meta, layout.names_key) == (kind.meta["filename"], kind.meta["key"])


@pytest.mark.parametrize("place", ["archive", "folder of the archive", "unpacked", "folder of the unpacked"])
def test_the_archive_and_its_content_are_found(tmp_path, files, archive, place):
    path = tmp_path if place.startswith("folder") else archive
    if "unpacked" in place:
        archive.unlink()
        unpack(tmp_path, files)
        path = tmp_path if place.startswith("folder") else tmp_path / CIFAR10.folder
    assert len(read_cifar(path, CIFAR10).train.labels) == 50


def test_a_batch_that_runs_code_is_refused(tmp_path, files):
    class Evil:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path / 'ran'}",)

    write_cifar10(tmp_path / "evil.tar.gz", files | {"test_batch": pickle.dumps(Evil())})
    with pytest.raises(InputError, match=r"global (posix|nt)\.system is not among those of genuine files"):
        read_cifar(tmp_path / "evil.tar.gz", CIFAR10)
    assert not (tmp_path / "ran").exists()


def batch_of(dtype, raw=bytes(30 * 3072), shape=(30, 3072)):
    """A test batch whose array has any type and state that the file says."""
    return python2_pickle({"labels": list(range(10)) * 3, "data": array_of(dtype, raw, shape)})


def array_of(dtype, raw, shape):
    ndarray, state = GlobalName("numpy", "ndarray"), (1, shape, dtype, False, raw)
    return Global("numpy.core.multiarray", "_reconstruct", ndarray, (0,), "b", state=state)


def dtype_of(name, *state):
    return Global("numpy", "dtype", name, 0, 1, state=(3, "|", None, None, None, -1, -1, 0, *state))


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (batch_of(dtype_of("O8"), b"A" * 30 * 8, (30,)), "numpy type O8"),
        (batch_of(dtype_of("V8"), b"A" * 30 * 8, (30,)), "numpy type V8"),
        (batch_of(dtype_of("U4"), b"A" * 30 * 16, (30,)), "numpy type U4"),
        (batch_of(dtype_of("M8"), b"A" * 30 * 8, (30,)), "numpy type M8"),
        (batch_of("u1"), "not plain bytes"),
        (batch_of(dtype_of("u1"), bytes(10)), "cannot reshape"),
        (batch_of(dtype_of("u1"), [b"A"]), "not plain bytes"),
        (batch_of(dtype_of("u1"), shape=(30, 1024, 3)), "rows"),
        (python2_pickle({"labels": [0], "data": [1]}), "data that is no array"),
    ],
)
def test_an_array_of_anything_but_bytes_reaches_no_numpy(tmp_path, files, batch, message):
    """numpy's own ndarray takes addresses for an object's state: a file must not choose them."""
    write_cifar10(tmp_path / "evil.tar.gz", files | {"test_batch": batch})
    with pytest.raises(InputError, match=message):
        read_cifar(tmp_path / "evil.tar.gz", CIFAR10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda files: files.pop("data_batch_3"), "no file 'data_batch_3'"),
        (lambda files: files.update(test_batch=files["test_batch"][:-100]), "truncated"),
        (lambda files: files.update(test_batch=files["batches.meta"]), "no file 'data'"),
    ],
)
def test_an_incomplete_archive_is_refused(tmp_path, files, change, message):
    broken = dict(files)
    change(broken)
    write_cifar10(tmp_path / "broken.tar.gz", broken)
    with pytest.raises(InputError, match=f"is no readable CIFAR-10 .*{message}"):
        read_cifar(tmp_path / "broken.tar.gz", CIFAR10)


def test_a_truncated_archive_is_refused(tmp_path, archive):
    archive.write_bytes(archive.read_bytes()[:-5000])
    with pytest.raises(InputError, match="is no readable CIFAR-10"):
        read_cifar(archive, CIFAR10)


def test_an_archive_that_unpacks_to_any_size_is_refused(archive, monkeypatch):
    monkeypatch.setattr("synthgap.data.cifar.LARGEST_ARCHIVE", 100_000)
    with pytest.raises(InputError, match="unpacks to more than 100000 bytes"):
        read_cifar(archive, CIFAR10)


def test_a_batch_that_python_3_wrote_is_read(files, tmp_path):
    """Its bytes in the protocol of Python 2 are calls of _codecs.encode."""
    raw = bytes(range(256)) * 12 * 30
    content = {"labels": list(range(10)) * 3, "data": array_of(dtype_of("u1"), raw, (30, 3072))}
    unpack(tmp_path, files | {"test_batch": dump(content, protocol=2)})
    images = read_cifar(tmp_path, CIFAR10).test.images
    assert images.transpose(0, 3, 1, 2).tobytes() == raw


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match=r"expected cifar-100-python\.tar\.gz, or a folder that holds it"):
        read_cifar(tmp_path, CIFAR100)
