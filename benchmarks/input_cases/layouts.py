"""Folders and zips: EDM's, trees with links and strays, splits, names."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from synthgap.data.trees import folder_tree

from .drawing import CAT_DOG, arrays, drawn, edm, encoded, npz, splits, tree, write, zipped
from .judging import Input, Refused, Taken, data

ZERO_ONE = {"0": 0, "1": 1}
NOBODY = 65534


def inputs() -> list[Input]:
    return _edm() + _trees() + _layouts() + _splits() + _names()


def folder(
    kind: str, name: str, expected: Taken | Refused, files: Mapping[str, bytes | str], /, **config
) -> Input:
    return data(kind, name, expected, lambda at: write(at / "x", files), **config)


def archive(
    kind: str, name: str, expected: Taken | Refused, files: Mapping[str, bytes | str], /, **config
) -> Input:
    return data(kind, name, expected, lambda at: zipped(at / "x.zip", files), **config)


def _edm() -> list[Input]:
    kind = "EDM's folders and zips"
    return [
        folder(kind, "a folder", Taken(ZERO_ONE), edm()),
        archive(kind, "a zip", Taken(ZERO_ONE), edm()),
        folder(kind, "in a folder of its own", Taken(ZERO_ONE), edm(top="digits/")),
        archive(kind, "a zip of a folder", Taken(ZERO_ONE), edm(top="digits/")),
        archive(kind, "without labels", Refused("has no labels; classes are needed"), edm() | {"dataset.json": '{"labels": null}'}),
        archive(kind, "dataset.json is no JSON", Refused("is no JSON"), edm() | {"dataset.json": "{"}),
        archive(kind, "dataset.json with a byte order mark", Taken(ZERO_ONE), {k: "\ufeff" + v if isinstance(v, str) else v for k, v in edm().items()}),
        archive(kind, "an image is missing", Refused("which the zip lacks"), {k: v for k, v in edm().items() if "0007" not in k}),
        archive(kind, "an image more", Refused("has no label for 1 images"), edm() | {"00009/img.png": encoded(drawn(0))}),
        folder(kind, "no dataset.json, one counter", Refused("and there are no labels"), {f"00000/img{i:08d}.png": encoded(drawn(0, i)) for i in range(12)}),
        folder(kind, "no dataset.json, two counters", Refused("and there are no labels"), {f"{i // 1000:05d}/img{i:08d}.png": encoded(drawn(0, i % 30)) for i in (*range(6), *range(1000, 1006))}),
        folder(kind, "class folders 00000 and 00001", Taken({"00000": 0, "00001": 1}), tree({"00000": 0, "00001": 1})),
        folder(kind, "another tool's dataset.json beside classes", Taken(CAT_DOG, (6, 6), "dataset.json the first"), tree() | {"dataset.json": '{"name": "x"}'}),
    ]  # fmt: skip


def _linked(target: str, place: str) -> Callable[[Path], Path]:
    def build(at: Path) -> Path:
        made = write(at / "x", tree())
        write(at / "store", tree({"two": 2}))
        (made / place).symlink_to(target)
        return made

    return build


def _trees() -> list[Input]:
    kind = "trees"
    three = {"cat": 0, "dog": 1, "two": 2}
    image = encoded(drawn(0))
    return [
        data(kind, "a class is a link", Taken(three, (9, 9)), _linked("../store/two", "two")),
        data(kind, "a link to the folder above", Refused("a link back to a folder"), _linked("..", "cat/up")),
        data(kind, "a link that leads nowhere", Refused("leads nowhere"), _linked("gone", "two")),
        data(kind, "an image that links to itself", Refused("leads nowhere"), _linked("x.png", "cat/x.png")),
        data(kind, "an image is a link", Taken(CAT_DOG, (7, 6), "1 of 6 test images"), _linked("0.png", "cat/x.png")),
        data(kind, "a pipe", Refused("it is no regular file"), _pipe),
        Input(kind, "a folder that may not be read", Refused("can't be listed (Permission denied)"), _unreadable),
        folder(kind, "classes v1.0 and v1.1", Taken({"v1.0": 0, "v1.1": 1}), tree({"v1.0": 0, "v1.1": 1})),
        folder(kind, "an empty class", Taken(CAT_DOG, (6, 6), "cow without images"), tree() | {"cow/notes.txt": ""}),
        folder(kind, "a stray folder of notes", Taken(CAT_DOG, (6, 6), "docs without images"), tree() | {"docs/a.md": ""}),
        folder(kind, "a class of .heic", Refused("the class cow in /data/x has 2 images"), tree() | {"cow/1.heic": "", "cow/2.heic": ""}),
        folder(kind, "some images are .heic", Taken(CAT_DOG, (6, 6), "1 of the format .heic"), tree() | {"cat/x.heic": ""}),
        folder(kind, "hidden images", Taken(CAT_DOG, (6, 6), "1 hidden"), tree() | {"cat/.x.png": image}),
        folder(kind, "a hidden folder", Taken(CAT_DOG, (6, 6), "1 hidden"), tree() | {".cache/x.png": image}),
        folder(kind, "system's litter", Taken(), tree() | {"cat/Thumbs.db": "x", "cat/.DS_Store": "x", "desktop.ini": "x"}),
        folder(kind, "an image beside the classes", Refused("overview.png in /data/x has no class"), tree() | {"overview.png": image}),
        folder(kind, "images in folders below a class", Refused("expected CLASS/IMAGE"), tree() | {"cat/more/1.png": image}),
        folder(kind, "images without folders", Refused("has no class"), {f"{i}.png": image for i in range(12)}),
        folder(kind, "no files", Refused("holds no images"), {}),
        folder(kind, "text files only", Refused("holds no images"), {"a/1.txt": "x"}),
        data(kind, "a path that isn't there", Refused("does not exist"), lambda at: at / "gone", kind="folder"),
        data(kind, "a file for a folder", Refused("set dataset.kind: npz"), lambda at: npz(at, **arrays()), kind="folder"),
        data(kind, "a folder for a zip", Refused("set dataset.kind: folder"), lambda at: write(at / "x", tree()), kind="zip"),
    ]  # fmt: skip


def _pipe(at: Path) -> Path:
    made = write(at / "x", tree())
    os.mkfifo(made / "cat/x.png")
    return made


def _unreadable(at: Path) -> Taken:
    """Root may read everything, and takes nobody's part."""
    made = write(at / "x", tree())
    (made / "cat").chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(NOBODY)
        folder_tree(made)
    finally:
        os.seteuid(user)
        (made / "cat").chmod(0o755)
    return Taken()


