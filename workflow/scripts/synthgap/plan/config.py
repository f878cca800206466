"""Checks of the config that need nothing but the config: each complaint is one line."""

import difflib
import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from ..run.errors import InputError, printable, shown, shown_path, shown_url
from .estimates import images_at_most, packing_memory
from .old_keys import refuse_old_keys
from .references import is_url, url_problem
from .schema import entry_schema, kinds
from .tables import plugin

# JSON takes 3.0 for an integer; Python's range() doesn't.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)
FAMILIES = ("models", "sets")
LONGEST_TEXT = 1000  # characters
LONGEST_NAME = 200  # bytes, of a folder
DEEPEST = 8  # lists in lists
LARGEST_INTEGER = 2**63 - 1
ANY_BATCH = 256  # images, which a batch may hold even where there are fewer


def check_schema(config: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise InputError for the first unknown key, wrong type or value out of range.

    Text that is a number where one is expected becomes one: `--config` hands nested values on as text.
    """
    _check_values(config, "")
    refuse_old_keys(config)
    _read_numbers(config, schema)
    _check(config, schema, "")
    for family in FAMILIES:
        for entry in config.get(family, []):
            name, kind = entry["name"], entry["kind"]
            if kind not in kinds(family):
                raise InputError(
                    f"config: {family}: {name}: kind {shown(kind)} is not known; choose one of "
                    f"{', '.join(kinds(family))}"
                )
            own = entry_schema(family, kind, schema)
            _check_takers(entry, family, own, schema)
            _read_numbers(entry, own)
            _check(entry, own, f"{family}: {name}: ")


def check_consistency(config: dict[str, Any]) -> None:
    """Raise InputError for values that are fine alone but not together (defaults filled in)."""
    _check_results(config["results"])
    _check_dataset(config)
    metrics = config["metrics"]
    for name in {config["dataset"]["kind"], metrics["frechet"], metrics["manifold"]} & set(
        config["downloads"]
    ):
        check_source(f"downloads.{name}.url", config["downloads"][name]["url"])
    detection = config["detection"]
    if detection["validation"] + detection["test"] >= 1:
        raise InputError(
            f"config: detection: validation {detection['validation']} and test {detection['test']} leave "
            "nothing to train on; together they stay below 1"
        )
    check_names(config, "models")
    for entry in config["models"]:
        if re.search(r"-rep\d+$", entry["name"]):
            raise InputError(
                f"config: models: {entry['name']}: names that end in -rep and a number are those of "
                "replicates; choose another"
            )
        key = f"models: {entry['name']}: path"
        if entry["kind"] == "diffusers" and not os.path.isdir(entry["path"]):
            raise InputError(
                f"config: {key}: {shown_path(entry['path'])} is no folder; save the pipeline into one"
            )
        if "path" in entry:
            check_source(key, entry["path"])


def check_names(config: Mapping[str, Any], family: str) -> None:
    """Raise InputError where two entries of `models` or `sets` have one name."""
    names = [entry["name"] for entry in config[family]]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"config: {family}: {twice[0]}: this name is taken; choose another")


def check_exists(key: str, path: str) -> None:
    """Raise InputError where there is nothing at a path of the config."""
    if not os.path.exists(path):  # Path.exists raises an error for names that are too long
        raise InputError(
            f"config: {key}: {shown_path(path)} does not exist (relative paths start at {Path.cwd()})"
        )


def check_source(key: str, place: str) -> None:
    """Raise InputError for a path of the config where nothing is, and an address that nothing comes from."""
    if not is_url(place):
        check_exists(key, place)
    elif problem := url_problem(place):
        raise InputError(f"config: {key}: {shown_path(shown_url(place))} {problem}")


def model_kinds(role: str) -> list[str]:
    """The kinds of models that can be a `denoiser` or a `generator`."""
    return [kind for kind in kinds("models") if role in plugin("models", kind).DECLARATION.roles]


def _check_results(folder: str) -> None:
    if any(len(part.encode()) > LONGEST_NAME for part in Path(folder).parts):
        raise InputError(f"config: results: {shown(folder)} is too long for a folder; choose a shorter name")
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise InputError(f"config: results: {shown_path(folder)} is no folder; choose another")


def _check_dataset(config: Mapping[str, Any]) -> None:
    """Its path, and whether this machine, which packs it, can hold its images."""
    dataset = config["dataset"]
    kind, path = dataset["kind"], dataset["path"]
    declaration = plugin("data", kind).DECLARATION
    if path is None and declaration.needs_path:
        raise InputError(f"config: dataset.path: kind {kind} needs the path of your data; set it")
    if path is not None and not declaration.takes_path:
        raise InputError(
            f"config: dataset.path: kind {kind} takes none, it has its own images; leave it out, or set "
            "dataset.kind to the kind of your data (folder, zip, npz)"
        )
    if path is not None:
        check_exists("dataset.path", path)
    if declaration.images is None:
        return
    needed, memory = packing_memory(config), os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if needed > memory:
        raise InputError(
            f"config: dataset.resolution: {dataset['resolution']} takes {needed / 1e9:.0f} GB of memory, "
            f"this machine has {memory / 1e9:.0f}; lower it, or dataset.max_images"
        )
    largest = max(ANY_BATCH, images_at_most(config))
    if config["batch_size"] > largest:
        raise InputError(
            f"config: batch_size: {config['batch_size']} is more than all images of a split, and smaller "
            f"batches are padded to it; lower it to {largest} at most"
        )


def _check_takers(entry: Mapping[str, Any], family: str, own: Mapping[str, Any], schema: Any) -> None:
    """Raise InputError for a key that an entry's kind doesn't take, but others of its family do."""
    for key in set(entry) - set(own["properties"]):
        schemas = {kind: entry_schema(family, kind, schema) for kind in kinds(family)}
        takers = [kind for kind, other in schemas.items() if key in other["properties"]]
        if takers:
            raise InputError(
                f"config: {family}: {entry['name']}: {key}: kind {entry['kind']} doesn't take this key, only "
                f"{', '.join(takers)}; leave it out"
            )


def _check_values(value: Any, place: str, depth: int = 0) -> None:
    """Raise InputError for what no key takes: numbers that aren't finite or too large for a machine, texts
    of control characters or without an end, and lists within lists within lists.
    """
    problem = None
    if depth > DEEPEST:
        problem = f"lists are nested more than {DEEPEST} deep"
    elif isinstance(value, dict):
        for key, part in value.items():
            _check_values(key, place, depth + 1)
            _check_values(part, _dotted(place, printable(str(key))), depth + 1)
    elif isinstance(value, list):
        for position, part in enumerate(value):
            _check_values(part, f"{place}.{position}", depth + 1)
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


def _check(instance: Any, schema: dict[str, Any], place: str) -> None:
    errors = Validator(schema).iter_errors(instance)
    for error in sorted(errors, key=lambda error: list(map(str, error.absolute_path))):
        raise InputError(_explain(error, place))


def _read_numbers(instance: Any, schema: Mapping[str, Any]) -> None:
    """Replace texts that are numbers, true, false or null, where the schema wants those, in place."""
    places = instance if isinstance(instance, dict) else dict(enumerate(instance))
    for key, value in list(places.items()):
        entry = _part(schema, key)
        if isinstance(value, dict | list):
            _read_numbers(value, entry)
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


def _accepts(schema: Mapping[str, Any], value: Any) -> bool:
    return Validator(schema).is_valid(value)


def _plain_value(text: str) -> Any:
    """What a short text means in YAML, and the number in 1e-2, which YAML reads as text."""
    try:
        number = float(text) if not text.lstrip("+-").isdigit() else int(text)
    except ValueError:
        return {"true": True, "false": False, "null": None}.get(text, text)
    return number if math.isfinite(number) else text


def _explain(error: ValidationError, entry: str) -> str:
    if error.validator == "anyOf":  # one value or a list of them: the complaint about what was written
        wanted = 1 if isinstance(error.instance, list) else 0
        inner = [e for e in error.context if e.relative_schema_path[0] == wanted]
        error = inner[0] if inner else error
    place = ".".join(str(part) for part in error.absolute_path)
    place = f"{entry}{place}"
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = printable(sorted(map(str, set(error.instance) - set(known)))[0])
        near = difflib.get_close_matches(unknown, known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
        return f"config: {_dotted(place, unknown)}: unknown key; {hint}"
    if error.validator == "enum":
        allowed = ", ".join(map(str, error.validator_value))
        return f"config: {place}: {shown(error.instance)} is not known; choose one of {allowed}"
    if error.validator == "type":
        kinds = error.validator_value
        expected = " or ".join([kinds] if isinstance(kinds, str) else kinds)
        return f"config: {place}: {shown(error.instance)} is not of type {expected}"
    if error.validator == "pattern" and place.endswith("name"):
        letters = "take small letters, digits, _ and -, a letter first"
        return f"config: {place}: {shown(error.instance)} is no name; {letters}"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"config: {_dotted(place, missing)}: this key is missing and has no default"
    if error.validator == "pattern" and place == "results":
        return f"config: {place}: {shown(error.instance)} is no name of a folder; it holds no {{ and no }}"
    problem = error.message.removeprefix(repr(error.instance))
    return f"config: {place}: {shown(error.instance)}{problem}"


def _dotted(place: str, key: str) -> str:
    return f"{place}.{key}" if place and not place.endswith(" ") else f"{place}{key}"
