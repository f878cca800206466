"""What a plug-in says of itself, in its module's DECLARATION: all that is told about it elsewhere.

Declarations are read while Snakemake parses, so their modules import torch, matplotlib and their like inside
functions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Recipes = Mapping[str, Any]  # sets.recipe.Recipe by name


@dataclass(frozen=True)
class DataFormat:
    """A kind of data set. Its module has `read(config, downloads) -> Source`; see data/sources.py.

    needs_path: whether it is nowhere but at the config's path; takes_path: whether it can be there. matches:
    whether a user's samples at a path are of this kind. files: the suffix of its files, where a folder of
    them is a data set. images: how many the larger and the smaller split
    have, where every such data set has as many. shape: height, width and channels, likewise.
    """

    summary: str
    matches: Callable[[Path], bool] = lambda path: False
    needs_path: bool = False
    takes_path: bool = True
    files: str | None = None
    images: tuple[int, int] | None = None
    shape: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class ModelKind:
    """A way to come by something that makes images. Its module has `make(task)`, unless it has no `file`.

    summary: for the config's documentation. options: a frozen dataclass of its keys in the config. file:
    whether a job makes it a file of ours; others are used as they are. on_device: whether that job runs
    networks. trained: whether it trains on images, which takes time and a checkpoint. roles: what it can be,
    a `denoiser` or a `generator`. derived: whether it is made from another model, which its options name as
    `model`, and from a set of that one's images, which they name as `set`.
    """

    summary: str
    options: type
    file: bool = True
    on_device: bool = False
    trained: bool = False
    roles: tuple[str, ...] = ("denoiser",)
    derived: bool = False


@dataclass(frozen=True)
class Guidance:
    """A way to lead a denoiser. Its module has `wrap(denoiser, guide, options)`, a denoiser itself; guide:
    the denoiser that its options name as `model`, where they do.

    options: a frozen dataclass of its keys in the config. evaluations: of networks, for each of the denoiser.
    null_label: whether the denoiser must know images without their label.
    """

    summary: str
    options: type
    evaluations: int = 2
    null_label: bool = False


@dataclass(frozen=True)
class NetworkFormat:
    """A format of published networks. Its module has `read(path)`, which gives the architecture and the
    float32 tensors by name; see models/storage.py. suffix: of its files' names.
    """

    summary: str
    suffix: str


@dataclass(frozen=True)
class SetKind:
    """A way to make a set. Its module has `make(task)`: the images of one shard of a split.

    options: a frozen dataclass of its keys in the config. title: of a set, from its entry's name, its
    options, and whether its series is the paper's. role: what it needs a model for, if it does. series: the
    key whose list makes a series of sets. placed: whether its first images are, one by one, of the classes of
    the real ones, whose places they take; paired: whether they are made from those, too. takes: how many
    images it draws from other sets, by their names, as multiples of the real set's number, which they must
    have; takes_places: whether the other set must be placed. curve: whether a set's images, given its
    options, are real ones, none of them twice: a point of the learning curve. generated: whether a set's
    images, given its options, are all made from labels alone. varies: whether replicates differ. on_device:
    whether it runs a network. size: how many training images a set has, as multiples of the real set's: real
    ones, and synthetic ones (given its options and the sizes of other sets). evaluations: of networks, for
    each real image, beside those of the sets that it is made from. chooses: whether its images are those of
    one of these sets, which a job of its own chooses. trained_on, measured, detected: which analyses its sets
    enter unless the config says otherwise.
    """

    summary: str
    options: type
    title: Callable[[str, Any, bool], str]
    size: Callable[[Any, Recipes], tuple[float, float]]
    role: str | None = None
    series: str | None = None
    placed: bool = False
    paired: bool = False
    takes: Callable[[Any], Mapping[str, float]] = lambda options: {}
    takes_places: bool = False
    curve: Callable[[Any, Recipes], bool] = lambda options, others: False
    generated: Callable[[Any], bool] = lambda options: False
    varies: bool = True
    on_device: bool = False
    evaluations: Callable[[Any], int] = lambda options: 0
    chooses: bool = False
    trained_on: bool = True
    measured: bool = True
    detected: bool = True


@dataclass(frozen=True)
class Sampler:
    """A sampler. Its module has `sample(denoise, x, sigmas, noise, config)`; see sets/samplers.

    evaluations: of the network, a step; the last one, to 0, takes one. extra: evaluations beside those of the
    steps, given its settings and the noise levels that it walks down. stochastic: whether it draws noise on
    its way.
    """

    summary: str
    evaluations: int = 1
    extra: Callable[[Any, Sequence[float]], int] = lambda config, sigmas: 0
    stochastic: bool = False


@dataclass(frozen=True)
class Learner:
    """A network that is trained to classify. Its module has `build(channels, num_classes, options)`, which
    gives a classifiers.classifier.Classifier with random weights.

    options: a frozen dataclass of its keys in the config, beside those of the training. cost: of an
    evaluation, given the options, as a multiple of ResNet-18's.
    """

    summary: str
    options: type
    cost: Callable[[Any], float]


@dataclass(frozen=True)
class Figure:
    """A figure. Its module has `draw(material) -> matplotlib Figure`; see report/material.py.

    title, category: in the report; caption: beside it, reStructuredText. scores, values: the stages whose
    scores, and values per image, it reads. images, features: whose training images, or measurements, of
    replicate 0 it reads. test_images, maps, info: whether it reads the real test images, the attention maps,
    the data set's description. config: the parts of the config that it reads. tells: families of plug-ins
    whose titles it shows. applies: whether the experiment has what it shows.
    """

    title: str
    category: str
    caption: str
    scores: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    images: Callable[[Recipes], list[str]] = lambda recipes: []
    features: Callable[[Recipes], list[str]] = lambda recipes: []
    test_images: bool = False
    maps: bool = False
    info: bool = False
    config: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    applies: Callable[[Recipes], bool] = lambda recipes: True


@dataclass(frozen=True)
class Table:
    """A table. Its module has `make(scores, values, with_paper) -> DataFrame`.

    scores: the stages whose scores, and values per image, it is made of. tells, applies: as of a figure.
    """

    title: str
    caption: str
    scores: tuple[str, ...]
    tells: tuple[str, ...] = ()
    applies: Callable[[Recipes], bool] = lambda recipes: True


@dataclass(frozen=True)
class Extractor:
    """A feature extractor. Its module has `load(weights, size) -> torch module`, which takes images uint8
    [B, C, H, W] to features float32 [B, D]; weights: its file, size: pixels that the config says it sees.

    title: in figures; width: D; fetched: whether its weights are a file of the config's `downloads`;
    cost: of an image, as a multiple of Inception's.
    """

    title: str
    width: int
    fetched: bool = True
    cost: float = 1.0


@dataclass(frozen=True)
class Score:
    """A number that says how alike two sets are: its title, and the direction in which it is better."""

    title: str
    better: str


@dataclass(frozen=True)
class Metric:
    """A comparison of two sets of features. Its module has `measure(real, fake, config)`, which gives the
    scores by name, from features [N, D] and [M, D]; config: a ScoreConfig.

    scores: what it gives, by name. extractor: the key of the config's `metrics` that names its extractor.
    pairs: whether it looks at all pairs of images, so that its time grows with the square of their number.
    """

    scores: Mapping[str, Score]
    extractor: str
    pairs: bool = False


@dataclass(frozen=True)
class Detector:
    """What tells fakes from real images. Its module has `scores(parts, fakes, config, seed, device)`: the log
    odds that it gives each image of each part to be a fake, [N]; it learns from the first part, and chooses
    by the second at most. parts: for training, validation and test, uint8 [N, H, W, C]; fakes: bool [N] of
    each, whether each image is one; config: a DetectionConfig.

    title: in figures; paper: whether it is one of the paper's.
    """

    title: str
    paper: bool = False


@dataclass(frozen=True)
class Finding:
    """A finding of the paper. Its module has `weigh(evidence)`, which gives what this run says of it; see
    report/evidence.py.

    claim: the finding; paper: the paper's numbers. direction: what is claimed of the difference, 1 above
    zero, -1 below, 0 that there is none. margin: the difference that doesn't matter, in `unit`, unless the
    config says otherwise. scale: from the difference's own unit to `unit`; of a ratio it is that of
    exp(difference) - 1. ratio: whether the difference is one of logarithms. prerequisite: the finding that
    must be seen first.
    """

    claim: str
    paper: str
    direction: int
    margin: float
    unit: str
    scale: float = 1.0
    ratio: bool = False
    prerequisite: str | None = None
