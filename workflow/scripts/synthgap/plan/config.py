"""Checks of the config that need nothing but the config: each complaint is one line."""

import difflib
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from ..run.errors import InputError
from ..sets.names import RESERVED, reverse_step
from .references import TRAIN, is_callable_reference, is_url

# JSON takes 3.0 for an integer; Python's range() doesn't.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def check_schema(config: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise InputError for the first unknown key, wrong type or value out of range."""
    errors = Validator(schema).iter_errors(config)
    for error in sorted(errors, key=lambda error: list(map(str, error.absolute_path))):
        raise InputError(_explain(error))


def check_consistency(config: dict[str, Any]) -> None:
    """Raise InputError for values that are fine alone but not together (defaults filled in)."""
    sampling, t_re = config["diffusion"]["sampling"], config["diffusion"]["t_re"]
    above = [step for step in t_re if step > sampling["steps"]]
    if above:
        raise InputError(
            f"config: diffusion.t_re: {above[0]} is above T = diffusion.sampling.steps = "
            f"{sampling['steps']}; reverse steps lie in 1..{sampling['steps']}"
        )
    network = config["diffusion"]["network"]
    if network != TRAIN and not is_url(network) and not is_callable_reference(network):
        _check_exists("diffusion.network", network)
    if config["dataset"]["path"] is not None:
        _check_exists("dataset.path", config["dataset"]["path"])
    metrics = config["metrics"]
    for name in {config["dataset"]["kind"], metrics["frechet"], metrics["manifold"]} & set(
        config["downloads"]
    ):
        if not is_url(config["downloads"][name]["url"]):
            _check_exists(f"downloads.{name}.url", config["downloads"][name]["url"])
    if sampling["steps"] not in t_re:
        raise InputError(
            f"config: diffusion.t_re: {t_re} lacks T = diffusion.sampling.steps = {sampling['steps']}, "
            "the fully synthetic set; add it"
        )
    trained = config["classifier"]["t_re"]
    if trained is not None and (set(trained) - set(t_re) or sampling["steps"] not in trained):
        raise InputError(
            f"config: classifier.t_re: {trained} must hold T = {sampling['steps']} and otherwise only steps "
            f"of diffusion.t_re = {t_re}"
        )
    _check_competitors(config["competitors"])
    if sampling["sigma_min"] >= sampling["sigma_max"]:
        raise InputError(
            f"config: diffusion.sampling: sigma_min {sampling['sigma_min']} is not below sigma_max "
            f"{sampling['sigma_max']}"
        )
    detection = config["detection"]
    if detection["validation"] + detection["test"] >= 1:
        raise InputError(
            f"config: detection: validation {detection['validation']} and test {detection['test']} leave "
            "nothing to train on; together they stay below 1"
        )


# The keys of a competitor that its kind needs, and those that it may have.
COMPETITOR_KEYS = {
    "gan": (set(), set()),
    "stylegan": ({"network"}, {"sha256", "truncation_psi"}),
    "samples": ({"path"}, set()),
}


def _check_competitors(competitors: list[dict[str, Any]]) -> None:
    names = [entry["name"] for entry in competitors]
    for entry in competitors:
        name, place = entry["name"], f"config: competitors: {entry['name']}"
        if name in RESERVED or reverse_step(name) is not None or names.count(name) > 1:
            raise InputError(f"{place}: this name is taken; choose another")
        needed, optional = COMPETITOR_KEYS[entry["kind"]]
        given = {key for key, value in entry.items() if value is not None} - {"name", "kind"}
        if needed - given:
            raise InputError(f"{place}: kind {entry['kind']} needs {min(needed - given)}; set it")
        if strange := given - needed - optional:
            raise InputError(f"{place}: kind {entry['kind']} has no {min(strange)}; remove it")
        for key in ("path", "network"):
            if entry.get(key) and not (key == "network" and is_url(entry[key])):
                _check_exists(f"competitors.{name}.{key}", entry[key])


def _check_exists(key: str, path: str) -> None:
    if not Path(path).exists():
        raise InputError(f"config: {key}: {path} does not exist (relative paths start at {Path.cwd()})")


def _explain(error: ValidationError) -> str:
    place = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = sorted(map(str, set(error.instance) - set(known)))[0]
        near = difflib.get_close_matches(unknown, known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
        return f"config: {f'{place}.{unknown}' if place else unknown}: unknown key; {hint}"
    if error.validator == "enum":
        allowed = ", ".join(map(str, error.validator_value))
        return f"config: {place}: {error.instance!r} is not known; choose one of {allowed}"
    if error.validator == "type":
        kinds = error.validator_value
        expected = " or ".join([kinds] if isinstance(kinds, str) else kinds)
        hint = ""
        if isinstance(error.instance, str) and _is_number(error.instance):
            hint = f"; YAML reads it as text: write {float(error.instance)!r}"
        return f"config: {place}: {error.instance!r} is not of type {expected}{hint}"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"config: {f'{place}.{missing}' if place else missing}: this key is missing and has no default"
    return f"config: {place}: {error.message}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