def _layouts() -> list[Input]:
    kind = "layouts"
    names = [("train", "test"), ("train", "val"), ("training", "validation"), ("train", "valid"), ("Train", "Test"), ("TRAIN", "TEST")]  # fmt: skip
    found = [folder(kind, " and ".join(pair), Taken(), splits(*pair)) for pair in names]
    more = splits() | tree(top="val/", count=3, start=9)
    mac = {f"__MACOSX/photos/{name}": b"\0\5\x16\7" for name in ("cat/._0.png", "dog/._0.png")}
    return [
        *found,
        folder(kind, "train, test and val", Taken(CAT_DOG, (6, 6), "6 in val, beside train"), more),
        folder(kind, "train alone", Refused("but no test or val"), tree(top="train/")),
        folder(kind, "test alone", Refused("but no train"), tree(top="test/")),
        folder(kind, "train and Train", Refused("all for train"), splits() | tree(top="Train/", start=9)),
        folder(kind, "val and valid", Refused("all for val"), splits("train", "val") | tree(top="valid/")),
        folder(kind, "one folder deep", Taken(), tree(top="photos/")),
        folder(kind, "splits, one folder deep", Taken(), splits(top="photos/")),
        archive(kind, "a zip", Taken(), splits()),
        archive(kind, "macOS' zip", Taken(), tree(top="photos/") | mac | {"photos/.DS_Store": b"Bud1"}),
        archive(kind, "Windows' zip, with \\", Taken(), {k.replace("/", "\\"): v for k, v in tree().items()}),
        folder(kind, "tiny-imagenet", Taken({"n01": 0, "n02": 1}, (6, 6), "1 in test, which has no labels"), _tiny()),
        folder(kind, "tiny-imagenet with a line too few", Refused("has no class"), _tiny(5)),
        folder(kind, "tiny-imagenet with a line too many", Refused("lacks val/images/v6.png"), _tiny(7)),
    ]  # fmt: skip


