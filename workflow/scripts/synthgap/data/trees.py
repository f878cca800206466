"""What lies in a folder or a zip: every file is accounted for."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..plan.tables import PLUGINS, plugin
from ..run.errors import InputError, counted, in_a_line, printable, shown_path
from .classes import listed
from .labelled import LeftOut
from .readers.archives import DEEPEST, Archive
from .readers.budgets import read_bounded
from .readers.image_files import OTHER_SUFFIXES, SUFFIXES, ImageFile, logger

# What systems and programs leave behind; none of it is an image, whatever it is called.
LITTER = re.compile(r"\._.*|\.DS_Store|__MACOSX|Thumbs\.db|desktop\.ini|\.git", re.IGNORECASE)

PACKED = {".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"}
SPLITS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
SPLITS |= {"val": "val", "valid": "val", "validation": "val"}


@dataclass(frozen=True)
class Tree:
    """path: of the folder or zip. files: by name, hidden ones left out, so that the order is the packed one.
    folders: names of those that there are, empty ones too. left_out: images that are not among the files.
    """

    path: Path
    files: list[ImageFile]
    folders: list[str]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def images(self) -> list[ImageFile]:
        return [file for file in self.files if file.suffix in SUFFIXES]

    def find(self, name: str) -> ImageFile | None:
        return next((file for file in self.files if file.name == name), None)

    def without(self, leave: Callable[[str], bool], why: str) -> "Tree":
        """Without the files whose names `leave` knows; how many of them are images is told."""
        kept = [file for file in self.files if not leave(file.name)]
        lost = [file for file in self.files if leave(file.name) and is_image(file)]
        more = (LeftOut(len(lost), why),) if lost else ()
        return replace(self, files=kept, left_out=self.left_out + more)

    def inner(self) -> "Tree":
        """A tree often has a single folder that holds everything: what lies in that."""
        tops = {file.name.split("/")[0] for file in self.files}
        nested = all(file.name.count("/") > 1 for file in self.images)
        if len(tops) != 1 or not (nested or self.find(f"{min(tops)}/dataset.json")):
            return self
        top = f"{min(tops)}/"
        if is_split(min(tops)):
            return self
        files = [ImageFile(file.name.removeprefix(top), file.read) for file in self.files]
        folders = [name.removeprefix(top) for name in self.folders if name.startswith(top)]
        return replace(self, files=files, folders=folders)

    def checked(self) -> "Tree":
        """Without files that are no images, which is told. Raises InputError where there are no images."""
        images = self.images
        if not images:
            found = Counter(file.suffix for file in self.files)
            most = f", most of them {found.most_common(1)[0][0] or 'without suffix'}" if found else ""
            raise InputError(
                f"dataset.path: {shown_path(self.path)} holds no images ({listed(SUFFIXES, 40)}) "
                f"among {counted(len(self.files), 'file')}{in_a_line(most, 60)}{_other_kind(found)}"
            )
        others = [file.name for file in self.files if not is_image(file)]
        if others:
            logger.warning("files that are no images are left out: %d, %s the first", len(others), others[0])
        lossy = [file.name for file in images if SUFFIXES[file.suffix] == "JPEG"]
        if lossy:
            logger.warning(
                "JPEG images: %d, %s the first; the compression leaves traces that a detector may learn",
                len(lossy), lossy[0],
            )  # fmt: skip
        unread = [file for file in self.files if file.suffix in OTHER_SUFFIXES]
        told = tuple(
            LeftOut(count, f"of the format {suffix}, which isn't read")
            for suffix, count in sorted(Counter(file.suffix for file in unread).items())
        )
        return replace(self, files=images, left_out=self.left_out + told)


def _other_kind(suffixes: Iterable[str]) -> str:
    """What to do with files of other kinds of data sets, or packed ones."""
    found = set(suffixes)
    for name in PLUGINS["data"]:
        if plugin("data", name).DECLARATION.files in found:
            return f"; set dataset.kind: {name} for these"
    return "; unpack what is packed" if found & PACKED else ""


def is_split(name: str) -> bool:
    return name.lower() in SPLITS


def is_image(file: ImageFile) -> bool:
    """Whether it is an image, of a format that is read or not."""
    return file.suffix in SUFFIXES or file.suffix in OTHER_SUFFIXES


def folder_tree(path: Path) -> Tree:
    """Everything below a folder, linked folders too.

    Raises InputError for a link that leads nowhere or back, a folder that can't be listed, and an image that
    is no regular file.
    """
    files: list[ImageFile] = []
    folders: list[str] = []
    waiting: list[tuple[str, frozenset[tuple[int, int]]]] = [("", frozenset())]
    while waiting:
        name, above = waiting.pop()
        for entry, inner in _listed(path, name, above):
            if inner is None:
                files.append(ImageFile(entry, partial(read_bounded, path / entry)))
            else:
                folders.append(entry)
                waiting.append((entry, inner))
    files.sort(key=lambda file: file.name.split("/"))
    return _visible(Tree(path, files, sorted(folders)))


def _listed(
    path: Path, name: str, above: frozenset[tuple[int, int]]
) -> Iterable[tuple[str, frozenset[tuple[int, int]] | None]]:
    """The entries of a folder: their names, and for folders those that they lie in, by device and inode."""
    try:
        state = os.stat(path / name)
        own = above | {(state.st_dev, state.st_ino)}
        found = sorted(os.scandir(path / name), key=lambda entry: entry.name)
    except OSError as error:
        raise _refusal(path, name or ".", f"a folder that can't be listed ({error.strerror})") from error
    if len(above) > DEEPEST:
        raise _refusal(path, name, f"{len(above)} folders deep; point dataset.path at the images")
    for entry in found:
        full = f"{name}/{entry.name}" if name else entry.name
        if LITTER.fullmatch(entry.name):
            continue
        try:
            state = entry.stat()
        except OSError as error:
            problem = "a link that leads nowhere" if entry.is_symlink() else f"unreadable ({error.strerror})"
            raise _refusal(path, full, f"{problem}; mend it, or take it away") from error
        if not entry.is_dir():
            yield full, None
        elif (state.st_dev, state.st_ino) in own:
            raise _refusal(path, full, "a link back to a folder that it lies in; take it away")
        else:
            yield full, own


def _refusal(path: Path, name: str, problem: str) -> InputError:
    return InputError(f"dataset.path: {printable(name, 80)} in {shown_path(path)} is {problem}")


def zip_tree(path: Path) -> Tree:
    """Everything in a zip. Raises InputError for hostile ones, see Archive."""
    archive = Archive(path)
    files = [
        ImageFile(entry.filename, partial(archive.read, entry))
        for entry in archive.entries
        if not any(map(LITTER.fullmatch, entry.filename.split("/")))
    ]
    parents = {file.name.rsplit("/", i)[0] for file in files for i in range(1, file.name.count("/") + 1)}
    return _visible(Tree(path, files, sorted(parents | set(archive.folders))))


def _visible(tree: Tree) -> Tree:
    """Without hidden files and what hidden folders hold."""
    folders = [name for name in tree.folders if not _is_hidden(name)]
    return replace(tree, folders=folders).without(_is_hidden, "hidden, with a name that begins with a dot")


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or LITTER.fullmatch(part) for part in name.split("/"))
