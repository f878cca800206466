"""Keys of earlier versions, and what is written in their place."""

from collections.abc import Mapping
from typing import Any

import yaml

from ..run.errors import LONGEST_MESSAGE, InputError, shown
from .references import is_callable_reference


def refuse_old_keys(config: Mapping[str, Any]) -> None:
    """Raise InputError where the config has keys of earlier versions, with the new form of what they say."""
    classifier = config.get("classifier")
    found = [key for key in ("diffusion", "competitors", "gan") if key in config]
    if isinstance(classifier, Mapping) and classifier.get("t_re") is not None:
        found.append("classifier.t_re")
    _refuse_sampling(config)
    if not found:
        return
    told = (
        f"config: {', '.join(found)}: keys of earlier versions; sets and what makes them are lists now: "
        "what you wrote is "
    )
    try:
        text = yaml.safe_dump(_new_form(config), default_flow_style=True, sort_keys=False, width=100_000)
    except (AttributeError, KeyError, TypeError, ValueError):  # no earlier version took this either
        text = ""
    if not text or len(told) + len(text) > LONGEST_MESSAGE:
        told, text = told.split(": what")[0], "; config/README.md describes `models` and `sets`"
    raise InputError(told + text.strip())


def _new_form(config: Mapping[str, Any]) -> dict[str, Any]:
    diffusion, classifier = config.get("diffusion") or {}, config.get("classifier") or {}
    trained_on = classifier.get("t_re")
    new = {key: diffusion[key] for key in ("shards", "batch_size", "sampling") if key in diffusion}
    models, sets = [], []
    if {"network", "sha256", "train"} & set(diffusion):
        models.append(_denoiser(diffusion))
    if "t_re" in diffusion or trained_on is not None:
        steps = list(diffusion.get("t_re") or trained_on or [])
        series = {"name": "t", "kind": "reconstruct", "model": "denoiser", "t_re": steps}
        sets.append(series | ({"train": trained_on} if trained_on is not None else {}))
    for entry in config.get("competitors") or []:
        own = {key: value for key, value in entry.items() if key not in ("kind", "network", "sha256")}
        if entry["kind"] == "samples":
            sets.append({"name": own.pop("name"), "kind": "samples", **own})
            continue
        models.append(_generator(entry, config.get("gan") or {}))
        sets.append({"name": own.pop("name"), "kind": "generate", "model": entry["name"], **own})
    if "gan" in config and not any(model["kind"] == "gan" for model in models):
        models.append({"name": "gan", "kind": "gan", **config["gan"]})
    new |= {key: value for key, value in (("models", models), ("sets", sets)) if value}
    if "competitors" in config and not sets:
        new["sets"] = []
    return new


def _refuse_sampling(config: Mapping[str, Any]) -> None:
    """What stood among the sampler's settings: a weight of the label, and TensorFloat-32."""
    sets = config["sets"] if isinstance(config.get("sets"), list) else []
    places = {"sampling": config} | {
        f"sets: {entry.get('name')}: sampling": entry for entry in sets if isinstance(entry, Mapping)
    }
    for place, holder in places.items():
        sampling = holder.get("sampling")
        if not isinstance(sampling, Mapping):
            continue
        if "guidance" in sampling:
            raise InputError(
                f"config: {place}.guidance: a key of earlier versions; a set of kind reconstruct says now: "
                f"guidance: {{kind: classifier_free, weight: {shown(sampling['guidance'])}}}"
            )
        if "tf32" in sampling:
            raise InputError(
                f"config: {place}.tf32: a key of earlier versions; it is for all jobs that run networks now, "
                f"beside `device`: tf32: {shown(sampling['tf32'])}"
            )


def _denoiser(diffusion: Mapping[str, Any]) -> dict[str, Any]:
    network = diffusion.get("network", "train")
    if network == "train":
        return {"name": "denoiser", "kind": "train", **diffusion.get("train", {})}
    if is_callable_reference(network):
        return {"name": "denoiser", "kind": "callable", "function": network}
    pinned = {"sha256": diffusion["sha256"]} if diffusion.get("sha256") else {}
    return {"name": "denoiser", "kind": "file", "path": network, **pinned}


def _generator(entry: Mapping[str, Any], gan: Mapping[str, Any]) -> dict[str, Any]:
    if entry["kind"] == "gan":
        return {"name": entry["name"], "kind": "gan", **gan}
    pinned = {"sha256": entry["sha256"]} if entry.get("sha256") else {}
    return {"name": entry["name"], "kind": "file", "path": entry["network"], **pinned}