def _tiny(lines: int = 6) -> dict[str, bytes | str]:
    files: dict[str, bytes | str] = {
        f"train/n0{c + 1}/images/{i}.png": encoded(drawn(c, i)) for c in (0, 1) for i in range(3)
    }
    files |= {f"val/images/v{i}.png": encoded(drawn(i % 2, 9 + i)) for i in range(6)}
    files["test/images/0.png"] = encoded(drawn(0))
    annotations = "".join(f"v{i}.png\tn0{1 + i % 2}\t0\t0\t8\t8\n" for i in range(lines))
    return files | {"val/val_annotations.txt": annotations}


def _splits() -> list[Input]:
    kind = "splits"
    same = {f"{s}/{c}/{i}.png": encoded(drawn(n, i)) for s in ("train", "test") for c, n in CAT_DOG.items() for i in range(3)}  # fmt: skip
    return [
        folder(kind, "a class in train alone", Refused("train has 3 of cow, test none"), splits() | tree({"cow": 2}, 3, "train/")),
        folder(kind, "a class in test alone", Refused("test has 3 of cow, train none"), splits() | tree({"cow": 2}, 3, "test/")),
        folder(kind, "cat in train, Cat in test", Refused("names differ by case from"), tree(top="train/") | tree({"Cat": 0, "dog": 1}, top="test/")),
        folder(kind, "the same images in train and test", Taken(CAT_DOG, (6, 6), "6 of 6 test images are in the training split too (100.0%)"), same),
        folder(kind, "the same, dropped", Refused("dataset.duplicates: drop leaves 0 of cat, 0 of dog"), same, duplicates="drop"),
        folder(kind, "max_images below the classes", Refused("change dataset.test_fraction or dataset.max_images"), tree(), max_images=1),
        folder(kind, "max_images beyond what is there", Taken(), tree(), max_images=100),
        folder(kind, "test_fraction leaves nothing to train", Refused("the train split has 0 images"), tree(), test_fraction=0.99),
        folder(kind, "test_fraction leaves nothing to test", Refused("the test split has 0 images"), tree(), test_fraction=0.01),
        folder(kind, "two images of a class in test", Refused("2 of cat"), {k: v for k, v in splits().items() if k != "test/cat/3.png"}),
        folder(kind, "one class", Refused("a classifier needs two or more"), tree({"cat": 0})),
    ]  # fmt: skip


def splits_named(train: str, test: str) -> dict[str, bytes]:
    """A class that has another name in test."""
    return tree({train: 0, "dog": 1}, 3, "train/") | tree({test: 0, "dog": 1}, 3, "test/", 3)


def _names() -> list[Input]:
    kind = "names"
    odd = ["$_$", "$", "under_50", "under $50", "猫", "<script>", "a class", "-rf", "x" * 200, "%s{0}", "a|b", "a\u0301"]  # fmt: skip
    found = [
        folder(kind, f"a class {name[:30]}", Taken(dict(sorted({name: 0, "zebra~": 1}.items()))), tree({name: 0, "zebra~": 1}))
        for name in odd
    ]  # fmt: skip
    two = ["猫", "犬"]
    return [
        *found,
        folder(
            kind, "classes 犬 and 猫", Taken({"犬": 1, "猫": 0}), tree(dict(zip(two, (0, 1), strict=True)))
        ),
        folder(
            kind,
            "ä in train, a and ¨ in test",
            Refused("how letters are coded"),
            splits_named("\u00e4", "a\u0308"),
        ),
        folder(
            kind, "a class with a newline", Refused("letters that can't be shown"), tree({"a\nb": 0, "c": 1})
        ),
        folder(
            kind,
            "a class with an escape",
            Refused("letters that can't be shown"),
            tree({"\x1b[2J": 0, "c": 1}),
        ),
        folder(kind, "classes that differ by case", Taken({"Cat": 0, "cat": 1}), tree({"Cat": 0, "cat": 1})),
        folder(
            kind,
            "a class called test beside cat",
            Refused("but no train"),
            tree({"cat": 0}) | tree({"a": 1}, top="test/"),
        ),
    ]
