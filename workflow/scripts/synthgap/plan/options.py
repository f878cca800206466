"""Keys of the config as fields of frozen dataclasses, from which the schema and its documentation come."""

import types
from dataclasses import MISSING, field, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

JSON_TYPES = {int: "integer", float: "number", str: "string", bool: "boolean", dict: "object"}


def option(description: str, default: Any = MISSING, **limits: Any) -> Any:
    """A field that the config sets. limits: words of JSON schema, such as minimum or enum."""
    return field(default=default, metadata={"schema": {"description": description, **limits}})


def class_option(numbers: str) -> Any:
    """The key by which numbers of classes get names. numbers: whose they are."""
    told = (
        f"The data set's class names, in the order of {numbers}. Needed where those are numbers whose "
        "meaning is not plain from the names; a line says so."
    )
    return option(
        told, (), items={"type": ["string", "integer"], "minimum": 0, "maximum": 2**53}, uniqueItems=True
    )


def schema_of(options: type) -> dict[str, Any]:
    """The JSON schema of a dataclass's options; fields that are no option are left out."""
    hints = get_type_hints(options)
    properties, required = {}, []
    for entry in fields(options):
        if "schema" not in entry.metadata:
            continue
        limits = entry.metadata["schema"]
        properties[entry.name] = dict(limits) if "type" in limits else {**_type(hints[entry.name]), **limits}
        if entry.default is MISSING:
            required.append(entry.name)
        elif is_dataclass(entry.default):
            properties[entry.name]["default"] = {}
        else:
            default = entry.default
            properties[entry.name]["default"] = list(default) if isinstance(default, tuple) else default
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": required} if required else {}),
    }


def _type(hint: Any) -> dict[str, Any]:
    """A field's type in JSON schema's words. Where the limits name an enum or items, those say more."""
    if get_origin(hint) in (Union, types.UnionType):
        parts = [_type(part)["type"] if part is not type(None) else "null" for part in get_args(hint)]
        return {"type": parts}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(get_args(hint)[0])}
    return {"type": JSON_TYPES[get_origin(hint) or hint]}
