"""What there is to choose from: for each family of plug-ins its members, and the module that each is.

This is the only list of them. A plug-in's module says everything else about it in its DECLARATION.
"""

import importlib
from functools import cache
from types import ModuleType

from ..run.errors import InputError

PLUGINS: dict[str, dict[str, str]] = {
    "data": {
        "digits": "data.formats.digits",
        "cifar10": "data.formats.cifar10",
        "cifar100": "data.formats.cifar100",
        "fashion_mnist": "data.formats.fashion_mnist",
        "zip": "data.formats.zip",
        "npz": "data.formats.npz",
        "svhn": "data.formats.svhn",
        "webdataset": "data.formats.webdataset",
        "parquet": "data.formats.parquet",
        "folder": "data.formats.folder",
    },
    "models": {
        "train": "models.kinds.train",
        "gan": "models.kinds.gan",
        "file": "models.kinds.file",
        "diffusers": "models.kinds.diffusers",
        "callable": "models.kinds.callable",
        "neon": "models.kinds.neon",
    },
    "guidance": {
        "classifier_free": "models.guidance.classifier_free",
        "autoguidance": "models.guidance.autoguidance",
    },
    "networks": {
        "nvidia": "models.formats.nvidia",
    },
    "sets": {
        "real": "sets.kinds.real",
        "reconstruct": "sets.kinds.reconstruct",
        "generate": "sets.kinds.generate",
        "samples": "sets.kinds.samples",
        "subset": "sets.kinds.subset",
        "mix": "sets.kinds.mix",
        "replace": "sets.kinds.replace",
        "add": "sets.kinds.add",
        "augment": "sets.kinds.augment",
        "known": "sets.kinds.known",
        "choice": "sets.kinds.choice",
    },
    "samplers": {
        "heun": "sets.samplers.heun",
        "euler": "sets.samplers.euler",
        "churn": "sets.samplers.churn",
        "ancestral": "sets.samplers.ancestral",
        "dpmpp_2m": "sets.samplers.dpmpp_2m",
        "dpmpp_3m": "sets.samplers.dpmpp_3m",
        "ipndm": "sets.samplers.ipndm",
        "unipc": "sets.samplers.unipc",
        "restart": "sets.samplers.restart",
    },
    "learners": {
        "resnet": "classifiers.learners.resnet",
        "timm": "classifiers.learners.timm",
    },
    "extractors": {
        "efficientnet_lite0": "metrics.extractors.efficientnet_lite0",
        "inception": "metrics.extractors.inception",
        "vgg16": "metrics.extractors.vgg16",
        "dinov2": "metrics.extractors.dinov2",
    },
    "metrics": {
        "frechet": "metrics.frechet",
        "kernel": "metrics.kernel",
        "manifold": "metrics.manifold",
    },
    "detectors": {
        "pixel": "metrics.detectors.pixel",
        "dct": "metrics.detectors.dct",
        "dct_linear": "metrics.detectors.dct_linear",
        "boosted": "metrics.detectors.boosted",
    },
    "figures": {
        "fig1a": "report.figures.accuracy",
        "fig1b": "report.figures.features",
        "fig2": "report.figures.reconstruction",
        "fig3a": "report.figures.grid",
        "fig3b": "report.figures.quality",
        "fig4": "report.figures.attention",
        "fig5": "report.figures.entropy",
        "fig6": "report.figures.class_features",
        "detection": "report.figures.detection",
        "spectra": "report.figures.spectra",
        "league": "report.figures.league",
        "edges": "report.figures.edges",
        "lost": "report.figures.lost",
        "copied": "report.figures.copied",
        "remedies": "report.figures.remedies",
        "worth": "report.figures.worth",
    },
    "findings": {
        "accuracy": "report.findings.accuracy",
        "frechet": "report.findings.frechet",
        "precision": "report.findings.precision",
        "recall": "report.findings.recall",
        "recall_most": "report.findings.recall_most",
        "detection": "report.findings.detection",
        "entropy_train": "report.findings.entropy_train",
        "entropy_test": "report.findings.entropy_test",
        "concentration": "report.findings.concentration",
        "attention": "report.findings.attention",
    },
    "tables": {
        "table1": "report.tables.detection",
        "table2": "report.tables.accuracy",
        "quality": "report.tables.quality",
        "league": "report.tables.league",
        "edges": "report.tables.edges",
        "remedies": "report.tables.remedies",
        "worth": "report.tables.worth",
    },
}

# Parts of the config whose keys are the fields of a dataclass.
SECTIONS = {
    "sampling": "sets.schedule.SamplerConfig",
    "classifier": "classifiers.config.ClassifierConfig",
    "metrics": "metrics.configs.MetricsConfig",
    "detection": "metrics.configs.DetectionConfig",
}


@cache
def plugin(family: str, name: str) -> ModuleType:
    """A plug-in's module. Raises InputError, with the names that there are, for one that isn't listed."""
    known = PLUGINS[family]
    if name not in known:
        raise InputError(f"no {name!r} among the {family}; choose one of {', '.join(known)}")
    return importlib.import_module(f"synthgap.{known[name]}")


def section(name: str) -> type:
    """The dataclass of a part of the config (see SECTIONS)."""
    module, kind = SECTIONS[name].rsplit(".", 1)
    return getattr(importlib.import_module(f"synthgap.{module}"), kind)


def network_format(path: str) -> str | None:
    """The format of published networks that a file's name says; None for one of ours."""
    known = (
        name for name in PLUGINS["networks"] if path.endswith(plugin("networks", name).DECLARATION.suffix)
    )
    return next(known, None)
