"""Checks of the config that need nothing but the config: each complaint is one line."""

import difflib
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from .errors import InputError


def check_schema(config: dict[str, Any], schema: dict[str, Any]) -> None:
    """Raise InputError for the first unknown key, wrong type or value out of range."""
    errors = Draft202012Validator(schema).iter_errors(config)
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
        return f"config: {place}: {error.instance!r} is not of type {expected}"
    return f"config: {place}: {error.message}"
