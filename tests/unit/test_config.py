import copy
import re
from dataclasses import fields

import pytest
import yaml
from project import ROOT, merged, schema_defaults
from synthgap.data.packing import DatasetConfig
from synthgap.metrics.configs import DetectionConfig
from synthgap.models.denoiser_training import DenoiserConfig
from synthgap.plan.config import check_consistency, check_schema
from synthgap.plan.schema import entry_schema, kinds, read_schema
from synthgap.plan.settings import build_settings, narrow_settings, narrow_values
from synthgap.run.errors import InputError
from synthgap.sets.checks import check_sets
from synthgap.sets.reconstruct import SamplerConfig

SCHEMA = read_schema((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))


def with_change(path, value):
    config = copy.deepcopy(CONFIG)
    *parents, key = path.split(".")
    part = config
    for name in parents:
        part = part.setdefault(name, {})
    part[key] = value
    return config


def test_a_config_means_the_same_in_any_order_and_with_its_defaults_written_out():
    config = copy.deepcopy(CONFIG)
    check_schema(config, SCHEMA)
    turned = {
        key: dict(reversed(value.items())) if isinstance(value, dict) else value
        for key, value in reversed(config.items())
    }
    turned["sampling"]["rho"] = 7  # 7.0
    check_schema(turned, SCHEMA)
    assert str(turned) == str(config)


def test_the_default_config_is_valid():
    check_schema(copy.deepcopy(CONFIG), SCHEMA)


def series(**changes):
    return {"name": "t", "kind": "reconstruct", "model": "denoiser", "t_re": [30, 100]} | changes


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("clasifier", {}, r"^config: clasifier: unknown key; did you mean classifier\?$"),
        ("classifier.epoch", 3, r"^config: classifier\.epoch: unknown key; did you mean epochs\?$"),
        ("figures.zzz", 3, r"^config: figures\.zzz: unknown key; known keys: images, class$"),
        ("dataset.kind", "imagnet", r"^config: dataset\.kind: 'imagnet' is not known; choose one of digits"),
        (
            "classifier.learner",
            "resnt",
            r"^config: classifier: learner 'resnt' is not known; choose one of resnet, ",
        ),
        (
            "classifier",
            {"learner": "timm", "width": 3},
            r"^config: classifier\.architecture: this key is missing",
        ),
        (
            "sets",
            [series(guidance={"kind": "auto"})],
            r"sets: t: guidance: kind 'auto' is not known; choose one of ",
        ),
        ("classifier.architecture", "resnet50", r"^config: classifier\.architecture: unknown key"),
        ("sets", [series(guidance={"weight": 2})], r"sets: t: guidance: kind: this key is missing"),
        (
            "sets",
            [series(guidance={"kind": "autoguidance", "weight": 2})],
            r"sets: t: guidance: model: this key is missing",
        ),
        (
            "sets",
            [series(guidance={"kind": "classifier_free", "weight": -1})],
            r"sets: t: guidance: weight: -1 is less than the minimum of 0",
        ),
        ("sampling.sampler", "hein", r"'hein' is not known; choose one of heun, euler, churn, "),
        ("replicates", "three", r"^config: replicates: 'three' is not of type integer$"),
        ("replicates", 3.0, r"^config: replicates: 3\.0 is not of type integer$"),
        ("classifier.lr", "1e-2x", r"^config: classifier\.lr: '1e-2x' is not of type number$"),
        ("dataset", {}, r"^config: dataset\.kind: this key is missing and has no default$"),
        ("models", [{"name": "My GAN", "kind": "gan"}], r"^config: models\.0\.name: 'My GAN' "),
        ("margins", {"acuracy": 2}, r"^config: margins\.acuracy: unknown key; did you mean accuracy\?$"),
        ("models", [{"name": "gan"}], r"^config: models\.0\.kind: this key is missing"),
        (
            "models",
            [{"name": "g", "kind": "gans"}],
            r"models: g: kind 'gans' is not known; choose one of train,",
        ),
        (
            "models",
            [{"name": "g", "kind": "gan", "lrr": 1}],
            r"^config: models: g: lrr: unknown key; did you m",
        ),
        (
            "models",
            [{"name": "g", "kind": "gan", "lr": 0}],
            r"^config: models: g: lr: 0 is less than or equal",
        ),
        ("models", [{"name": "g", "kind": "file"}], r"^config: models: g: path: this key is missing"),
        (
            "sets",
            [{"name": "t", "kind": "real"}],
            r"^config: sets: t: kind 'real' is not known; choose one of",
        ),
        ("sets", [series(t_re=[0])], r"^config: sets: t: t_re\.0: 0 is less than the minimum of 1$"),
        ("sets", [series(t_re="x")], r"^config: sets: t: t_re: 'x' is not of type integer$"),
        (
            "sets",
            [series(t_re=5, path="x")],
            r"^config: sets: t: path: kind reconstruct doesn't take this key, only samples; leave",
        ),
        ("sets", [series(sampling={"step": 5})], r"sets: t: sampling\.step: unknown key; did you mean steps"),
        (
            "sets",
            [{"name": "s", "kind": "subset", "share": 0.5, "sampling": {}}],
            r"sampling: kind subset doesn't take this key, only reconstruct; leave it out$",
        ),
        ("sets", [{"name": "m", "kind": "mix", "of": {"real": 0}}], r"sets: m: of\.real: 0 is less than or"),
        ("dataset.test_fraction", 1.5, r"^config: dataset\.test_fraction: 1\.5 is greater than"),
    ],
)
def test_each_mistake_gets_one_line(path, value, message):
    with pytest.raises(InputError, match=message) as error:
        check_schema(with_change(path, value), SCHEMA)
    assert "\n" not in str(error.value)


