"""Images that say their own class, and files of them."""

import io
import json
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

CAT_DOG = {"cat": 0, "dog": 1}
TWELVE = {str(i): i for i in range(12)}


def drawn(label: int, number: int = 0, size: int = 8) -> np.ndarray:
    """uint8 [size, size]: the left half has the class's grey, 20 * label + 10, the right one the number's."""
    image = np.full((size, size), 20 * label + 10, np.uint8)
    image[:, size // 2 :] = 7 * number
    return image


def drawn_labels(images: np.ndarray) -> np.ndarray:
    """The classes that images uint8 [N, H, W, C] were drawn with, int64 [N]."""
    left = images[:, :, : images.shape[2] // 2].reshape(len(images), -1).mean(axis=1)
    return np.round((left - 10) / 20).astype(np.int64)


def encoded(image: np.ndarray | Image.Image, kind: str = "png", **options) -> bytes:
    file = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(file, kind, **options)
    return file.getvalue()


def tree(
    classes: Mapping[str, int] = CAT_DOG, count: int = 6, top: str = "", start: int = 0, suffix: str = "png"
) -> dict[str, bytes]:
    """Files of a folder per class, by name."""
    kind = {"jpg": "jpeg", "JPG": "jpeg"}.get(suffix, suffix)
    return {
        f"{top}{name}/{i}.{suffix}": encoded(drawn(label, i), kind)
        for name, label in classes.items()
        for i in range(start, start + count)
    }


def splits(train: str = "train", test: str = "test", top: str = "", **settings) -> dict[str, bytes]:
    first = tree(top=f"{top}{train}/", count=3, **settings)
    return first | tree(top=f"{top}{test}/", count=3, start=3, **settings)


def write(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zipped(path: Path, files: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def locked(path: Path, files: Mapping[str, bytes | str]) -> Path:
    """A zip with a password."""
    write(path.parent / "unlocked", files)
    command = ["zip", "-q", "-r", "-P", "secret", str(path.resolve()), "."]
    subprocess.run(command, cwd=path.parent / "unlocked", check=True)
    return path


def edm(labels: object = None, count: int = 12, top: str = "", **more: object) -> dict[str, bytes | str]:
    """What dataset_tool.py writes. labels: what dataset.json says; None: the right ones, of two classes."""
    names = [f"{i // 4:05d}/img{i:08d}.png" for i in range(count)]
    if labels is None:
        labels = [[name, i % 2] for i, name in enumerate(names)]
    files = {f"{top}{name}": encoded(drawn(i % 2, i)) for i, name in enumerate(names)}
    return files | {f"{top}dataset.json": json.dumps({"labels": labels} | more)}


def edm_labels(*labels: object) -> list[list[object]]:
    """Of the images of `edm`, in turn."""
    return [[f"{i // 4:05d}/img{i:08d}.png", label] for i, label in enumerate(labels)]


def arrays(classes: int = 2, count: int = 12, first: int = 0) -> dict[str, np.ndarray]:
    """images uint8 [N, 8, 8] and labels [N], by name; `first` is the label of the first class."""
    labels = np.arange(count) % classes
    return {
        "images": np.stack([drawn(label, i // classes) for i, label in enumerate(labels)]),
        "labels": labels + first,
    }


def npz(folder: Path, **content: object) -> Path:
    np.savez(folder / "set.npz", **content)  # type: ignore[arg-type]
    return folder / "set.npz"


def cut(path: Path) -> Path:
    """A file without its last 100 bytes."""
    path.write_bytes(path.read_bytes()[:-100])
    return path
