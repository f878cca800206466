"""Print config/README.md: every key of the config, from its schema."""

import json
import sys
from pathlib import Path

SCHEMA = Path(__file__).parent / "config.schema.yaml"
sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from synthgap.plan.schema import entry_schema, kinds, read_schema  # noqa: E402
from synthgap.plan.tables import plugin  # noqa: E402

INTRODUCTION = """\
# The configuration

<!-- Written by `make docs` from workflow/schemas/config.schema.yaml. -->

`config.yaml` holds the default experiment. To change some keys, write them into a file of your own and
add `--configfile my.yaml`: its keys win over those of `config.yaml`, and its lists, such as `sets`, stand
in the place of those. An unknown key is an error. Give every experiment a `results` folder of its own.

Your file means the same wherever you start: the default experiment is read from beside `workflow/`. Where
you start in a folder with another `config/config.yaml`, that one comes between the two. A leading `~` in a
path is your home.

| key | type | default | meaning |
|---|---|---|---|"""


def document(schema: dict, prefix: str = "") -> list[str]:
    """A row of the table for every key under a schema's object."""
    rows = []
    for name, entry in schema["properties"].items():
        key = f"{prefix}{name}"
        parts = entry.get("items", entry)
        if "anyOf" in entry:
            kind = f"{_kind(entry['anyOf'][0])}, or a list"
            rows.append(f"| `{key}` | {kind} | {_default(entry)} | {entry['description']} |")
        elif "properties" in parts:
            kind, place = ("list ", f"{key}[].") if parts is not entry else ("", f"{key}.")
            rows.append(f"| **`{key}`** | {kind}| | {entry['description']} |")
            rows += document(parts, place)
        else:
            rows.append(f"| `{key}` | {_kind(entry)} | {_default(entry)} | {entry['description']} |")
    return rows


def _default(entry: dict) -> str:
    if "default" not in entry:
        return "required"
    return f"`{json.dumps(entry['default']).strip(chr(34))}`"


def _kind(entry: dict) -> str:
    if "enum" in entry:
        return " or ".join(f"`{value}`" for value in entry["enum"])
    if "const" in entry:
        return f"`{entry['const']}`"
    kinds = [entry["type"]] if isinstance(entry["type"], str) else entry["type"]
    limits = [
        f"{sign} {entry[name]}"
        for name, sign in (
            ("minimum", "≥"),
            ("exclusiveMinimum", ">"),
            ("maximum", "≤"),
            ("exclusiveMaximum", "<"),
        )
        if name in entry
    ]
    if kinds == ["array"]:
        kinds = [f"list of {_kind(entry['items'])}"]
    return ", ".join([" or ".join(kinds), *limits])


def document_kinds(schema: dict) -> list[str]:
    """A table for every kind of model and of set."""
    lines = []
    for family in ("models", "sets"):
        lines += ["", f"## Kinds of {family}"]
        common = schema["properties"][family]["items"]["properties"]
        for kind in kinds(family):
            own = entry_schema(family, kind, schema)["properties"]
            options = {name: entry for name, entry in own.items() if name not in common}
            for entry in options.values():  # `sampling` has the keys of the config's own
                entry.pop("properties", None)
            lines += ["", f"`kind: {kind}`: {plugin(family, kind).DECLARATION.summary}", ""]
            lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
            lines += document({"properties": options})
    return lines


if __name__ == "__main__":
    whole = read_schema(SCHEMA.read_text(encoding="utf-8"))
    print("\n".join([INTRODUCTION, *document(whole), *document_kinds(whole)]))
