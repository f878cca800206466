"""EDM's folders and zips; trees with links and strays."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from synthgap.data.packing import DatasetConfig, pack_dataset
from synthgap.data.sources import kind_of

from .drawing import CAT_DOG, arrays, drawn, edm, encoded, npz, tree, write
from .judging import Input, Refused, Taken, archive, data, folder

ZERO_ONE = {"0": 0, "1": 1}
NOBODY = 65534


TREES = "trees"


def inputs() -> list[Input]:
    return _edm() + _links_and_permissions() + _strays()


def _edm() -> list[Input]:
    kind = "EDM's folders and zips"
    return [
        folder(kind, "a folder", Taken(ZERO_ONE), edm()),
        archive(kind, "a zip", Taken(ZERO_ONE), edm()),
        folder(kind, "in a folder of its own", Taken(ZERO_ONE), edm(top="digits/")),
        archive(kind, "a zip of a folder", Taken(ZERO_ONE), edm(top="digits/")),
        archive(
            kind,
            "without labels",
            Refused("has no labels; classes are needed"),
            edm() | {"dataset.json": '{"labels": null}'},
        ),
        archive(kind, "dataset.json is no JSON", Refused("is no JSON"), edm() | {"dataset.json": "{"}),
        archive(
            kind,
            "dataset.json with a byte order mark",
            Taken(ZERO_ONE),
            {k: "\ufeff" + v if isinstance(v, str) else v for k, v in edm().items()},
        ),
        archive(
            kind,
            "an image is missing",
            Refused("which the zip lacks"),
            {k: v for k, v in edm().items() if "0007" not in k},
        ),
        archive(
            kind,
            "an image more",
            Refused("has no label for 1 image"),
            edm() | {"00009/img.png": encoded(drawn(0))},
        ),
        folder(
            kind,
            "no dataset.json, one counter",
            Refused("and there are no labels"),
            {f"00000/img{i:08d}.png": encoded(drawn(0, i)) for i in range(12)},
        ),
        folder(
            kind,
            "no dataset.json, two counters",
            Refused("and there are no labels"),
            {
                f"{i // 1000:05d}/img{i:08d}.png": encoded(drawn(0, i % 30))
                for i in (*range(6), *range(1000, 1006))
            },
        ),
        folder(
            kind,
            "what generate.py --subdirs writes",
            Refused("and there are no labels"),
            {
                f"{i // 1000 * 1000:06d}/{i:06d}.png": encoded(drawn(0, i % 30))
                for i in (*range(6), *range(1000, 1006))
            },
        ),
        folder(
            kind,
            "class folders 00000 and 00001",
            Taken({"00000": 0, "00001": 1}),
            tree({"00000": 0, "00001": 1}),
        ),
        folder(
            kind,
            "another tool's dataset.json beside classes",
            Taken(CAT_DOG, (6, 6), "dataset.json the first"),
            tree() | {"dataset.json": '{"name": "x"}'},
        ),
    ]


def _linked(target: str, place: str) -> Callable[[Path], Path]:
    def build(at: Path) -> Path:
        made = write(at / "x", tree())
        write(at / "store", tree({"two": 2}))
        (made / place).symlink_to(target)
        return made

    return build


def _links_and_permissions() -> list[Input]:
    three = {"cat": 0, "dog": 1, "two": 2}
    return [
        data(TREES, "a class is a link", Taken(three, (9, 9)), _linked("../store/two", "two")),
        data(
            TREES, "a link to the folder above", Refused("a link back to a folder"), _linked("..", "cat/up")
        ),
        data(TREES, "a link that leads nowhere", Refused("leads nowhere"), _linked("gone", "two")),
        data(TREES, "an image that links to itself", Refused("leads nowhere"), _linked("x.png", "cat/x.png")),
        data(
            TREES,
            "an image is a link",
            Taken(CAT_DOG, (7, 6), "1 of 6 test images"),
            _linked("0.png", "cat/x.png"),
        ),
        data(
            TREES,
            "a class is a link to another",
            Taken({"cat": 0, "cow": 0, "dog": 1}, (9, 9), "have another class there"),
            _linked("cat", "cow"),
        ),
        Input(
            TREES,
            "a path below a folder that may not be read",
            Refused("Permission denied"),
            partial(_as_nobody, "cat", "x/cat/set"),
        ),
        Input(
            TREES,
            "an image that may not be read",
            Refused("Permission denied"),
            partial(_as_nobody, "cat/0.png", "x"),
        ),
        data(
            TREES,
            "a path of 5000 letters",
            Refused("File name too long"),
            lambda at: at / ("x" * 5000),
            kind="folder",
        ),
        data(TREES, "a pipe", Refused("it is no regular file"), _pipe),
        Input(
            TREES,
            "a folder that may not be read",
            Refused("can't be listed (Permission denied)"),
            partial(_as_nobody, "cat", "x"),
        ),
    ]


def _strays() -> list[Input]:
    image = encoded(drawn(0))
    return [
        folder(TREES, "classes v1.0 and v1.1", Taken({"v1.0": 0, "v1.1": 1}), tree({"v1.0": 0, "v1.1": 1})),
        folder(
            TREES,
            "an empty class",
            Taken(CAT_DOG, (6, 6), "cow without images"),
            tree() | {"cow/notes.txt": ""},
        ),
        folder(
            TREES,
            "a stray folder of notes",
            Taken(CAT_DOG, (6, 6), "docs without images"),
            tree() | {"docs/a.md": ""},
        ),
        folder(
            TREES,
            "a class of .heic",
            Refused("the class cow in /data/x has 2 images"),
            tree() | {"cow/1.heic": "", "cow/2.heic": ""},
        ),
        folder(
            TREES,
            "some images are .heic",
            Taken(CAT_DOG, (6, 6), "1 of the format .heic"),
            tree() | {"cat/x.heic": ""},
        ),
        folder(TREES, "hidden images", Taken(CAT_DOG, (6, 6), "1 hidden"), tree() | {"cat/.x.png": image}),
        folder(
            TREES, "a hidden folder", Taken(CAT_DOG, (6, 6), "1 hidden"), tree() | {".cache/x.png": image}
        ),
        folder(
            TREES,
            "system's litter",
            Taken(),
            tree() | {"cat/Thumbs.db": "x", "cat/.DS_Store": "x", "desktop.ini": "x"},
        ),
        folder(
            TREES,
            "an image beside the classes",
            Refused("overview.png in /data/x has no class"),
            tree() | {"overview.png": image},
        ),
        folder(
            TREES,
            "images in folders below a class",
            Refused("expected CLASS/IMAGE"),
            tree() | {"cat/more/1.png": image},
        ),
        folder(
            TREES, "images without folders", Refused("has no class"), {f"{i}.png": image for i in range(12)}
        ),
        folder(TREES, "no files", Refused("holds no images"), {}),
        folder(TREES, "text files only", Refused("holds no images"), {"a/1.txt": "x"}),
        data(
            TREES, "a path that isn't there", Refused("does not exist"), lambda at: at / "gone", kind="folder"
        ),
        data(
            TREES,
            "a file for a folder",
            Refused("set dataset.kind: npz"),
            lambda at: npz(at, **arrays()),
            kind="folder",
        ),
        data(
            TREES,
            "a folder for a zip",
            Refused("set dataset.kind: folder"),
            lambda at: write(at / "x", tree()),
            kind="zip",
        ),
    ]


def _pipe(at: Path) -> Path:
    made = write(at / "x", tree())
    os.mkfifo(made / "cat/x.png")
    return made


def _as_nobody(locked: str, path: str, at: Path) -> Taken:
    """Class folders with a file or folder that may not be read. Root reads all, and takes nobody's part."""
    write(at / "x", tree())
    (at / "x" / locked).chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(NOBODY)
        pack_dataset(DatasetConfig(kind=kind_of(str(at / path)), path=str(at / path)), seed=0)
    finally:
        os.seteuid(user)
        (at / "x" / locked).chmod(0o755)
    return Taken()
