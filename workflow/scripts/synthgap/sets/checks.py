"""Checks of the sets that a config declares, each with one line for what is wrong."""

from collections.abc import Mapping
from typing import Any

from ..plan.config import check_file, check_names, model_kinds
from ..plan.tables import PLUGINS, plugin
from ..run.errors import InputError, printable, shown
from .needs import first_model, needed_models
from .recipe import (
    NEGATIVE_CONTROL,
    NO_SERIES,
    POSITIVE_CONTROL,
    REAL,
    Model,
    Recipe,
    entry_recipes,
    models,
    paper_series,
    real_recipe,
    sampler_config,
)
from .schedule import SamplerConfig

# Names of other files and folders, and what readers of csv take for a missing value.
RESERVED = {
    REAL,
    POSITIVE_CONTROL,
    NEGATIVE_CONTROL,
    "baseline",
    "controls",
    "detection",
    "nan",
    "null",
    NO_SERIES,
}
ROUNDING = 1e-9
MOST_SETS, MOST_FILES = 1000, 1_000_000  # that can be planned


def check_sets(config: Mapping[str, Any]) -> None:
    """Raise InputError for sets that can't be made as they are declared (see check_schema for their keys)."""
    check_names(config, "sets")
    _check_sampling(config["sampling"], {}, "sampling")
    found, known = real_recipe(config), models(config)
    _check_bases(known)
    for entry in config["sets"]:
        place = f"config: sets: {entry['name']}"
        declaration = plugin("sets", entry["kind"]).DECLARATION
        _check_model(entry, declaration.role, config, place)
        if entry.get("guidance"):
            _check_guidance(entry, config, f"{place}: guidance")
        if "path" in entry:
            check_file(f"sets: {entry['name']}: path", entry["path"])
        if "sampling" in entry:
            _check_sampling(config["sampling"], entry["sampling"], f"sets: {entry['name']}: sampling")
        if "t_re" in entry:
            _check_steps(entry, config, place)
        of = entry.get("of", REAL) if "of" in declaration.options.__dataclass_fields__ else {}
        for part in [of] if isinstance(of, str) else of:
            if part not in found:
                raise InputError(
                    f"{place}: of: no set {shown(part)} above it; choose among {', '.join(found)}, or "
                    "move it down"
                )
            if declaration.takes_places and not found[part].placed:
                raise InputError(
                    f"{place}: of: {part} has no images to take the places of the real ones; choose a set of "
                    f"kind {', '.join(placed_kinds())}"
                )
        if declaration.chooses:
            _check_candidates([found[part] for part in of], place)
        _check_remedy(entry.get("remedy_for"), found, place)
        _check_analyses(entry, declaration.series, place)
        for name, recipe in entry_recipes(entry, config, found).items():
            _check_amounts(recipe, found, place)
            if recipe.detected and recipe.real > 0:
                raise InputError(
                    f"{place}: detect: it holds real images, which detectors would be asked to tell from "
                    "themselves; leave it out"
                )
            if name in RESERVED or name in found:
                raise InputError(f"{place}: the name {name} is taken; choose another")
            found[name] = recipe
        _check_number(len(found), config)
    _check_sources(known, found)
    _check_paper_series(config)


def _check_number(sets: int, config: Mapping[str, Any]) -> None:
    """What has more files than Snakemake can plan would hang before the first job."""
    files = sets * config["replicates"] * config["shards"]
    if sets > MOST_SETS or files > MOST_FILES:
        raise InputError(
            f"config: {sets} sets, replicates: {config['replicates']} and shards: {config['shards']} are "
            f"{files} files; up to {MOST_SETS} sets and {MOST_FILES} files can be planned; lower "
            "shards or replicates"
        )


def placed_kinds() -> list[str]:
    """Kinds of set whose images take the places of the real ones."""
    return [kind for kind in PLUGINS["sets"] if plugin("sets", kind).DECLARATION.placed]


def _check_amounts(recipe: Recipe, found: Mapping[str, Recipe], place: str) -> None:
    """No set gives more images than it has."""
    for part, amount in recipe.declaration.takes(recipe.options).items():
        size = found[part].real + found[part].synthetic
        if amount > size + ROUNDING:
            raise InputError(
                f"{place}: {amount:g} times as many images as the real set has are more than {part} has, "
                f"{size:g} times; lower it to {size:g}{_ways_to_more(found[part])}"
            )


def _ways_to_more(recipe: Recipe) -> str:
    """How a set comes to have more images, where it can."""
    if hasattr(recipe.options, "times"):
        return f", or raise times of {recipe.series}"
    return ""


