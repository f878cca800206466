"""Sizes of networks (no torch)."""

from dataclasses import dataclass

TENSORS_OF_A_BLOCK = 10  # weight and bias of norm0, conv0, affine, norm1 and conv1


@dataclass(frozen=True)
class UNetConfig:
    """A SongUNet's size, and the share of images it was trained on without their label.

    The defaults are DDPM++ ("VP"); NCSN++ ("VE") has embedding "fourier", encoder "residual",
    channel_mult_noise 2 and resample_filter (1, 3, 3, 1).
    """

    model_channels: int = 128
    channel_mult: tuple[int, ...] = (2, 2, 2)
    num_blocks: int = 4
    attn_resolutions: tuple[int, ...] = (16,)
    dropout: float = 0.1
    embedding: str = "positional"
    encoder: str = "standard"
    channel_mult_emb: int = 4
    channel_mult_noise: int = 1
    resample_filter: tuple[int, ...] = (1, 1)
    augment_dim: int = 0
    label_dropout: float = 0.0

    @property
    def least_tensors(self) -> int:
        """How many parameters and buffers a network of these settings has, or more."""
        blocks = len(self.channel_mult) * (2 * self.num_blocks + 1)
        return blocks * TENSORS_OF_A_BLOCK


@dataclass(frozen=True)
class GANShape:
    """latent: numbers that an image is made from; width: channels at the full resolution."""

    latent: int = 64
    width: int = 32
