"""Reads files in a process of its own that counts what they get it to do.

Reads lines `KIND PATH` and answers each with a line of JSON: an Outcome.
"""

import hashlib
import json
import os
import resource
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch
from project import GOLDEN
from synthgap.data.cifar import CIFAR10, read_cifar
from synthgap.data.images import load_images
from synthgap.data.packing import DatasetConfig, pack_dataset
from synthgap.data.sources import kind_of
from synthgap.models.loading import load_network
from synthgap.run.errors import InputError

from . import genuine_data

MEMORY = 2 << 30
LONGEST = 300
# Names of audit events, or their beginnings, that no reader may cause.
EXECUTION = (
    "os.", "subprocess.", "pty.", "exec", "compile", "ctypes.", "socket.", "shutil.", "urllib.", "code.",
    "pickle.", "cpython.run", "builtins.input", "marshal.", "signal.", "tempfile.", "syslog.", "webbrowser.",
)  # fmt: skip
HARMLESS = ("os.scandir", "os.listdir")


class Outcome(NamedTuple):
    """verdict: read, refused, or what went wrong. executed: audit events; message: what was said."""

    verdict: str
    message: str
    executed: list[str]
    fingerprint: str


class Witness:
    """An audit hook: the interpreter tells it of every call that reaches outside."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.watching = False
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple) -> None:
        if not self.watching:
            return
        if event == "open":
            flags = arguments[2] if isinstance(arguments[2], int) else 0
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self.events.append("open for writing")
        elif event.startswith(EXECUTION) and event not in HARMLESS:
            self.events.append(event)


def main() -> None:
    torch.set_num_threads(1)
    for name in ("edm_ddpmpp", "stylegan2ada", "stylegan3r"):
        load_network(GOLDEN / f"{name}.pkl")  # what is imported late is imported now
    with TemporaryDirectory() as folder:
        for base in genuine_data.write_all(Path(folder)):
            read(base.kind, base.target)
    limit_memory()
    warnings.simplefilter("error")
    witness = Witness()
    print("ready", flush=True)
    for line in sys.stdin:
        kind, path = line.rstrip("\n").split(" ", 1)
        print(json.dumps(outcome(witness, kind, Path(path))._asdict()), flush=True)


def limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def outcome(witness: Witness, kind: str, path: Path) -> Outcome:
    witness.events, verdict, message, found = [], "read", "", ""
    witness.watching = True
    try:
        found = read(kind, path)
    except InputError as error:
        message = str(error)
        verdict = "beyond memory" if out_of_memory(error) else judged(message, path)
    except BaseException as error:  # this is what is looked for
        message = f"{type(error).__name__}: {str(error)[:200]}"
        verdict = "beyond memory" if out_of_memory(error) else "traceback"
    finally:
        witness.watching = False
    return Outcome(verdict, message, witness.events, found)


def read(kind: str, path: Path) -> str:
    """The fingerprint of what is in the file."""
    digest = hashlib.sha256()
    if kind == "cifar":
        source = read_cifar(path.parent, CIFAR10)
        for part in (source.train, source.test):
            digest.update(part.images.tobytes() + part.labels.tobytes())
        digest.update(repr(source.class_names).encode())
    elif kind in ("data", "idx"):
        kind = "fashion_mnist" if kind == "idx" else kind_of(str(path))
        train, test, info = pack_dataset(DatasetConfig(kind=kind, path=str(path), resolution=8), 0)
        for split in (train, test):
            digest.update(split.images.tobytes() + split.labels.tobytes())
        digest.update(repr(info).encode())
    elif kind == "images":
        digest.update(b"".join(part.tobytes() for part in vars(load_images(path)).values()))
    else:
        network = load_network(path)
        digest.update(repr((network.config, network.resolution, network.channels)).encode())
        for name, tensor in network.state_dict().items():
            digest.update(name.encode() + tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def out_of_memory(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, MemoryError) or "allocate" in str(error)[:500]:
            return True
        error = error.__cause__ or error.__context__
    return False


def judged(message: str, path: Path) -> str:
    one_line = "\n" not in message and message.isprintable() and len(message) <= LONGEST
    named = path.name in message or path.parent.name in message
    return "refused" if one_line and named else "bad message"


if __name__ == "__main__":
    main()
