"""What a job's result depends on in the code: its script, what that imports, and the plug-ins it names."""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .tables import PLUGINS

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# No result depends on these: logs, messages and downloads, and what is only told about plug-ins.
NEUTRAL = ("synthgap/run/", "synthgap/plan/tables.py", "synthgap/plan/declarations.py")
# But on these: what files hold, and how exact a device is.
DECISIVE = ("synthgap/run/digests.py", "synthgap/run/devices.py")


@cache
def code_hash(script: Path, plugins: tuple[tuple[str, str], ...] = ()) -> str:
    """A hash of a script, of every module beside it that it imports, directly or not, and of plug-ins.

    plugins: (family, name) of those that the job's settings name. Of what the code does, not of its text:
    comments, docstrings, layout, error messages, declarations and what is said of options are left out.
    """
    root = script.resolve().parent
    files = [script.resolve()]
    for family, name in plugins:
        files.append(root.joinpath("synthgap", *PLUGINS[family][name].split(".")).with_suffix(".py"))
    return _hash(files, root)


def reference_hash(reference: str, base: Path) -> str:
    """The same for a user's `module:function` below the folder `base`; "" for an installed module."""
    place = base.joinpath(*reference.split(":")[0].split("."))
    files = [path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()]
    return _hash([path.resolve() for path in files], base.resolve()) if files else ""


def _hash(starts: list[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(_closure(starts, root)):
        name = path.relative_to(root).as_posix()
        if name in DECISIVE or not name.startswith(NEUTRAL):
            digest.update(f"{name}\n{_read(path).text}\n".encode())
    return digest.hexdigest()[:16]


def _closure(starts: list[Path], root: Path) -> set[Path]:
    """The files that running `starts` reads, of those under root."""
    found, waiting = set(), list(starts)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported_files(path, root)
    return found


@dataclass(frozen=True)
class _Code:
    """What a file does, as text, and the import statements in it."""

    text: str
    imports: tuple[ast.Import | ast.ImportFrom, ...]


@cache
def _read(path: Path) -> _Code:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    imports = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append(node)
        elif isinstance(node, DOCUMENTED) and node.body and _is_docstring(node.body[0]):
            node.body = node.body[1:] or [ast.Pass()]
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            node.exc.args, node.exc.keywords = [], []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "option":
            node.args, node.keywords = node.args[1:], []  # what is said of a key, and its limits
    tree.body = [node for node in tree.body if not _is_declaration(node)]
    return _Code(ast.unparse(tree), tuple(imports))


def _is_declaration(node: ast.stmt) -> bool:
    """Whether this is what a plug-in's module says about itself."""
    if not isinstance(node, ast.Assign):
        return False
    target = node.targets[0]
    return isinstance(target, ast.Name) and target.id == "DECLARATION"


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@cache
def _imported_files(path: Path, root: Path) -> list[Path]:
    files = []
    for name in _imported_names(path, root):
        # a.b.c runs a/__init__.py and a/b/__init__.py, and c is a module of a/b or a name in it.
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            place = root.joinpath(*parts[:depth])
            files += [f for f in (place / "__init__.py", place.with_suffix(".py")) if f.is_file()]
    return files


def _imported_names(path: Path, root: Path) -> Iterator[str]:
    """Dotted names that a file imports, relative ones resolved from root."""
    package = path.parent.relative_to(root).parts
    for node in _read(path).imports:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)
