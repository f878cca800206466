import shutil

import pytest
from project import SCRIPTS
from synthgap.plan.provenance import _closure, code_hash
from synthgap.plan.tables import PLUGINS


@pytest.fixture
def house(tmp_path):
    """A script that imports one module, which imports another; a third stands by."""
    files = {
        "script.py": '"""Doc."""\nfrom lib.a import f\n\nprint(f())\n',
        "lib/__init__.py": "",
        "lib/a.py": "from . import b, c\nfrom synthgap.run import said\n\n"
        "DECLARATION = dict(title='A')\n\n\ndef f():\n    if b is None:\n        raise ValueError('no b')\n"
        "    return b.VALUE\n",
        "lib/b.py": "VALUE = 1  # one\n",
        "lib/unused.py": "VALUE = 2\n",
        "lib/c.py": "X = option('a key', 3, minimum=1)\n",
        "synthgap/run/said.py": "TEXT = 'one'\n",
    }
    for folder in ("lib", "synthgap/run"):
        (tmp_path / folder).mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def hash_of(house, tmp_path_factory):
    """The hash of a copy, as a process reads each file once."""
    fresh = shutil.copytree(house, tmp_path_factory.mktemp("copy") / "house")
    return code_hash(fresh / "script.py")


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        ("script.py", '"""Doc."""', '"""Another."""', False),
        ("script.py", "print(f())", "print(f())  # loud", False),
        ("script.py", "print(f())", "print( f( ) )", False),
        ("script.py", "print(f())", "print(f(), f())", True),
        ("lib/a.py", "def f():\n", 'def f():\n    """Doc."""\n', False),
        ("lib/b.py", "# one", "# uno", False),
        ("lib/b.py", "VALUE = 1", "VALUE = 3", True),
        ("lib/__init__.py", "", "import os\n", True),
        ("lib/unused.py", "VALUE = 2", "VALUE = 3", False),
        ("lib/a.py", "'no b'", "'there is no b'", False),
        ("lib/a.py", "raise ValueError", "raise TypeError", True),
        ("lib/a.py", "title='A'", "title='B'", False),
        ("lib/c.py", "a key", "the key", False),
        ("lib/c.py", "3, minimum=1", "3, minimum=0", False),
        ("lib/c.py", "3, ", "4, ", True),
        ("synthgap/run/said.py", "one", "two", False),
    ],
)
def test_code_counts_and_comments_do_not(house, tmp_path_factory, file, old, new, stale):
    before = hash_of(house, tmp_path_factory)
    text = (house / file).read_text()
    assert old in text
    (house / file).write_text(text.replace(old, new, 1))
    assert (hash_of(house, tmp_path_factory) != before) is stale


def test_the_hash_does_not_depend_on_the_place(house, tmp_path_factory):
    assert code_hash(house / "script.py") == hash_of(house, tmp_path_factory)


def test_the_closure_of_a_real_script_is_what_it_imports():
    names = {str(path.relative_to(SCRIPTS)) for path in _closure([SCRIPTS / "pack_dataset.py"], SCRIPTS)}
    assert "synthgap/data/splits.py" in names
    assert "synthgap/__init__.py" in names
    assert not any(name.startswith(("synthgap/models", "synthgap/metrics")) for name in names)


def test_the_plugins_that_are_named_count_and_others_do_not():
    script = SCRIPTS / "make_set.py"
    hashes = {
        name: code_hash(script, (("sets", "reconstruct"), ("samplers", name))) for name in PLUGINS["samplers"]
    }
    assert len(set(hashes.values())) == len(hashes)
    assert code_hash(script, (("sets", "real"),)) != code_hash(script, (("sets", "mix"),))
    reached = {path.name for path in _closure([script], SCRIPTS)}
    assert not reached & {"heun.py", "reconstruct.py", "mix.py"}
