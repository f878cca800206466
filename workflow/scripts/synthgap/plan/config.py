"""Checks of the config that need nothing but the config: each complaint is one line."""

import copy
import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema.exceptions import ValidationError

from ..run.errors import InputError, printable, shown, shown_path, shown_url
from ..run.machine import machine_memory
from .estimates import images_at_most, packing_memory
from .old_keys import refuse_old_keys
from .references import is_url, url_problem
from .schema import entry_schema, kinds
from .tables import plugin
from .values import Validator, check_values, dotted, read_numbers

FAMILIES = ("models", "sets")
LONGEST_NAME = 200  # bytes, of a folder
ANY_BATCH = 256  # images, which a batch may hold even where there are fewer


def check_schema(config: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise InputError for the first unknown key, wrong type or value out of range; fill the defaults in.

    Text that is a number where one is expected becomes one: `--config` hands nested values on as text.
    Those of `models` and `sets` are left to their kinds' dataclasses.
    """
    check_values(config)
    refuse_old_keys(config)
    schema = _with_learner(config, schema)
    read_numbers(config, schema)
    _check(config, schema, "")
    for family in FAMILIES:
        for entry in config.get(family, []):
            _check_kind(entry, family, schema, f"{family}: {entry['name']}: ")
            if isinstance(entry.get("guidance"), dict):
                _check_kind(entry["guidance"], "guidance", schema, f"{family}: {entry['name']}: guidance: ")
    _fill_defaults(config, schema)
    _expand_home(config)


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


def check_file(key: str, path: str) -> None:
    """Raise InputError for a path of the config that no job can have as its input."""
    check_exists(key, path)
    if re.search("[{}]", path):
        raise InputError(
            f"config: {key}: {shown_path(path)} has braces, which Snakemake takes for wildcards; rename it, "
            "or name a link to it"
        )


def check_source(key: str, place: str) -> None:
    """Raise InputError for a path of the config that can't be an input, and an address of nothing."""
    if not is_url(place):
        check_file(key, place)
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
    if path is not None:  # what a folder holds is not followed
        (check_exists if os.path.isdir(path) else check_file)("dataset.path", path)
    if declaration.images is None:
        return
    needed, memory = packing_memory(config), machine_memory()
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


def _check_takers(
    entry: Mapping[str, Any], family: str, own: Mapping[str, Any], schema: Mapping[str, Any], place: str
) -> None:
    """Raise InputError for a key that an entry's kind doesn't take, but others of its family do."""
    for key in set(entry) - set(own["properties"]):
        schemas = {kind: entry_schema(family, kind, schema) for kind in kinds(family)}
        takers = [kind for kind, other in schemas.items() if key in other["properties"]]
        if takers:
            raise InputError(
                f"config: {place}{key}: kind {entry['kind']} doesn't take this key, only "
                f"{', '.join(takers)}; leave it out"
            )


def _with_learner(config: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, with the keys of the learner that the config names among the classifier's.

    Where it names one, the keys of others are taken out of the config, as files of it are merged key by key.
    """
    classifier = config.get("classifier", {})
    if not isinstance(classifier, dict):
        return schema
    learner = classifier.get(
        "learner", schema["properties"]["classifier"]["properties"]["learner"]["default"]
    )
    _check_known(learner, "learners", "config: classifier: learner")
    known = {name: entry_schema("learners", name, schema) for name in kinds("learners")}
    if "learner" in classifier:  # else it is the default's, and another's key is a mistake
        for name in {key for each in known.values() for key in each["properties"]}:
            if name not in known[learner]["properties"]:
                classifier.pop(name, None)
    return schema | {"properties": schema["properties"] | {"classifier": known[learner]}}


def _check_kind(entry: dict[str, Any], family: str, schema: Mapping[str, Any], place: str) -> None:
    """Check an entry by the schema of the kind that it names."""
    _check(entry, {"required": ["kind"]}, place)
    _check_known(entry["kind"], family, f"config: {place}kind")
    own = entry_schema(family, entry["kind"], schema)
    _check_takers(entry, family, own, schema, place)
    read_numbers(entry, own)
    _check(entry, own, place)


def _check_known(name: Any, family: str, place: str) -> None:
    if name not in kinds(family):
        raise InputError(f"{place} {shown(name)} is not known; choose one of {', '.join(kinds(family))}")


def _fill_defaults(config: dict[str, Any], schema: Mapping[str, Any]) -> None:
    """In the schema's order, so that a config means the same however it is written."""
    written = dict(config)
    config.clear()
    for name, entry in schema.get("properties", {}).items():
        if name in written or "default" in entry:
            config[name] = written.pop(name, copy.deepcopy(entry.get("default")))
        if isinstance(config.get(name), dict):
            _fill_defaults(config[name], entry)
    config |= written


def _expand_home(config: dict[str, Any]) -> None:
    """A leading ~ in a path is the user's home, as in a shell."""
    places = [(config, "results"), (config["dataset"], "path")]
    places += [(source, "url") for source in config["downloads"].values()]
    places += [(entry, "path") for family in FAMILIES for entry in config[family] if "path" in entry]
    for holder, key in places:
        if holder[key] is not None:
            holder[key] = os.path.expanduser(holder[key])


def _check(instance: Any, schema: dict[str, Any], place: str) -> None:
    errors = Validator(schema).iter_errors(instance)
    for error in sorted(errors, key=lambda error: list(map(str, error.absolute_path))):
        raise InputError(_explain(error, place))


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
        return f"config: {dotted(place, unknown)}: unknown key; {hint}"
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
    if error.validator == "pattern" and place.endswith("sha256"):
        return f"config: {place}: {shown(error.instance)} is no SHA-256; it has 64 hexadecimal digits"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"config: {dotted(place, missing)}: this key is missing and has no default"
    if error.validator == "pattern" and place == "results":
        return f"config: {place}: {shown(error.instance)} is no name of a folder; it holds no {{ and no }}"
    problem = error.message.removeprefix(repr(error.instance))
    return f"config: {place}: {shown(error.instance)}{problem}"
