"""How folders and zips say splits and classes."""

from .drawing import CAT_DOG, drawn, encoded, splits, tree
from .judging import Input, Refused, Taken, archive, folder


def inputs() -> list[Input]:
    return _layouts() + _splits() + _names()


def _layouts() -> list[Input]:
    kind = "layouts"
    names = [
        ("train", "test"),
        ("train", "val"),
        ("training", "validation"),
        ("train", "valid"),
        ("Train", "Test"),
        ("TRAIN", "TEST"),
    ]
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
        folder(
            kind,
            "tiny-imagenet",
            Taken({"n01": 0, "n02": 1}, (6, 6), "1 in test, which has no labels"),
            _tiny(),
        ),
        folder(kind, "tiny-imagenet with a line too few", Refused("has no class"), _tiny(5)),
        folder(kind, "tiny-imagenet with a line too many", Refused("lacks val/images/v6.png"), _tiny(7)),
    ]


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
    same = {
        f"{s}/{c}/{i}.png": encoded(drawn(n, i))
        for s in ("train", "test")
        for c, n in CAT_DOG.items()
        for i in range(3)
    }
    return [
        folder(
            kind,
            "a class in train alone",
            Refused("train has 3 of cow, test none"),
            splits() | tree({"cow": 2}, 3, "train/"),
        ),
        folder(
            kind,
            "a class in test alone",
            Refused("test has 3 of cow, train none"),
            splits() | tree({"cow": 2}, 3, "test/"),
        ),
        folder(
            kind,
            "cat in train, Cat in test",
            Refused("names differ by case from"),
            tree(top="train/") | tree({"Cat": 0, "dog": 1}, top="test/"),
        ),
        folder(
            kind,
            "the same images in train and test",
            Taken(CAT_DOG, (6, 6), "6 of 6 test images are in the training split too (100.0%)"),
            same,
        ),
        folder(
            kind,
            "the same, dropped",
            Refused("dataset.duplicates: drop leaves 0 of cat, 0 of dog"),
            same,
            duplicates="drop",
        ),
        folder(
            kind,
            "max_images below the classes",
            Refused("change dataset.test_fraction or dataset.max_images"),
            tree(),
            max_images=1,
        ),
        folder(kind, "max_images beyond what is there", Taken(), tree(), max_images=100),
        folder(
            kind,
            "test_fraction leaves nothing to train",
            Refused("the train split has 0 images"),
            tree(),
            test_fraction=0.99,
        ),
        folder(
            kind,
            "test_fraction leaves nothing to test",
            Refused("the test split has 0 images"),
            tree(),
            test_fraction=0.01,
        ),
        folder(
            kind,
            "two images of a class in test",
            Refused("2 of cat"),
            {k: v for k, v in splits().items() if k != "test/cat/3.png"},
        ),
        folder(kind, "one class", Refused("a classifier needs two or more"), tree({"cat": 0})),
    ]


def splits_named(train: str, test: str) -> dict[str, bytes]:
    """A class that has another name in test."""
    return tree({train: 0, "dog": 1}, 3, "train/") | tree({test: 0, "dog": 1}, 3, "test/", 3)


def _names() -> list[Input]:
    kind = "names"
    odd = [
        "$_$",
        "$",
        "under_50",
        "under $50",
        "猫",
        "<script>",
        "a class",
        "-rf",
        "x" * 200,
        "%s{0}",
        "a|b",
        "a\u0301",
    ]
    found = [
        folder(
            kind,
            f"a class {name[:30]}",
            Taken(dict(sorted({name: 0, "zebra~": 1}.items()))),
            tree({name: 0, "zebra~": 1}),
        )
        for name in odd
    ]
    two = ["猫", "犬"]
    return [
        *found,
        folder(
            kind,
            "cat in train, cat and a space in test",
            Refused("differ invisibly"),
            splits_named("cat", "cat "),
        ),
        folder(
            kind, "classes 犬 and 猫", Taken({"犬": 1, "猫": 0}), tree(dict(zip(two, (0, 1), strict=True)))
        ),
        folder(
            kind,
            "ä in train, a and ¨ in test",
            Refused("differ invisibly"),
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
