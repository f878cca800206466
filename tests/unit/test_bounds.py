"""Every key of the config, with odd values: each is refused in one line, or means something."""

import copy
import math

import pytest
import yaml
from project import ROOT, merged
from synthgap.plan.config import check_consistency, check_schema
from synthgap.plan.estimates import memory_mb, runtime_minutes
from synthgap.plan.schema import entry_schema, kinds, read_schema
from synthgap.run.errors import LONGEST_MESSAGE, InputError
from synthgap.sets.checks import check_sets
from synthgap.sets.recipe import models, recipes

SCHEMA = read_schema((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
LOOP = []
LOOP.append(LOOP)
ODD = [
    math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, -1, 0, 0.5, 1, 3.0, 10**19, -(10**19), 2**63,
    2**63 - 1, 10**5000, True, None, "", " ", "x", "x" * 10_000, "7", "1e400", "nan", "-Infinity",
    "\x1b[2Jé", "{a}", "٣", "..", [], [[[]]], [1] * 5000, [math.nan], LOOP, {}, {"x": 1}, {1: {}},
]  # fmt: skip
# What an entry of each kind needs, and the entries that it is built on.
MODELS = [
    {"name": "d", "kind": "train", "label_dropout": 0.1}, {"name": "weak", "kind": "train"},
    {"name": "g", "kind": "gan"},
]  # fmt: skip
SETS = [{"name": name, "kind": "reconstruct", "model": "d", "t_re": 100} for name in "tu"]
NEEDED = {
    "file": {"path": "https://a.org/a.pkl"}, "diffusers": {"path": "."}, "callable": {"function": "a:b"},
    "reconstruct": {"model": "d", "t_re": 100}, "generate": {"model": "g"}, "samples": {"path": "."},
    "subset": {"share": 0.5}, "mix": {"of": {"real": 1}}, "timm": {"architecture": "resnet18"},
    "autoguidance": {"model": "weak"}, "choice": {"of": ["t", "u"]}, "known": {"fault": "core"},
    "replace": {"of": "t", "share": 0.5}, "add": {"of": "t", "times": 1},
    "neon": {"model": "d", "set": "t"},
}  # fmt: skip


def leaves(schema, above=()):
    """The places of all keys below a schema's object."""
    for name, entry in schema["properties"].items():
        yield (*above, name), entry
        if "properties" in entry:
            yield from leaves(entry, (*above, name))


def place_value(target, place, value):
    *parents, key = place
    for name in parents:
        target = target.setdefault(name, {})
    target[key] = value


def cases():
    """(name of a key, the config without it, its place in a part of the config, its schema)."""
    for place, entry in leaves(SCHEMA):
        yield ".".join(place), {"dataset": {"kind": "digits"}}, (), place, entry
    for family in ("models", "sets"):
        for kind in kinds(family):
            config = {"dataset": {"kind": "digits"}, "models": MODELS, "sets": SETS, "paper_series": "none"}
            entry = {"name": "it", "kind": kind, **NEEDED.get(kind, {})}
            config[family] = [*config.get(family, []), entry]
            for place, own in leaves(entry_schema(family, kind, SCHEMA)):
                yield f"{family}: {kind}: {'.'.join(place)}", config, (family, -1), place, own

    for learner in kinds("learners"):
        config = {
            "dataset": {"kind": "digits"},
            "classifier": {"learner": learner, **NEEDED.get(learner, {})},
        }
        for place, own in leaves(entry_schema("learners", learner, SCHEMA)):
            yield f"learners: {learner}: {'.'.join(place)}", config, ("classifier",), place, own
    for kind in kinds("guidance"):
        entry = {"name": "it", "kind": "reconstruct", **NEEDED["reconstruct"]}
        entry["guidance"] = {"kind": kind, "weight": 2, **NEEDED.get(kind, {})}
        config = {"dataset": {"kind": "digits"}, "models": MODELS, "sets": [entry]}
        for place, own in leaves(entry_schema("guidance", kind, SCHEMA)):
            yield f"guidance: {kind}: {'.'.join(place)}", config, ("sets", -1, "guidance"), place, own


CASES = list(cases())
OLD = [
    "sampling.guidance",
    "diffusion",
    "diffusion.t_re",
    "diffusion.train",
    "competitors",
    "gan",
    "classifier.t_re",
]
CASES += [(key, {"dataset": {"kind": "digits"}}, (), tuple(key.split(".")), {}) for key in OLD]


def use(config):
    """All that happens before the first job."""
    check_schema(config, SCHEMA)
    whole = config
    check_consistency(whole)
    check_sets(whole)
    assert memory_mb("score_set", whole, "cpu") < 1e9
    made = [("make_set", recipe) for recipe in recipes(whole).values()]
    made += [("make_model", model) for model in models(whole).values()]
    assert all(runtime_minutes(rule, whole, subject) < 1e18 for rule, subject in made)


@pytest.mark.parametrize(("name", "config", "part", "place", "entry"), CASES, ids=[case[0] for case in CASES])
def test_a_value_is_refused_in_a_line_that_names_its_key_or_means_something(
    name, config, part, place, entry, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for value in ODD:
        changed = copy.deepcopy(config)
        target = changed
        for step in part:
            target = target[step]
        place_value(target, place, copy.deepcopy(value))
        try:
            use(changed)
        except InputError as error:
            message = str(error)
            assert message.startswith("config: "), message
            assert len(message) <= LONGEST_MESSAGE, message
            assert message.isprintable(), message
            assert place[-1] in message or place[0] in message, message


def numbers(schema, name):
    """The parts of a key's schema that take numbers, other than a few that it names."""
    if "enum" in schema or "const" in schema:
        return
    types = schema.get("type", [])
    if {"integer", "number"} & set([types] if isinstance(types, str) else types):
        yield name, schema
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict) and "properties" not in schema[word]:
            yield from numbers(schema[word], f"{name}.{word}")
    for other in schema.get("anyOf", []):
        yield from numbers(other, name)


def test_every_number_has_bounds():
    for name, _, _, _, entry in CASES:
        for place, schema in numbers(entry, name):
            assert {"minimum", "exclusiveMinimum"} & set(schema), place
            assert {"maximum", "exclusiveMaximum"} & set(schema), place


def test_the_presets_are_within_the_bounds():
    for path in (ROOT / "config").glob("*.yaml"):
        use(merged({"dataset": {"kind": "digits"}}, yaml.safe_load(path.read_text(encoding="utf-8"))))
