"""A plug-in of each family, as small as one can be: the texts of their files."""

SAMPLER = '''"""One look at the network, at the start."""

from ...plan.declarations import Sampler

DECLARATION = Sampler(summary="The denoised image at the start.")


def sample(denoise, x, sigmas, noise, config):
    return denoise(x, sigmas[0])
'''
KIND = '''"""The negatives of another set."""

from dataclasses import dataclass, replace

from ...plan.declarations import SetKind
from ...plan.options import option


@dataclass(frozen=True)
class NegativeOptions:
    of: str = option("Name of the other set.", "real")


DECLARATION = SetKind(
    summary="The negatives of another set.",
    options=NegativeOptions,
    title=lambda name, options, paper: f"{options.of}, negative",
    size=lambda options, others: (0.0, 1.0),
    detected=False,
)


def make(task):
    whole = task.others[task.options.of]
    shown = whole[task.own_rows(len(whole))]
    return replace(shown, images=255 - shown.images)
'''
MODEL = '''"""A small denoiser that was not trained."""

from dataclasses import dataclass

from ...plan.declarations import ModelKind
from ...plan.options import option
from ..task import Made


@dataclass(frozen=True)
class UntrainedOptions:
    channels: int = option("Width.", 8)


DECLARATION = ModelKind(summary="A denoiser that was not trained.", options=UntrainedOptions)


def make(task):
    from ..configs import UNetConfig
    from ..networks import EDMPrecond

    size, channels = task.train.images.shape[2:]
    config = UNetConfig(model_channels=task.options.channels, channel_mult=(1,), attn_resolutions=())
    return Made(EDMPrecond(size, channels, len(task.info.class_names), config), {"made by": "a test"})
'''
GUIDANCE = '''"""Towards nothing."""

from ...plan.declarations import Guidance
from ..configs import GuidanceConfig

DECLARATION = Guidance(summary="Towards grey.", options=GuidanceConfig, evaluations=1)


def wrap(denoiser, guide, options):
    from ..guided import GuidedDenoiser

    return GuidedDenoiser(denoiser, lambda x, sigma, labels: 0 * x, options)
'''
LEARNER = '''"""A linear classifier."""

from dataclasses import dataclass

from ...plan.declarations import Learner
from ...plan.options import option


@dataclass(frozen=True)
class LinearOptions:
    bias: bool = option("Whether it has one.", True)


DECLARATION = Learner(summary="Linear.", options=LinearOptions, cost=lambda options: 0.01)


def build(channels, num_classes, options):
    import torch

    from ..classifier import Classifier

    class Linear(Classifier):
        def __init__(self):
            super().__init__(channels, num_classes)
            self.head = torch.nn.Linear(64 * channels, num_classes, bias=options.bias)

        def maps(self, pixels):
            return pixels

        def pooled(self, maps):
            return maps.flatten(1)

        def logits(self, features):
            return self.head(features)

    return Linear()
'''
FINDING = '''"""A finding of one's own."""

from ...plan.declarations import Finding

DECLARATION = Finding(claim="Density falls.", paper="none", direction=-1, margin=0.1, unit="")


def weigh(evidence):
    from ..excess import weigh_excess

    return weigh_excess(evidence, "density")
'''
DETECTOR = '''"""The mean grey level."""

from ...plan.declarations import Detector

DECLARATION = Detector(title="mean")


def scores(parts, fakes, config, *, seed, device):
    levels = [images.mean(axis=(1, 2, 3)) for images in parts]
    middle = (levels[0][fakes[0]].mean() + levels[0][~fakes[0]].mean()) / 2
    return [level - middle for level in levels]
'''
METRIC = '''"""How far the means of two sets lie from each other."""

import numpy as np

from ..plan.declarations import Metric, Score

DECLARATION = Metric({"shift": Score("distance of the means", "lower")}, extractor="frechet")


def measure(real, fake, config):
    return {"shift": float(np.linalg.norm(real.mean(axis=0) - fake.mean(axis=0)))}
'''
EXTRACTOR = '''"""The pixels themselves."""

from ...plan.declarations import Extractor

DECLARATION = Extractor(title="pixels", width=48, fetched=False)


def load(weights, size):
    import torch

    from ..extraction import Preprocessed

    return Preprocessed(torch.nn.Flatten(), 4, mean=None)
'''
FORMAT = '''"""One npy of images for each class."""

import numpy as np

from ...plan.declarations import DataFormat
from ..labelled import Labelled, Source
from ..sources import required_path

DECLARATION = DataFormat(summary="A folder with an npy of images for each class.")


def read(config, downloads):
    files = sorted(required_path(config).glob("*.npy"))
    parts = [np.load(file) for file in files]
    labels = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Source(Labelled(np.concatenate(parts), labels), None, [file.stem for file in files], "npy files")
'''
FIGURE = '''"""How many images of each kind a set has."""

from ...plan.declarations import Figure
from ..style import new_figure

DECLARATION = Figure(title="Numbers of images", category="Run", caption="Training images of each set.")


def draw(material):
    figure = new_figure(3, 3)
    axes = figure.subplots()
    axes.barh(material.sets["title"], material.sets["n_real"] + material.sets["n_synthetic"])
    return figure
'''
TABLE = '''"""The best set."""

from ...plan.declarations import Table

DECLARATION = Table(title="The best set", caption="The set with the highest accuracy.", scores=("accuracy",))


def make(scores, values, with_paper=False):
    return scores.nlargest(1, "value")[["set", "value"]]
'''
