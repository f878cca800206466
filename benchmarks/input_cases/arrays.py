"""Arrays of numpy."""

from pathlib import Path

import numpy as np

from .drawing import arrays, cut, npz, tree, write
from .judging import Input, Refused, Taken, data

ZERO_ONE = {"0": 0, "1": 1}
UINT8 = "expected uint8"


def inputs() -> list[Input]:
    kind, made = "arrays", arrays()
    images, labels = made["images"], made["labels"]
    two = {
        f"{split}_{name}": array for split in ("train", "test") for name, array in _halves()[split].items()
    }
    keras = {
        f"{axis}_{split}": half[name]
        for split, half in _halves().items()
        for axis, name in (("x", "images"), ("y", "labels"))
    }
    medmnist = {name: array[:, None] if "labels" in name else array for name, array in two.items()}
    val = {"val_images": images[:4], "val_labels": labels[:4, None]}

    def one(name: str, expected: Taken | Refused, **content) -> Input:
        return data(kind, name, expected, lambda at: npz(at, **content))

    names = np.array(["cat", "dog"], object)
    return [
        one("images, labels", Taken(ZERO_ONE), **made),
        one("arr_0, arr_1 (guided-diffusion)", Taken(ZERO_ONE), arr_0=images, arr_1=labels),
        one("image, label", Taken(ZERO_ONE), image=images, label=labels),
        one("MedMNIST", Taken(ZERO_ONE, (6, 6), "4 in val_images"), **medmnist, **val),
        one("Keras' x_train, y_train", Taken(ZERO_ONE), **keras),
        one("an unused array", Taken(ZERO_ONE, (6, 6), "arrays not used: ids"), **made, ids=np.arange(12)),
        one(
            "names as an object array", Taken(ZERO_ONE, (6, 6), "arrays not used: names"), **made, names=names
        ),
        one("no labels", Refused("has no array 'labels'"), images=images),
        one("other names", Refused("holds X, y; expected images and labels"), X=images, y=labels),
        one("images under two names", Refused("leave one of them"), **made, image=images),
        one("float images in 0 to 1", Refused("save them as uint8"), images=images / 255, labels=labels),
        one("float images in 0 to 255", Refused(UINT8), images=images.astype(np.float32), labels=labels),
        one("images of NaN", Refused(UINT8), images=np.full((12, 8, 8), np.nan), labels=labels),
        one("uint16 images", Refused(UINT8), images=images.astype(np.uint16), labels=labels),
        one("int64 images", Refused(UINT8), images=images.astype(int), labels=labels),
        one("bool images", Refused(UINT8), images=images > 99, labels=labels),
        one(
            "NCHW",
            Refused("move the channels to the end"),
            images=np.repeat(images[:, None], 3, 1),
            labels=labels,
        ),
        one(
            "NCHW of one channel",
            Refused("move the channels to the end"),
            images=images[:, None],
            labels=labels,
        ),
        one("four channels", Refused(UINT8), images=np.repeat(images[..., None], 4, 3), labels=labels),
        one("flat images [N, 64]", Refused(UINT8), images=images.reshape(12, 64), labels=labels),
        one(
            "images that aren't squares",
            Refused("set dataset.resolution"),
            images=images[:, :, :6],
            labels=labels,
        ),
        one("no images", Refused(UINT8), images=images[:0], labels=labels[:0]),
        one("one class", Refused("two or more"), images=images, labels=labels * 0),
        one("one image", Refused("two or more"), images=images[:1], labels=labels[:1]),
        one(
            "an object array of images",
            Refused("objects of Python"),
            images=np.array([*images, None], object),
            labels=labels,
        ),
        one("Fortran's order", Taken(ZERO_ONE), images=np.asfortranarray(images), labels=labels),
        one("big-endian labels", Taken(ZERO_ONE), images=images, labels=labels.astype(">i4")),
        one(
            "labels as an object array",
            Refused("objects of Python"),
            images=images,
            labels=np.array(["cat", "dog"] * 6, object),
        ),
        data(
            kind,
            "a folder called set.npz",
            Refused("set dataset.kind: folder"),
            lambda at: write(at / "set.npz", tree()),
        ),
        data(kind, "packed", Taken(ZERO_ONE), lambda at: _compressed(at, made)),
        data(kind, "a .npy called .npz", Refused("is no readable npz"), lambda at: _npy(at, images)),
        data(kind, "cut short", Refused("is no readable npz"), lambda at: cut(npz(at, **made))),
    ]


def _halves() -> dict[str, dict[str, np.ndarray]]:
    made = arrays()
    return {
        split: {name: array[part] for name, array in made.items()}
        for split, part in (("train", slice(6)), ("test", slice(6, 12)))
    }


def _compressed(at: Path, content: dict[str, np.ndarray]) -> Path:
    np.savez_compressed(at / "set.npz", **content)  # type: ignore[arg-type]
    return at / "set.npz"


def _npy(at: Path, images: np.ndarray) -> Path:
    with (at / "set.npz").open("wb") as file:
        np.save(file, images)
    return at / "set.npz"
