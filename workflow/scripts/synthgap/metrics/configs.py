"""How sets are compared, and how they are told from real images."""

from dataclasses import asdict, dataclass

from ..plan.names import score_extractors
from ..plan.options import option


@dataclass(frozen=True)
class ScoreConfig:
    """What the scores depend on, beside the features."""

    frechet: str = option(
        "Feature extractor of the Fréchet and the kernel distance. With `inception` they are FID and KID.",
        "efficientnet_lite0",
    )
    manifold: str = option(
        "Feature extractor of precision, recall, density and coverage.", "efficientnet_lite0"
    )
    precision_k: int = option("Neighbours in precision and recall.", 3, minimum=1, maximum=1000)
    density_k: int = option("Neighbours in density and coverage.", 5, minimum=1, maximum=1000)
    pair_images: int | None = option(
        "Images a side, at most, in scores that look at all pairs of images: precision, recall, density, "
        "coverage and the kernel distance. Of more, they are means over four random stratified parts of so "
        "many, with the standard error that this leaves (`METRIC_part_error`). null: all images, in a time "
        "that grows with the square of their number.",
        10_000,
        minimum=10,
        maximum=1_000_000_000,
    )
    resplits: int = option(
        "Random re-splits of the real images behind the baseline's band.", 20, minimum=2, maximum=10_000
    )

    @property
    def extractors(self) -> list[str]:
        return score_extractors(asdict(self))


@dataclass(frozen=True)
class MetricsConfig(ScoreConfig):
    """All that the config says of metrics."""

    image_size: int = option(
        "Pixels that EfficientNet-Lite0 sees. It was trained at 224.", 64, minimum=32, maximum=2048
    )
    batch_size: int = option("Images per batch when features are measured.", 64, minimum=1, maximum=16_384)
    attention_images: int = option(
        "Real test images, stratified, whose attention maps are compared.", 200, minimum=1, maximum=1_000_000
    )


@dataclass(frozen=True)
class DetectionConfig:
    """The parts that detectors learn from and are tested on, and how those that are CNNs are trained."""

    validation: float = option(
        "Share of the images that decides when to stop and which detector is the strongest.",
        0.2,
        exclusiveMinimum=0,
        exclusiveMaximum=1,
    )
    test: float = option(
        "Share of the images that is tested on, the same in every replicate.",
        0.2,
        exclusiveMinimum=0,
        exclusiveMaximum=1,
    )
    epochs: int = option(
        "Passes of the CNNs over the training part at most.", 50, minimum=1, maximum=1_000_000
    )
    patience: int = option(
        "Epochs without a better validation loss before training stops.", 5, minimum=1, maximum=1_000_000
    )
    batch_size: int = option("Images per step.", 32, minimum=1, maximum=65_536)
    lr: float = option("Adam's learning rate.", 1e-3, exclusiveMinimum=0, maximum=1000)
