"""FID's Inception: clean-fid's network and resize. Parmar et al. (2022)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ...plan.declarations import Extractor

if TYPE_CHECKING:
    from torch import nn

DECLARATION = Extractor(title="Inception", width=2048)


def load(weights: Path, size: int) -> "nn.Module":
    """[B, 2048]. weights: the TorchScript file inception-2015-12-05.pt."""
    import tempfile
    import warnings

    from cleanfid.inception_torchscript import InceptionV3W

    from ..extraction import Preprocessed

    # clean-fid looks for the file by its name, and loads it by a function that torch deprecates.
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        (Path(folder) / "inception-2015-12-05.pt").symlink_to(weights.resolve())
        return Preprocessed(InceptionV3W(folder, download=False), 299, mean=None)