def complete(**changes):
    return merged(merged(schema_defaults(), {"dataset": {"kind": "digits"}}), changes)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            complete(dataset={"kind": "npz", "path": "/no/where"}),
            r"dataset\.path: /no/where does not exist \(relative",
        ),
        (
            complete(dataset={"kind": "cifar10"}, downloads={"cifar10": {"url": "no.gz"}}),
            r"downloads\.cifar10\.url: no\.gz does not exist",
        ),
        (complete(detection={"validation": 0.5, "test": 0.5}), "leave nothing to train on"),
        (
            complete(models=[{"name": "edm", "kind": "file", "path": "no.pkl"}]),
            r"config: models: edm: path: no\.pkl does not exist",
        ),
        (
            complete(models=[{"name": "p", "kind": "diffusers", "path": "https://example.org/p"}]),
            r"models: p: path: https://example\.org/p is no folder",
        ),
        (complete(models=[{"name": "g", "kind": "gan"}] * 2), "models: g: this name is taken"),
        (
            complete(models=[{"name": "g-rep0", "kind": "gan"}]),
            "models: g-rep0: names that end in -rep and a",
        ),
        (
            complete(dataset={"path": "."}),
            r"dataset\.path: kind digits takes none, it has its own images; leave it out",
        ),
        (
            complete(dataset={"kind": "cifar10", "resolution": 2048}),
            r"dataset\.resolution: 2048 takes \d+ GB of memory, this machine has \d+; lower it",
        ),
        (complete(results=__file__), r"config: results: \S+test_config\.py is no folder; choose another"),
        (complete(batch_size=5000), "batch_size: 5000 is more than all images of a split, .* 1797 at most"),
        (complete(dataset={"kind": "folder"}), r"dataset\.path: kind folder needs the path of your data"),
    ],
)
def test_values_that_do_not_go_together_are_told(config, message):
    with pytest.raises(InputError, match=message):
        check_consistency(config)


