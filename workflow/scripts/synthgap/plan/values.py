"""What is written in a config, whatever key it is for."""

import math
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, validators

from ..run.errors import InputError, printable, shown

# JSON takes 3.0 for an integer; Python's range() doesn't.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)
LONGEST_TEXT = 1000  # characters
DEEPEST = 8  # lists in lists
LARGEST_INTEGER = 2**63 - 1


def check_values(value: Any, place: str = "", depth: int = 0) -> None:
    """Raise InputError for what no key takes: numbers that aren't finite or too large for a machine, texts
    of control characters or without an end, and lists within lists within lists.
    """
    problem = None
    if depth > DEEPEST:
        problem = f"lists are nested more than {DEEPEST} deep"
    elif isinstance(value, dict):
        for key, part in value.items():
            check_values(key, place, depth + 1)
            check_values(part, dotted(place, printable(str(key))), depth + 1)
    elif isinstance(value, list):
        for position, part in enumerate(value):
            check_values(part, f"{place}.{position}", depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        problem = f"{value} is no finite number"
    elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        problem = "this whole number is larger than 64 bits hold"
    elif isinstance(value, str) and len(value) > LONGEST_TEXT:
        problem = f"a text of {len(value)} characters; at most {LONGEST_TEXT} are read"
    elif isinstance(value, str) and not value.isprintable():
        problem = f"{shown(value)} has characters that can't be printed; take them out"
    if problem:
        raise InputError(f"config: {place or 'at the top'}: {problem}")


def read_numbers(instance: Any, schema: Mapping[str, Any]) -> None:
    """Replace texts that are numbers, true, false or null, where the schema wants those, in place.

    Whole numbers become floats where both are allowed: 7 and 7.0 mean the same, so neither makes stale
    what was made with the other.
    """
    places = instance if isinstance(instance, dict) else dict(enumerate(instance))
    for key, value in list(places.items()):
        entry = _part(schema, key)
        if isinstance(value, dict | list):
            read_numbers(value, entry)
        elif type(value) is int and _is_real(entry) and _accepts(entry, value):
            instance[key] = float(value)
        elif isinstance(value, str) and not _accepts(entry, value):
            meant = _plain_value(value)
            if not isinstance(meant, str) and _accepts(entry, meant):
                instance[key] = meant


def _part(schema: Mapping[str, Any], key: Any) -> Mapping[str, Any]:
    if isinstance(key, str):
        others = schema.get("additionalProperties")
        return schema.get("properties", {}).get(key) or (others if isinstance(others, dict) else {})
    lists = [schema, *schema.get("anyOf", [])]
    return next((part["items"] for part in lists if "items" in part), {})


def _is_real(schema: Mapping[str, Any]) -> bool:
    """Whether the schema speaks of any numbers, not of whole ones alone."""
    return any("number" in part.get("type", ()) for part in [schema, *schema.get("anyOf", [])])


def _accepts(schema: Mapping[str, Any], value: Any) -> bool:
    return Validator(schema).is_valid(value)


def _plain_value(text: str) -> Any:
    """What a short text means in YAML, and the number in 1e-2, which YAML reads as text."""
    try:
        number = float(text) if not text.lstrip("+-").isdigit() else int(text)
    except ValueError:
        return {"true": True, "false": False, "null": None}.get(text, text)
    return number if math.isfinite(number) else text


def dotted(place: str, key: str) -> str:
    """The place of a key below another."""
    return f"{place}.{key}" if place and not place.endswith(" ") else f"{place}{key}"
