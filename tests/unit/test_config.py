import copy
from dataclasses import fields

import pytest
import yaml
from project import ROOT, merged, schema_defaults
from synthgap.classifiers.training import ClassifierConfig
from synthgap.data.packing import DatasetConfig
from synthgap.metrics.detection import DetectionConfig
from synthgap.metrics.scores import ScoreConfig
from synthgap.models.denoiser_training import DenoiserConfig
from synthgap.models.gan_training import GANConfig
from synthgap.plan.config import check_consistency, check_schema
from synthgap.plan.settings import build_settings, narrow_settings, narrow_values
from synthgap.run.errors import InputError
from synthgap.sets.reconstruct import SamplerConfig

SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))


def with_change(path, value):
    config = copy.deepcopy(CONFIG)
    *parents, key = path.split(".")
    part = config
    for name in parents:
        part = part.setdefault(name, {})
    part[key] = value
    return config


def test_the_default_config_is_valid():
    check_schema(CONFIG, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("clasifier", {}, r"^config: clasifier: unknown key; did you mean classifier\?$"),
        ("classifier.epoch", 3, r"^config: classifier\.epoch: unknown key; did you mean epochs\?$"),
        ("figures.zzz", 3, r"^config: figures\.zzz: unknown key; known keys: images, class$"),
        ("dataset.kind", "imagnet", r"^config: dataset\.kind: 'imagnet' is not known; choose one of digits"),
        ("diffusion.sampling.sampler", "hein", r"'hein' is not known; choose one of heun, euler, churn, "),
        ("replicates", "three", r"^config: replicates: 'three' is not of type integer$"),
        ("replicates", 3.0, r"^config: replicates: 3\.0 is not of type integer$"),
        (
            "classifier.lr",
            "1e-2",
            r"^config: classifier\.lr: '1e-2' is not .*; YAML reads it as text: write 0\.01$",
        ),
        ("dataset", {}, r"^config: dataset\.kind: this key is missing and has no default$"),
        ("diffusion.t_re", [0], r"^config: diffusion\.t_re\.0: 0 is less than the minimum of 1$"),
        ("competitors", [{"name": "My GAN", "kind": "gan"}], r"^config: competitors\.0\.name: 'My GAN' "),
        ("competitors", [{"name": "gan"}], r"^config: competitors\.0\.kind: this key is missing"),
        ("dataset.test_fraction", 1.5, r"^config: dataset\.test_fraction: 1\.5 is greater than"),
    ],
)
def test_each_mistake_gets_one_line(path, value, message):
    with pytest.raises(InputError, match=message) as error:
        check_schema(with_change(path, value), SCHEMA)
    assert "\n" not in str(error.value)


def complete(**changes):
    return merged(schema_defaults(), changes)


def competing(*others, **changes):
    """A config with a competitor called mine, and others."""
    optional = dict.fromkeys(["network", "sha256", "truncation_psi", "path"])
    mine = {"name": "mine", "kind": "gan", **optional}
    return complete(competitors=[{**mine, **entry} for entry in (changes, *others)])


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            complete(diffusion={"t_re": [30, 100, 120]}),
            r"t_re: 120 is above T = diffusion\.sampling\.steps = 100",
        ),
        (
            complete(diffusion={"t_re": [30]}),
            r"t_re: \[30\] lacks T = .* = 100, the fully synthetic set; add it",
        ),
        (complete(diffusion={"network": "no.pkl"}), r"diffusion\.network: no\.pkl does not exist \(relative"),
        (complete(dataset={"path": "/no/where"}), r"dataset\.path: /no/where does not exist"),
        (
            complete(diffusion={"sampling": {"sigma_min": 90.0}}),
            r"sigma_min 90\.0 is not below sigma_max 80\.0",
        ),
        (
            complete(classifier={"t_re": [50]}),
            r"classifier\.t_re: \[50\] must hold T = 100 and otherwise only",
        ),
        (complete(classifier={"t_re": [60, 100]}), r"only steps of diffusion\.t_re = \[30, 50, 70, 100\]"),
        (
            complete(dataset={"kind": "cifar10"}, downloads={"cifar10": {"url": "no.gz"}}),
            r"downloads\.cifar10\.url: no\.gz does not exist",
        ),
        (complete(detection={"validation": 0.5, "test": 0.5}), "leave nothing to train on"),
        (competing(name="real"), "competitors: real: this name is taken; choose another"),
        (competing(name="t50"), "competitors: t50: this name is taken; choose another"),
        (competing(name="controls"), "competitors: controls: this name is taken"),
        (competing({"name": "mine"}), "competitors: mine: this name is taken"),
        (competing(kind="stylegan"), "competitors: mine: kind stylegan needs network; set it"),
        (competing(kind="samples"), "competitors: mine: kind samples needs path; set it"),
        (competing(path="x.npz"), "competitors: mine: kind gan has no path; remove it"),
        (
            competing(kind="samples", path="/no/where", truncation_psi=0.5),
            "competitors: mine: kind samples has no truncation_psi; remove it",
        ),
        (
            competing(kind="samples", path="/no/where"),
            r"config: competitors\.mine\.path: /no/where does not exist",
        ),
        (
            competing(kind="samples", path="https://example.org/samples.npz"),
            r"competitors\.mine\.path: https://example\.org/samples\.npz does not exist",
        ),
        (competing(name="nan"), "competitors: nan: this name is taken"),
        (
            competing(kind="stylegan", network="no.pkl"),
            r"config: competitors\.mine\.network: no\.pkl does not exist",
        ),
    ],
)
def test_values_that_do_not_go_together_are_told(config, message):
    with pytest.raises(InputError, match=message):
        check_consistency(config)


@pytest.mark.parametrize("network", ["train", "https://example.org/network.pkl", "my_models:denoiser"])
def test_values_that_go_together_pass(network):
    check_consistency(complete(diffusion={"network": network}))


def test_competitors_that_are_complete_pass():
    url = "https://example.org/network.pkl"
    samples = {"name": "others", "kind": "samples", "path": str(ROOT)}
    check_consistency(competing({"name": "stylegan2", "kind": "stylegan", "network": url}, samples))


@pytest.mark.parametrize(
    ("kind", "path", "besides"),
    [
        (DatasetConfig, "dataset", set()),
        (SamplerConfig, "diffusion.sampling", set()),
        (DenoiserConfig, "diffusion.train", {"replicates"}),
        (ClassifierConfig, "classifier", {"t_re"}),
        (ScoreConfig, "metrics", {"image_size", "batch_size", "attention_images"}),
        (DetectionConfig, "detection", set()),
        (GANConfig, "gan", set()),
    ],
)
def test_the_schema_and_the_library_agree_on_names_and_defaults(kind, path, besides):
    entry = SCHEMA
    for name in path.split("."):
        entry = entry["properties"][name]
    defaults = {name: value.get("default", "digits") for name, value in entry["properties"].items()}
    assert set(defaults) - besides == {field.name for field in fields(kind)}
    assert build_settings(kind, {k: v for k, v in defaults.items() if k not in besides}) == kind()


def test_every_key_is_described_and_closed():
    def check(entry, path):
        assert entry.get("additionalProperties") is False, path
        for name, value in entry["properties"].items():
            assert value.get("description"), f"{path}.{name}"
            if "properties" in value:
                check(value, f"{path}.{name}")

    check(SCHEMA, "config")


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
    check_consistency(merged(schema_defaults(), preset))
