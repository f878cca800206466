"""Checks of the config that need nothing but the config: each complaint is one line."""

import copy
import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from ..run.errors import InputError
from .old_keys import refuse_old_keys
from .references import is_url
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


def check_schema(config: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise InputError for the first unknown key, wrong type or value out of range; fill the defaults in.

    Text that is a number where one is expected becomes one: `--config` hands nested values on as text.
    Those of `models` and `sets` are left to their kinds' dataclasses.
    """
    refuse_old_keys(config)
    schema = _with_learner(config, schema)
    _read_numbers(config, schema)
    _check(config, schema, "")
    for family in FAMILIES:
        for entry in config.get(family, []):
            _check_kind(entry, family, schema, f"{family}: {entry['name']}: ")
            if isinstance(entry.get("guidance"), dict):
                _check_kind(entry["guidance"], "guidance", schema, f"{family}: {entry['name']}: guidance: ")
    _fill_defaults(config, schema)


def check_consistency(config: dict[str, Any]) -> None:
    """Raise InputError for values that are fine alone but not together (defaults filled in)."""
    if config["dataset"]["path"] is not None:
        check_exists("dataset.path", config["dataset"]["path"])
    dataset = config["dataset"]
    if dataset["path"] is None and plugin("data", dataset["kind"]).DECLARATION.needs_path:
        raise InputError(f"config: dataset.path: kind {dataset['kind']} needs the path of your data; set it")
    metrics = config["metrics"]
    for name in {config["dataset"]["kind"], metrics["frechet"], metrics["manifold"]} & set(
        config["downloads"]
    ):
        if not is_url(config["downloads"][name]["url"]):
            check_exists(f"downloads.{name}.url", config["downloads"][name]["url"])
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
        if entry["kind"] == "diffusers" and not Path(entry["path"]).is_dir():
            raise InputError(f"config: {key}: {entry['path']} is no folder; save the pipeline into one")
        if "path" in entry and not is_url(entry["path"]):
            check_exists(key, entry["path"])


def check_names(config: Mapping[str, Any], family: str) -> None:
    """Raise InputError where two entries of `models` or `sets` have one name."""
    names = [entry["name"] for entry in config[family]]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"config: {family}: {twice[0]}: this name is taken; choose another")


def check_exists(key: str, path: str) -> None:
    """Raise InputError where there is nothing at a path of the config."""
    if not Path(path).exists():
        raise InputError(f"config: {key}: {path} does not exist (relative paths start at {Path.cwd()})")


def model_kinds(role: str) -> list[str]:
    """The kinds of models that can be a `denoiser` or a `generator`."""
    return [kind for kind in kinds("models") if role in plugin("models", kind).DECLARATION.roles]


def _with_learner(config: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, with the keys of the learner that the config names among the classifier's.

    Those of other learners are taken out of the config, as files of it are merged key by key.
    """
    classifier = config.get("classifier", {})
    if not isinstance(classifier, dict):
        return schema
    learner = classifier.get(
        "learner", schema["properties"]["classifier"]["properties"]["learner"]["default"]
    )
    _check_known(learner, "learners", "config: classifier: learner")
    known = {name: entry_schema("learners", name, schema) for name in kinds("learners")}
    for name in {key for each in known.values() for key in each["properties"]}:
        if name not in known[learner]["properties"]:
            classifier.pop(name, None)
    return schema | {"properties": schema["properties"] | {"classifier": known[learner]}}


def _check_kind(entry: dict[str, Any], family: str, schema: Mapping[str, Any], place: str) -> None:
    """Check an entry by the schema of the kind that it names."""
    _check(entry, {"required": ["kind"]}, place)
    _check_known(entry["kind"], family, f"config: {place}kind")
    own = entry_schema(family, entry["kind"], schema)
    _read_numbers(entry, own)
    _check(entry, own, place)


def _check_known(name: Any, family: str, place: str) -> None:
    if name not in kinds(family):
        raise InputError(f"{place} {name!r} is not known; choose one of {', '.join(kinds(family))}")


def _fill_defaults(config: dict[str, Any], schema: Mapping[str, Any]) -> None:
    for name, entry in schema.get("properties", {}).items():
        if "default" in entry:
            config.setdefault(name, copy.deepcopy(entry["default"]))
        if isinstance(config.get(name), dict):
            _fill_defaults(config[name], entry)


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
        return float(text) if not text.lstrip("+-").isdigit() else int(text)
    except ValueError:
        return {"true": True, "false": False, "null": None}.get(text, text)


def _explain(error: ValidationError, entry: str) -> str:
    if error.validator == "anyOf":  # one value or a list of them: the complaint about what was written
        wanted = 1 if isinstance(error.instance, list) else 0
        inner = [e for e in error.context if e.relative_schema_path[0] == wanted]
        error = inner[0] if inner else error
    place = ".".join(str(part) for part in error.absolute_path)
    place = f"{entry}{place}"
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = sorted(map(str, set(error.instance) - set(known)))[0]
        near = difflib.get_close_matches(unknown, known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
        return f"config: {_dotted(place, unknown)}: unknown key; {hint}"
    if error.validator == "enum":
        allowed = ", ".join(map(str, error.validator_value))
        return f"config: {place}: {error.instance!r} is not known; choose one of {allowed}"
    if error.validator == "type":
        kinds = error.validator_value
        expected = " or ".join([kinds] if isinstance(kinds, str) else kinds)
        return f"config: {place}: {error.instance!r} is not of type {expected}"
    if error.validator == "pattern" and place.endswith("name"):
        letters = "take small letters, digits, _ and -, a letter first"
        return f"config: {place}: {error.instance!r} is no name; {letters}"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"config: {_dotted(place, missing)}: this key is missing and has no default"
    return f"config: {place}: {error.message}"


def _dotted(place: str, key: str) -> str:
    return f"{place}.{key}" if place and not place.endswith(" ") else f"{place}{key}"
