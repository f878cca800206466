"""Print config/README.md: every key of the config, from its schema."""

import json
from pathlib import Path

import yaml

SCHEMA = Path(__file__).parent / "config.schema.yaml"
INTRODUCTION = """\
# The configuration

<!-- Written by `make docs` from workflow/schemas/config.schema.yaml. -->

`config.yaml` holds the default experiment. To change some keys, write them into a file of your own and
add `--configfile my.yaml`: its keys win over those of `config.yaml`. An unknown key is an error.
Give every experiment a `results` folder of its own.

| key | type | default | meaning |
|---|---|---|---|"""


def document(schema: dict, prefix: str = "") -> list[str]:
    """A row of the table for every key under a schema's object."""
    rows = []
    for name, entry in schema["properties"].items():
        key = f"{prefix}{name}"
        parts = entry.get("items", entry)
        if "properties" in parts:
            kind, place = ("list ", f"{key}[].") if parts is not entry else ("", f"{key}.")
            rows.append(f"| **`{key}`** | {kind}| | {entry['description']} |")
            rows += document(parts, place)
        else:
            default = (
                "required" if "default" not in entry else f"`{json.dumps(entry['default']).strip(chr(34))}`"
            )
            rows.append(f"| `{key}` | {_kind(entry)} | {default} | {entry['description']} |")
    return rows


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


if __name__ == "__main__":
    print("\n".join([INTRODUCTION, *document(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))]))
