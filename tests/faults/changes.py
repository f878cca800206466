"""Files of a finished run, changed on disk and read as jobs read them."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from synthgap.data.arrays import ArrayReader
from synthgap.data.images import load_info
from synthgap.data.tables import load_table
from synthgap.models.weights import load_weights
from synthgap.run.errors import InputError


def read_arrays(path: Path) -> Any:
    reader = ArrayReader(path)
    return {name: reader.read(name).tobytes() for name in reader.names()}


def read_weights(path: Path) -> Any:
    tensors, description = load_weights(path)
    return description, {name: tensor.numpy().tobytes() for name, tensor in sorted(tensors.items())}


def read_table(path: Path) -> Any:
    return load_table(path).to_csv()


# What jobs read from results/: where it lies, and how it is read.
CLASSES: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "packed images": ("data/*.safetensors", read_arrays),
    "description of the data set": ("data/dataset.json", load_info),
    "list of sets": ("sets.csv", read_table),
    "models": ("models/*.safetensors", read_weights),
    "images of sets": ("sets/*/*/*/*.safetensors", read_arrays),
    "classifiers": ("classifiers/*/rep?.safetensors", read_weights),
    "histories": ("classifiers/*/rep?.csv", read_table),
    "accuracies": ("classifiers/*/rep*-scores.csv", read_table),
    "measurements": ("metrics/*/rep*/*-of-*.safetensors", read_arrays),
    "scores of sets": ("metrics/*/rep*/scores.csv", read_table),
    "baseline": ("metrics/baseline.csv", read_table),
    "detection": ("metrics/detection/**/*.csv", read_table),
    "attention": ("metrics/gradcam/*.safetensors", read_arrays),
    "scores of stages": ("scores/*.csv", read_table),
    "values per image": ("**/*images.safetensors", read_arrays),
}


def changed(content: bytes, generator: random.Random) -> bytes:
    """A bit flipped, the end cut off, a piece overwritten with zeros, or both halves swapped."""
    kind, place = generator.randrange(4), generator.randrange(len(content))
    if kind == 0:
        return content[:place] + bytes([content[place] ^ 1 << generator.randrange(8)]) + content[place + 1 :]
    if kind == 1:
        return content[:place]
    if kind == 2:
        size = generator.randint(1, 512)
        return content[:place] + bytes(len(content[place : place + size])) + content[place + size :]
    return content[place:] + content[:place]


def outcome(path: Path, content: bytes, read: Callable[[Path], Any], right: Any) -> str:
    """What becomes of a changed file: `refused` by its name and with what to do, `the same`, or worse."""
    path.write_bytes(content)
    try:
        return "the same" if read(path) == right else "read as another"
    except InputError as error:
        said = str(error)
        told = said.startswith(str(path)[-40:]) or str(path)[-40:] in said
        return "refused" if told and "delete it and run again" in said else "refused unclearly"
    except Exception as error:
        return f"crashed ({type(error).__name__})"


def change_files(results: Path, scratch: Path, generator: random.Random, each: int) -> dict[str, Counter]:
    """Change files of every class `each` times. Returns how often what became of them."""
    counts: dict[str, Counter] = {}
    for name, (pattern, read) in CLASSES.items():
        files = sorted(results.glob(pattern))
        assert files, f"no {name}"
        counts[name] = Counter()
        for _ in range(each):
            source = generator.choice(files)
            content = source.read_bytes()
            path = scratch / source.name
            path.write_bytes(content)
            right = read(path)
            damaged = changed(content, generator)
            counts[name][outcome(path, damaged, read, right)] += damaged != content
    return counts
