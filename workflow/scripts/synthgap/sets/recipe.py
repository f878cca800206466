"""Sets as recipes: what the config declares, with its series written out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..plan.declarations import ModelKind, SetKind
from ..plan.settings import build_settings
from ..plan.tables import plugin
from ..run.errors import InputError
from .guidance import guided
from .schedule import SamplerConfig, start_sigma

REAL = "real"
KNOWN = "known"  # the kind of sets whose faults are known
POSITIVE_CONTROL = "positive-control"
NEGATIVE_CONTROL = "negative-control"
FEWEST_POINTS = 3  # of a learning curve, the real set among them
NO_SERIES = "none"  # what the config says where the findings shall not be asked


@dataclass(frozen=True)
class Model:
    """What makes images: a name, a kind (see plan/tables.py) and the kind's options."""

    name: str
    kind: str
    options: Any

    @property
    def declaration(self) -> ModelKind:
        return plugin("models", self.kind).DECLARATION


@dataclass(frozen=True)
class Recipe:
    """How a set is made, and where it stands.

    name: of its folder, and its key in every table. title: in words. kind: see plan/tables.py. series: the
    name of the config's entry, which several sets share where one of its keys is a list. paper: whether the
    findings of the paper are asked of this series. generated: whether its images are all made from labels
    alone; placed: whether they have the classes of the real ones, whose places they take; paired: whether
    they have counterparts among those. t_re: the reverse step that it starts from, 0 for the real set, None
    where it has none; sigma: the noise level there. model: the name of what makes its images; of: other sets
    that it is made from. real, synthetic: how many training images it has of either, as multiples of the real
    set's. curve: whether they are real ones, none of them twice. evaluations: of networks, that making it and
    the sets that it is made from takes for each real image. remedy_for: the set that it is to improve on, if
    it is a remedy. trained_on, measured, detected: the analyses that it enters.
    """

    name: str
    title: str
    kind: str
    series: str
    options: Any
    paper: bool = False
    t_re: int | None = None
    sigma: float | None = None
    model: str | None = None
    of: tuple[str, ...] = ()
    real: float = 0.0
    synthetic: float = 0.0
    generated: bool = False
    placed: bool = False
    paired: bool = False
    curve: bool = False
    evaluations: int = 0
    remedy_for: str | None = None
    trained_on: bool = True
    measured: bool = True
    detected: bool = True

    @property
    def declaration(self) -> SetKind:
        return plugin("sets", self.kind).DECLARATION

    @property
    def value(self) -> Any:
        """What tells it from the others of its series, such as its share or times."""
        key = self.declaration.series
        return None if key is None else getattr(self.options, key)

    @property
    def judged(self) -> bool:
        """Whether the league of metrics is about it: trained on, measured, and all synthetic."""
        return self.trained_on and self.measured and not self.real and self.synthetic > 0

    @property
    def fitted(self) -> bool:
        """Whether the noise levels of its walk are fitted to its network."""
        sampling = getattr(self.options, "sampling", None)
        return sampling is not None and sampling.schedule == "fitted"

    @property
    def guide(self) -> str | None:
        """The name of the model that guides its own one, where one does."""
        led = getattr(self.options, "guidance", None)
        return None if led is None else led.model

    def replicate(self, replicate: int) -> int:
        """The replicate whose files hold a replicate's images: the first, where replicates don't differ."""
        return replicate if self.declaration.varies else 0


def models(config: Mapping[str, Any]) -> dict[str, Model]:
    """The config's models by name. Its kinds and keys have been checked (see plan/config.py)."""
    found = {}
    for entry in config["models"]:
        options = {key: value for key, value in entry.items() if key not in ("name", "kind")}
        kind = plugin("models", entry["kind"]).DECLARATION
        found[entry["name"]] = Model(entry["name"], entry["kind"], build_settings(kind.options, options))
    return found


def recipes(config: Mapping[str, Any]) -> dict[str, Recipe]:
    """The real set's recipe and those of the config's sets, series written out, in their order."""
    found = real_recipe(config)
    for entry in config["sets"]:
        found |= entry_recipes(entry, config, found)
    return found


def real_recipe(config: Mapping[str, Any]) -> dict[str, Recipe]:
    """That of the real set, which every config has."""
    return {REAL: _recipe({"name": REAL, "kind": REAL}, REAL, config, {})}


def entry_recipes(
    entry: Mapping[str, Any], config: Mapping[str, Any], others: Mapping[str, Recipe]
) -> dict[str, Recipe]:
    """Those of the sets that an entry of the config stands for. others: the sets above it, by name."""
    key = plugin("sets", entry["kind"]).DECLARATION.series
    if key is None or not isinstance(entry.get(key), list):
        return {entry["name"]: _recipe(entry, entry["name"], config, others)}
    found: dict[str, Recipe] = {}
    for value in entry[key]:
        name = _member_name(entry, key, value, config)
        if name in found:
            raise InputError(
                f"config: sets: {entry['name']}: {key}: two values give the name {name}; take one away"
            )
        found[name] = _recipe({**entry, key: value, "member": value}, name, config, {**others, **found})
    return found


