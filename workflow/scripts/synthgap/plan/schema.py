"""The config's schema: the file, and what dataclasses and plug-ins add to it."""

from collections.abc import Mapping
from typing import Any

import yaml

from .options import schema_of
from .tables import PLUGINS, SECTIONS, plugin, section

# Keys of the config that choose one of a family.
CHOICES = {
    "dataset.kind": "data",
    "sampling.sampler": "samplers",
    "classifier.learner": "learners",
    "metrics.frechet": "extractors",
    "metrics.manifold": "extractors",
}
BOUNDED = ("type", "minimum", "exclusiveMinimum", "maximum")  # what members of a series are
# Kinds that the config doesn't name.
BUILT_IN = {"sets": {"real"}}


def read_schema(text: str) -> dict[str, Any]:
    """The whole config's schema, from the text of config.schema.yaml."""
    schema = yaml.safe_load(text)
    for name in SECTIONS:
        schema["properties"][name] |= schema_of(section(name))
    for path, family in CHOICES.items():
        entry = schema
        for name in path.split("."):
            entry = entry["properties"][name]
        del entry["type"]
        entry["enum"] = kinds(family)
        told = {name: plugin(family, name).DECLARATION for name in PLUGINS[family]}
        said = (f"`{name}`: {getattr(each, 'summary', None) or each.title}" for name, each in told.items())
        entry["description"] += " " + " ".join(text if text.endswith(".") else f"{text}." for text in said)
    margins = schema["properties"]["margins"]
    del margins["additionalProperties"]
    margins |= {"additionalProperties": False, "properties": {}}
    for name in PLUGINS["findings"]:
        finding = plugin("findings", name).DECLARATION
        margins["properties"][name] = {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1_000_000,
            "default": finding.margin,
            "description": f"{finding.unit.capitalize() or 'As the score'}: {finding.claim}",
        }
    return schema


def kinds(family: str) -> list[str]:
    """The kinds that an entry of `models`, of `sets` or the like may have."""
    return [name for name in PLUGINS[family] if name not in BUILT_IN.get(family, ())]


def common_schema(family: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """What every entry of a family of kinds may say. schema: the whole config's."""
    if family == "learners":
        return schema["properties"]["classifier"]
    if family == "guidance":
        return {"required": ["kind"], "properties": {"kind": {"type": "string", "description": "How."}}}
    return schema["properties"][family]["items"]


def entry_schema(family: str, kind: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an entry that has this kind: of `models` or `sets`, of a set's `guidance`, or, by its
    learner, the `classifier`. schema: the whole config's.
    """
    common = common_schema(family, schema)
    declaration = plugin(family, kind).DECLARATION
    own = schema_of(declaration.options)
    series = getattr(declaration, "series", None)
    if series:
        one = own["properties"][series]
        several = {"type": "array", "minItems": 1, "maxItems": 1000, "uniqueItems": True, "items": one}
        told = {word: one[word] for word in ("description", "default") if word in one}
        own["properties"][series] = {**told, "anyOf": [one, several]}
        items = {word: one[word] for word in BOUNDED if word in one}
        chosen = {
            key: {**common["properties"][key], "items": items} for key in ("train", "measure", "detect")
        }
        own["properties"] = chosen | own["properties"]
    if "sampling" in own["properties"]:
        own["properties"]["sampling"] |= _without_defaults(schema["properties"]["sampling"])
    return {
        **{word: common[word] for word in ("default", "description") if word in common},
        "type": "object",
        "additionalProperties": False,
        "required": [*common.get("required", []), *own.get("required", [])],
        "properties": common["properties"] | own["properties"],
    }


def _without_defaults(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of an object, none of which is filled in."""
    properties = {
        name: {word: value for word, value in entry.items() if word != "default"}
        for name, entry in schema["properties"].items()
    }
    return {"type": "object", "additionalProperties": False, "properties": properties}