def _check_model(entry: Mapping[str, Any], role: str | None, config: Mapping[str, Any], place: str) -> None:
    if role is None:
        return
    kinds = {model["name"]: model["kind"] for model in config["models"]}
    fitting = [name for name, kind in kinds.items() if kind in model_kinds(role)]
    if entry["model"] not in fitting:
        name = printable(entry["model"])
        found = f"{name} is no {role}" if entry["model"] in kinds else f"no model {name}"
        known = f"choose one of {', '.join(fitting)}" if fitting else f"declare a {role} in models"
        raise InputError(f"{place}: {found}; {known}")


def _check_guidance(entry: Mapping[str, Any], config: Mapping[str, Any], place: str) -> None:
    led = entry["guidance"]
    if "model" in led:
        _check_model(led, "denoiser", config, place)
        if led["model"] == entry["model"]:
            raise InputError(f"{place}: model: {led['model']} can't guide itself; name a weaker denoiser")
    known = models(config)
    base = first_model(known[entry["model"]], known)
    unlabelled = getattr(base.options, "label_dropout", None) == 0
    if plugin("guidance", led["kind"]).DECLARATION.null_label and unlabelled:
        raise InputError(
            f"{place}: {led['kind']} needs a network that also knows images without their label; set "
            f"label_dropout of {base.name} in models, to 0.1, say"
        )
    low, high = led.get("sigma_low", 0.0), led.get("sigma_high")
    if high is not None and high <= low:
        raise InputError(f"{place}: sigma_high {high} is not above sigma_low {low}; nothing would be guided")


def _check_candidates(candidates: list[Recipe], place: str) -> None:
    """Of which one is chosen by its classifiers, and by real training images."""
    for recipe in candidates:
        if not recipe.trained_on:
            raise InputError(
                f"{place}: of: no classifier is trained on {recipe.name}, and sets are chosen by theirs; let "
                f"train of {recipe.series} say that one is, or take it out"
            )
        if recipe.real > 0:
            raise InputError(
                f"{place}: of: {recipe.name} holds real training images, and by those sets are chosen; take "
                "it out"
            )
        if abs(recipe.synthetic - candidates[0].synthetic) > ROUNDING:
            raise InputError(
                f"{place}: of: {recipe.name} has {recipe.synthetic:g} times as many images as the real set, "
                f"{candidates[0].name} {candidates[0].synthetic:g} times; choose among sets of one size"
            )


def _check_remedy(plain: str | None, found: Mapping[str, Recipe], place: str) -> None:
    """What a set is to improve on is another one, above it, that a classifier is trained on."""
    known = [name for name, recipe in found.items() if name != REAL and recipe.trained_on]
    if plain is not None and plain not in known:
        raise InputError(
            f"{place}: remedy_for: no set {shown(plain)} above it that a classifier is trained on; choose "
            f"among {', '.join(known) or 'none'}, or move it down"
        )


def _check_bases(known: Mapping[str, Model]) -> None:
    """What is said of other models is true of them; one that is made from another stands below it."""
    above: list[str] = []
    for name, model in known.items():
        if model.kind == "train":
            _check_snapshot(name, model.options, known)
        if model.declaration.derived and model.options.model not in above:
            raise InputError(
                f"config: models: {name}: model: no denoiser {shown(model.options.model)} above it that a "
                f"job makes a file of; choose among {', '.join(above) or 'none'}, or move it down"
            )
        if "denoiser" in model.declaration.roles and model.declaration.file:
            above.append(name)


def _check_snapshot(name: str, options: Any, known: Mapping[str, Model]) -> None:
    """A training stops within its steps, and takes the random numbers of one that there is."""
    place, trained = f"config: models: {name}", [each for each in known.values() if each.kind == "train"]
    if options.steps_taken > options.steps:
        raise InputError(f"{place}: stop {options.stop} is above steps {options.steps}; lower it")
    names = [
        each.name
        for each in trained
        if each.options.replicates == options.replicates and each.options.seed_of is None
    ]
    if options.seed_of is not None and options.seed_of not in names:
        raise InputError(
            f"{place}: seed_of: {shown(options.seed_of)} is no model of kind train with replicates: "
            f"{str(options.replicates).lower()} and without a seed_of; choose among "
            f"{', '.join(names) or 'none'}"
        )