def paper_series(config: Mapping[str, Any]) -> str | None:
    """The series that the paper's findings are asked of: as the config says, else the first of its kind."""
    if config["paper_series"] is not None:
        return None if config["paper_series"] == NO_SERIES else config["paper_series"]
    return next((entry["name"] for entry in config["sets"] if entry["kind"] == "reconstruct"), None)


def sampler_config(sampling: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> SamplerConfig:
    """The sampler's settings: the config's `sampling`, and what a set changes of them."""
    return build_settings(SamplerConfig, {**sampling, **(changes or {})})


def build_options(kind: str, values: Mapping[str, Any]) -> Any:
    """A kind's options from plain values, as a job gets them."""
    values = dict(values)
    if "sampling" in values:
        values["sampling"] = build_settings(SamplerConfig, values["sampling"])
    if values.get("guidance"):
        values["guidance"] = guided(**values["guidance"])
    return build_settings(plugin("sets", kind).DECLARATION.options, values)


def steps_of(sets: Iterable[Recipe]) -> list[Recipe]:
    """The paper's series, real set first, in ascending t_re."""
    chosen = [(recipe.t_re, recipe) for recipe in sets if recipe.paper and recipe.t_re is not None]
    return [recipe for _, recipe in sorted(chosen, key=lambda pair: pair[0])]


def has_learning_curve(sets: Mapping[str, Recipe]) -> bool:
    """Whether classifiers are trained on the real set and on at least two parts of it."""
    sizes = {recipe.real for recipe in sets.values() if recipe.curve and recipe.trained_on}
    return len(sizes) >= FEWEST_POINTS


def _member_name(entry: Mapping[str, Any], key: str, value: Any, config: Mapping[str, Any]) -> str:
    """A member of a series: the entry's name and the value; reverse steps with as many digits as T has."""
    if key == "t_re":
        steps = sampler_config(config["sampling"], entry.get("sampling")).steps
        return f"{entry['name']}{value:0{len(str(steps))}d}"
    return f"{entry['name']}-{value}" if isinstance(value, str) else f"{entry['name']}{value:g}"


def _recipe(
    entry: Mapping[str, Any],
    name: str,
    config: Mapping[str, Any],
    others: Mapping[str, Recipe],
) -> Recipe:
    """Of one set. entry: its entry in the config, with one value where that has a list."""
    series, paper_name = entry["name"], paper_series(config)
    paper = series == paper_name if name != REAL else paper_name is not None
    kind: SetKind = plugin("sets", entry["kind"]).DECLARATION
    known = {option.name for option in fields(kind.options)}
    values = {key: value for key, value in entry.items() if key in known and key != "sampling"}
    if "sampling" in known:
        values["sampling"] = sampler_config(config["sampling"], entry.get("sampling"))
    if entry.get("guidance"):
        led = dict(entry["guidance"])
        values["guidance"] = guided(led.pop("kind"), led)
    options: Any = build_settings(kind.options, values)
    title = kind.title(series, options, paper)
    if title in (other.title for other in others.values()):
        title = f"{title} ({name})"
    t_re = 0 if name == REAL else getattr(options, "t_re", None)
    sigma = 0.0 if name == REAL else None if t_re is None else start_sigma(t_re, options.sampling)
    of = getattr(options, "of", ())
    parts = [others[part] for part in ((of,) if isinstance(of, str) else of)]
    real, synthetic = kind.size(options, others)
    analyses = {
        "trained_on": _enters(entry.get("train"), entry, kind.trained_on),
        "measured": _enters(entry.get("measure"), entry, kind.measured),
        "detected": _enters(entry.get("detect"), entry, kind.detected),
    }
    return Recipe(
        name=name,
        title=title,
        kind=entry["kind"],
        series=series,
        options=options,
        paper=paper,
        t_re=t_re,
        sigma=sigma,
        model=getattr(options, "model", None),
        of=tuple(part.name for part in parts),
        real=real,
        synthetic=synthetic,
        generated=all(part.generated for part in parts) if kind.chooses else kind.generated(options),
        placed=all(part.placed for part in parts) if kind.chooses else kind.placed,
        paired=all(part.paired for part in parts) if kind.chooses else kind.paired,
        evaluations=kind.evaluations(options) + sum(part.evaluations for part in parts),
        remedy_for=entry.get("remedy_for"),
        curve=kind.curve(options, others),
        **analyses,
    )


def _enters(wanted: Any, entry: Mapping[str, Any], default: bool) -> bool:
    """Whether a set enters an analysis: true, false, or the members of its series that do."""
    if wanted is None:
        return default
    return entry.get("member") in wanted if isinstance(wanted, list) else wanted