def test_a_leading_tilde_in_a_path_is_the_users_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("mine.npz", "net.pkl"):
        (tmp_path / name).touch()
    config = {
        "results": "~/results",
        "dataset": {"kind": "npz", "path": "~/mine.npz"},
        "models": [{"name": "net", "kind": "file", "path": "~/net.pkl"}],
        "sets": [{"name": "s", "kind": "samples", "path": "~/mine.npz"}],
        "downloads": {"inception": {"url": "~/net.pkl"}},
        "paper_series": "none",
    }
    check_schema(config, SCHEMA)
    check_consistency(config)
    check_sets(config)
    places = [config["results"], config["dataset"]["path"], config["downloads"]["inception"]["url"]]
    places += [config["models"][0]["path"], config["sets"][0]["path"]]
    assert places == [
        f"{tmp_path}/{name}" for name in ("results", "mine.npz", "net.pkl", "net.pkl", "mine.npz")
    ]


def test_braces_in_the_path_of_a_file_are_refused_in_a_line(tmp_path):
    """Snakemake takes them for wildcards, and has no way to escape them. A folder of images is no input."""
    place = tmp_path / "{a}"
    place.mkdir()
    (place / "mine.npz").touch()
    mine = str(place / "mine.npz")
    config = with_change("dataset", {"kind": "folder", "path": str(place)})
    check_schema(config, SCHEMA)
    check_consistency(config)
    model = {"name": "net", "kind": "file", "path": mine}
    samples = {"name": "s", "kind": "samples", "path": mine}
    for changes, key in (
        ({"dataset": {"kind": "npz", "path": mine}}, "dataset.path"),
        ({"models": [model], "sets": []}, "models: net: path"),
        (
            {"downloads": {"inception": {"url": mine}}, "metrics": {"frechet": "inception"}},
            "downloads.inception.url",
        ),
        ({"sets": [samples]}, "sets: s: path"),
    ):
        changed = merged(copy.deepcopy(CONFIG), changes)
        check_schema(changed, SCHEMA)
        check = check_sets if key.startswith("sets") else check_consistency
        with pytest.raises(InputError, match=f"config: {key}: .* has braces, which Snakemake takes for wild"):
            check(changed)


def test_models_that_are_complete_pass():
    url = {"name": "edm", "kind": "file", "path": "https://example.org/network.pkl"}
    function = {"name": "mine", "kind": "callable", "function": "my_models:denoiser"}
    check_consistency(complete(models=[url, function]))


def test_texts_that_are_numbers_become_numbers():
    """Snakemake's --config hands nested values on as text."""
    config = with_change("classifier", {"epochs": "3", "lr": "1e-2", "blocks": ["1", "2", "1", "1"]})
    config |= {"seed": "7", "dataset": {"kind": "digits", "max_images": "null", "resolution": "8"}}
    config["margins"] = {"accuracy": "2"}
    config["sets"] = [
        series(t_re=["30", "100"], times="2", sampling={"sigma_min": "0.01"}, train="false", detect=["100"]),
        {"name": "m", "kind": "mix", "of": {"real": "0.5"}},
    ]
    check_schema(config, SCHEMA)
    assert config["classifier"].items() >= {"epochs": 3, "lr": 0.01, "blocks": [1, 2, 1, 1]}.items()
    assert (config["seed"], config["dataset"]["max_images"], config["dataset"]["resolution"]) == (7, None, 8)
    assert config["margins"]["accuracy"] == 2
    assert config["sets"][1]["of"] == {"real": 0.5}
    entry = config["sets"][0]
    assert entry["detect"] == [100]
    assert (entry["t_re"], entry["times"], entry["sampling"], entry["train"]) == (
        [30, 100], 2, {"sigma_min": 0.01}, False,
    )  # fmt: skip