def _check_sources(known: Mapping[str, Model], sets: Mapping[str, Recipe]) -> None:
    """Models that are made from another one are made from a set of its images, which doesn't need them."""
    for name, model in known.items():
        if not model.declaration.derived:
            continue
        place, base, source = f"config: models: {name}: set", model.options.model, model.options.set
        fitting = [each.name for each in sets.values() if each.model == base and each.generated]
        if source not in fitting:
            raise InputError(
                f"{place}: {shown(source)} is no fully synthetic set of {base} (t_re = T); choose one of "
                f"{', '.join(fitting) or 'none'}, or declare one"
            )
        if name in needed_models(sets[source], sets, known):
            raise InputError(f"{place}: {shown(source)} is made with {name} itself; choose a set that isn't")


def _check_sampling(sampling: Mapping[str, Any], changes: Mapping[str, Any], key: str) -> None:
    config = sampler_config(sampling, changes)
    if config.sigma_min >= config.sigma_max:
        raise InputError(
            f"config: {key}: sigma_min {config.sigma_min} is not below sigma_max {config.sigma_max}; lower it"
        )
    if config.schedule == "fitted" and plugin("samplers", config.sampler).DECLARATION.stochastic:
        raise InputError(
            f"config: {key}: schedule fitted is for samplers that add no noise, not {config.sampler}; take "
            "ipndm, or schedule karras"
        )
    if config.schedule == "fitted" and config.solver_steps is None:
        raise InputError(
            f"config: {key}: schedule fitted needs solver_steps, the most that it may take; set it to 20, say"
        )
    if config.sampler == "churn" and config.s_min > config.s_max:
        raise InputError(
            f"config: {key}: s_min {config.s_min} is above s_max {config.s_max}: churn would add no noise; "
            "lower it"
        )
    if config.sampler == "restart":
        _check_restart(config, key)


def _check_restart(config: SamplerConfig, key: str) -> None:
    if config.restart_min >= config.restart_max:
        raise InputError(
            f"config: {key}: restart_min {config.restart_min} is not below restart_max {config.restart_max}; "
            "lower it"
        )
    low, high = config.sigma_min, config.sigma_max
    if config.restart_min < low or config.restart_max > high:
        raise InputError(
            f"config: {key}: restart_min {config.restart_min} and restart_max {config.restart_max} are not "
            f"within sigma_min {low} and sigma_max {high}: no walk would be restarted; move them there"
        )


def _check_steps(entry: Mapping[str, Any], config: Mapping[str, Any], place: str) -> None:
    steps = sampler_config(config["sampling"], entry.get("sampling")).steps
    values = entry["t_re"] if isinstance(entry["t_re"], list) else [entry["t_re"]]
    if above := [value for value in values if value > steps]:
        raise InputError(
            f"{place}: t_re: {above[0]} is above T = sampling.steps = {steps}; they lie in 1..{steps}"
        )


def _check_analyses(entry: Mapping[str, Any], series: str | None, place: str) -> None:
    for key in ("train", "measure", "detect"):
        chosen = entry.get(key)
        values = entry.get(series) if series else None
        if isinstance(chosen, list) and not (isinstance(values, list) and set(chosen) <= set(values)):
            raise InputError(
                f"{place}: {key}: {shown(chosen)} must hold only values of {series or 'a series'} = "
                f"{shown(values)}"
            )


def _check_paper_series(config: Mapping[str, Any]) -> None:
    """The findings compare the real set with the fully synthetic one of T."""
    name = paper_series(config)
    if name is None:
        return
    entry = next((entry for entry in config["sets"] if entry["name"] == name), None)
    if entry is None or entry["kind"] != "reconstruct":
        known = ", ".join(e["name"] for e in config["sets"] if e["kind"] == "reconstruct")
        raise InputError(
            f"config: paper_series: {printable(name)} is no set of kind reconstruct; choose one of "
            f"{known or 'none'}"
        )
    steps = sampler_config(config["sampling"], entry.get("sampling")).steps
    values = entry["t_re"] if isinstance(entry["t_re"], list) else [entry["t_re"]]
    place = f"config: sets: {name}"
    if entry.get("times", 1) != 1:
        raise InputError(
            f"{place}: times: the findings compare each real image with one counterpart; leave it at 1, or "
            f"set paper_series to another or to {NO_SERIES}"
        )
    if steps not in values:
        raise InputError(
            f"{place}: t_re: {shown(values)} lacks T = sampling.steps = {steps}, the fully synthetic set, "
            "which the findings are about; add it, or set paper_series to another or to none"
        )
    for key in ("train", "measure", "detect"):
        chosen = entry.get(key)
        if chosen is False or (isinstance(chosen, list) and steps not in chosen):
            raise InputError(
                f"{place}: {key} leaves out T = {steps}, which the findings are about; add it, or set "
                f"paper_series to another or to {NO_SERIES}"
            )