def test_texts_stay_texts_where_they_are_wanted():
    config = with_change("figures", {"class": "7"})
    check_schema(config, SCHEMA)
    assert config["figures"]["class"] == "7"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"diffusion": {"t_re": [20, 40, 100], "shards": 2, "sampling": {"rho": 5.0}}},
            "diffusion: keys of earlier versions; sets and what makes them are lists now: what you wrote is "
            "{shards: 2, sampling: {rho: 5.0}, sets: [{name: t, kind: reconstruct, model: denoiser, t_re: "
            "[20, 40, 100]}]}",
        ),
        (
            {"diffusion": {"network": "a.pkl", "sha256": "abc"}, "classifier": {"t_re": [50, 100]}},
            "diffusion, classifier.t_re: keys of earlier versions; sets and what makes them are lists now: "
            "what you wrote is {models: [{name: denoiser, kind: file, path: a.pkl, sha256: abc}], sets: "
            "[{name: t, kind: reconstruct, model: denoiser, t_re: [50, 100], train: [50, 100]}]}",
        ),
        (
            {"competitors": [{"name": "s2", "kind": "stylegan", "network": "s.pkl", "truncation_psi": 0.7}]},
            "{models: [{name: s2, kind: file, path: s.pkl}], sets: [{name: s2, kind: generate, model: s2, "
            "truncation_psi: 0.7}]}",
        ),
        (
            {"competitors": [{"name": "g", "kind": "gan"}, {"name": "m", "kind": "samples", "path": "x"}]},
            "{models: [{name: g, kind: gan}], sets: [{name: g, kind: generate, model: g}, {name: m, kind: "
            "samples, path: x}]}",
        ),
        ({"gan": {"steps": 5}}, "{models: [{name: gan, kind: gan, steps: 5}]}"),
        ({"competitors": []}, "{sets: []}"),
        ({"diffusion": {"network": "m:f"}}, "{models: [{name: denoiser, kind: callable, function: 'm:f'}]}"),
        ({"diffusion": {"train": {"steps": 9}}}, "{models: [{name: denoiser, kind: train, steps: 9}]}"),
        ({"sampling": {"guidance": 2}}, "guidance: {kind: classifier_free, weight: 2}"),
        ({"sampling": {"tf32": True}}, "beside `device`: tf32: True"),
    ],
)
def test_old_keys_are_refused_with_the_new_form_of_what_they_said(old, new):
    with pytest.raises(InputError, match=re.escape(new)) as error:
        check_schema({"dataset": {"kind": "digits"}, **old}, SCHEMA)
    assert "\n" not in str(error.value)


def test_the_schema_and_the_library_agree_on_the_data_sets_names_and_defaults():
    """Other parts of the schema come from the dataclasses themselves."""
    properties = SCHEMA["properties"]["dataset"]["properties"]
    defaults = {name: value.get("default", "digits") for name, value in properties.items()}
    assert set(defaults) == {field.name for field in fields(DatasetConfig)}
    assert build_settings(DatasetConfig, defaults) == DatasetConfig()


def test_every_key_is_described_and_closed():
    def check(entry, path):
        assert entry.get("additionalProperties") is False, path
        for name, value in entry["properties"].items():
            assert value.get("description"), f"{path}.{name}"
            if "properties" in value:
                check(value, f"{path}.{name}")

    check(SCHEMA, "config")
    for family in ("models", "sets", "guidance", "learners"):
        for kind in kinds(family):
            check(entry_schema(family, kind, SCHEMA), kind)


def test_settings_are_narrowed_and_unknown_ones_refused():
    config = DenoiserConfig(steps=5)
    assert narrow_settings(SamplerConfig, SamplerConfig(steps=7)).steps == 7
    assert narrow_values(DetectionConfig, {"lr": 0.5, "other": 1}) == DetectionConfig(lr=0.5)
    assert config.channel_mult == build_settings(DenoiserConfig, {"channel_mult": [1, 2]}).channel_mult
    with pytest.raises(TypeError, match="unexpected keyword"):
        build_settings(DetectionConfig, {"other": 1})


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.yaml")), ids=lambda path: path.stem)
def test_presets_are_valid(path):
    preset = merged(CONFIG, yaml.safe_load(path.read_text(encoding="utf-8")))
    check_schema(preset, SCHEMA)
    whole = merged(schema_defaults(), preset)
    check_consistency(whole)
    check_sets(whole)
