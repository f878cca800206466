"""The generator of StyleGAN3, configurations T and R.

Karras et al. (2021), "Alias-Free Generative Adversarial Networks". Parameter names are those of the
published checkpoints, so that their weights fit.
"""

from dataclasses import dataclass
from math import ceil, log2, pi, sqrt

import numpy as np
import torch
import torch.nn.functional as F
from scipy.signal import firwin, kaiser_atten, kaiser_beta
from scipy.special import j1
from torch import Tensor, nn

from .configs import check_number, check_positive
from .stylegan_layers import (
    MAX_LAYERS,
    FullyConnected,
    Generator,
    activate,
    clamped,
    modulated_conv2d,
)

SMALLEST = 8
KERNELS = (1, 3)
MAX_FACTOR = 32  # bounds the filters' lengths
LRELU_UPSAMPLING = 2  # how much finer than its signals a layer's nonlinearity is computed


@dataclass(frozen=True)
class StyleGAN3Config:
    """A generator's size and filters, in the paper's terms (Sec. 3.2, App. F); the defaults are T's.

    R has conv_kernel 1, use_radial_filters, and twice the channel_base and channel_max.
    A layer of cutoff f has min(channel_base / 2f, channel_max) channels. num_layers: without the first and
    the RGB layer. Stopbands are frequencies relative to the cutoffs: first_stopband is that of the first
    layer itself, last_stopband_rel its multiple of the last cutoff. conv_clamp: the features' limit.
    Raises ValueError, naming the value, for settings that are not known here.
    """

    z_dim: int = 512
    w_dim: int = 512
    mapping_layers: int = 2
    channel_base: int = 32768
    channel_max: int = 512
    num_layers: int = 14
    num_critical: int = 2
    first_cutoff: float = 2.0
    first_stopband: float = 2**2.1
    last_stopband_rel: float = 2**0.3
    margin_size: int = 10
    output_scale: float = 0.25
    conv_kernel: int = 3
    filter_size: int = 6
    use_radial_filters: bool = False
    conv_clamp: float | None = 256.0

    def __post_init__(self) -> None:
        check_positive(self, "z_dim", "w_dim", "mapping_layers", "channel_base", "channel_max", "num_layers")
        check_positive(self, "num_critical", "margin_size", "filter_size")
        check_number(self, "first_cutoff", "first_stopband", "last_stopband_rel", "output_scale")
        for name in ("mapping_layers", "num_layers", "margin_size", "filter_size"):
            if getattr(self, name) > MAX_LAYERS:
                raise ValueError(f"{name} {getattr(self, name)}; at most {MAX_LAYERS} is known")
        if self.num_critical >= self.num_layers:
            raise ValueError(f"num_critical {self.num_critical}; fewer than num_layers are known")
        if self.conv_kernel not in KERNELS:
            raise ValueError(f"conv_kernel {self.conv_kernel!r}; 1 and 3 are known")
        if not isinstance(self.use_radial_filters, bool):
            raise ValueError(f"use_radial_filters {self.use_radial_filters!r}; true or false are known")
        if self.conv_clamp is not None:
            check_number(self, "conv_clamp")


@dataclass(frozen=True)
class Signal:
    """What a layer puts out: bandlimited features on a canvas with a margin.

    cutoff and half_width (of the filter's transition band) in cycles, sampling_rate in samples, per image
    width; size in samples, margin included.
    """

    channels: int
    size: int
    sampling_rate: int
    cutoff: float
    half_width: float


def signals_of(resolution: int, channels: int, config: StyleGAN3Config) -> list[Signal]:
    """The output of each layer, that of RGB last: the paper's Sec. 3.2, App. F.1 and Fig. 4c.

    Cutoffs and stopbands grow geometrically, up to the image's for the last num_critical layers and RGB.
    """
    last_cutoff = resolution / 2
    last_stopband = last_cutoff * config.last_stopband_rel
    found = []
    for i in range(config.num_layers + 1):
        share = min(i / (config.num_layers - config.num_critical), 1)
        cutoff = config.first_cutoff * (last_cutoff / config.first_cutoff) ** share
        stopband = config.first_stopband * (last_stopband / config.first_stopband) ** share
        rate = 1 << ceil(log2(min(2 * stopband, resolution)))
        found.append(
            Signal(
                # The last two layers have no margin: what is beyond the image's edge is no longer needed.
                size=resolution if i >= config.num_layers - 1 else rate + 2 * config.margin_size,
                channels=round(min(config.channel_base / 2 / cutoff, config.channel_max)),
                sampling_rate=rate,
                cutoff=cutoff,
                half_width=max(stopband, rate / 2) - cutoff,
            )
        )
    last = found[-1]
    return [*found[:-1], Signal(channels, last.size, last.sampling_rate, last.cutoff, last.half_width)]


class StyleGAN3(Generator):
    """StyleGAN3's generator (see Generator)."""

    kind = "stylegan3"

    def __init__(self, resolution: int, channels: int, num_classes: int, config: StyleGAN3Config) -> None:
        super().__init__(resolution, channels, num_classes, config, Synthesis, SMALLEST)


class Synthesis(nn.Module):
    """From the styles to the image: Fourier features, then layers `L{number}_{size}_{channels}`."""

    def __init__(self, resolution: int, channels: int, config: StyleGAN3Config) -> None:
        super().__init__()
        self.output_scale = config.output_scale
        signals = signals_of(resolution, channels, config)
        self.input = FourierInput(signals[0], config.w_dim)
        self.layer_names = []
        for i, (before, after) in enumerate(zip([signals[0], *signals[:-1]], signals, strict=True)):
            name = f"L{i}_{after.size}_{after.channels}"
            critical = i >= config.num_layers - config.num_critical
            rgb = i == config.num_layers
            self.add_module(
                name, ToRGB(before, after, config) if rgb else Layer(before, after, config, critical)
            )
            self.layer_names.append(name)
        self.num_ws = len(signals) + 1

    def forward(self, ws: Tensor) -> Tensor:
        """w [B, num_ws, w_dim] -> image [B, C, H, W]."""
        w_input, *w_layers = ws.unbind(1)
        x = self.input(w_input)
        for name, w in zip(self.layer_names, w_layers, strict=True):
            x = self.get_submodule(name)(x, w)
        return x * self.output_scale


class FourierInput(nn.Module):
    """Waves on the canvas, turned and shifted by w: the paper's Sec. 3.1 and 3.2, App. F.1."""

    def __init__(self, signal: Signal, w_dim: int) -> None:
        super().__init__()
        self.signal = signal
        self.affine = FullyConnected(w_dim, 4)  # cosine and sine of the rotation, shift in x and y
        nn.init.zeros_(self.affine.weight)
        self.affine.bias = nn.Parameter(torch.eye(4)[0])
        self.weight = nn.Parameter(torch.randn(signal.channels, signal.channels))
        # Uniform in the disc of frequencies that the first layer's cutoff allows.
        radius, angle = torch.rand(2, signal.channels).unbind()
        freqs = torch.polar(signal.cutoff * radius.sqrt(), 2 * pi * angle)
        self.transform: Tensor
        self.freqs: Tensor
        self.phases: Tensor
        self.register_buffer("transform", torch.eye(3))
        self.register_buffer("freqs", torch.view_as_real(freqs))
        self.register_buffer("phases", torch.rand(signal.channels) - 0.5)

    def forward(self, w: Tensor) -> Tensor:
        """w [B, w_dim] -> [B, C, size, size]."""
        matrix, shift = self._placement(w)
        freqs = self.freqs @ matrix  # [B, C, 2]
        phases = shift @ self.freqs.T + self.phases  # [B, C]
        points = self._points().expand(len(w), -1, -1)
        waves = torch.baddbmm(phases[:, None], points, freqs.transpose(1, 2))  # [B, size², C]
        waves = (2 * pi * waves).sin() * self._amplitudes(freqs)[:, None]
        features = waves @ (self.weight.T / sqrt(len(self.weight)))
        return features.transpose(1, 2).unflatten(2, (self.signal.size, self.signal.size))

    def _placement(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """Where a canvas point p is looked up: matrix [B, 2, 2] and shift [B, 2] of matrix p + shift.

        First the checkpoint's own transform, then the shift by w, then the rotation by w.
        """
        placement = self.affine(w)
        # The shift too is in units of the rotation's norm.
        cos, sin, *move = (placement / placement[:, :2].norm(dim=1, keepdim=True)).unbind(1)
        rotation = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
        matrix = rotation @ self.transform[:2, :2]
        shift = rotation @ (self.transform[:2, 2] - torch.stack(move, 1))[:, :, None]
        return matrix, shift[:, :, 0]

    def _points(self) -> Tensor:
        """The canvas points (x, y) row by row, [size², 2], in image widths from the centre."""
        size = self.signal.size
        line = torch.arange(size, dtype=self.freqs.dtype, device=self.freqs.device)
        line = (line + 0.5 - size / 2) / self.signal.sampling_rate
        y, x = torch.meshgrid(line, line, indexing="ij")
        return torch.stack([x.flatten(), y.flatten()], dim=1)

    def _amplitudes(self, freqs: Tensor) -> Tensor:
        """1 within the cutoff, falling to 0 at the Nyquist frequency: a transform may go beyond it."""
        beyond = freqs.norm(dim=2) - self.signal.cutoff
        return (1 - beyond / (self.signal.sampling_rate / 2 - self.signal.cutoff)).clamp(0, 1)


class Layer(nn.Module):
    """Modulated convolution and bias, then a leaky ReLU on a finer grid: the paper's Fig. 4b.

    critical: sampled at just the rate that its content needs, where no filter is radial.
    """

    def __init__(self, before: Signal, after: Signal, config: StyleGAN3Config, critical: bool) -> None:
        super().__init__()
        fine_rate = LRELU_UPSAMPLING * max(before.sampling_rate, after.sampling_rate)
        self.up = fine_rate // before.sampling_rate
        self.down = fine_rate // after.sampling_rate
        if not 2 <= min(self.up, self.down) <= max(self.up, self.down) <= MAX_FACTOR:
            raise ValueError(f"sampling rates {before.sampling_rate} and {after.sampling_rate} in turn")
        self.size, self.conv_clamp = after.size, config.conv_clamp
        self.affine = FullyConnected(config.w_dim, before.channels, bias=1.0)
        self.weight = nn.Parameter(
            torch.randn(after.channels, before.channels, config.conv_kernel, config.conv_kernel)
        )
        self.bias = nn.Parameter(torch.zeros(after.channels))
        radial = config.use_radial_filters and not critical
        down_filter = radial_filter if radial else lowpass_filter
        self.magnitude_ema: Tensor
        self.up_filter: Tensor
        self.down_filter: Tensor
        self.register_buffer("magnitude_ema", torch.ones(()))
        self.register_buffer("up_filter", lowpass_filter(config.filter_size * self.up, before, fine_rate))
        self.register_buffer("down_filter", down_filter(config.filter_size * self.down, after, fine_rate))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        # The kernel's whole reach is kept, zeros around: cropping comes once, on the fine grid.
        x = modulated_conv2d(x, self.weight, self.affine(w), padding=self.weight.shape[-1] - 1)
        x = x * self.magnitude_ema.rsqrt() + self.bias[:, None, None]
        needed = (self.size - 1) * self.down + len(self.down_filter)
        x = upsampled(x, self.up_filter, self.up, needed)
        return downsampled(clamped(activate(x), self.conv_clamp), self.down_filter, self.down)


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to the image's channels, not demodulated."""

    def __init__(self, before: Signal, after: Signal, config: StyleGAN3Config) -> None:
        super().__init__()
        self.conv_clamp = config.conv_clamp
        self.affine = FullyConnected(config.w_dim, before.channels, bias=1.0)
        self.weight = nn.Parameter(torch.randn(after.channels, before.channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(after.channels))
        self.magnitude_ema: Tensor
        self.register_buffer("magnitude_ema", torch.ones(()))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.affine(w) * (self.magnitude_ema * self.weight.shape[1]).rsqrt()
        x = modulated_conv2d(x, self.weight, style, demodulate=False)
        return clamped(x + self.bias[:, None, None], self.conv_clamp)


def lowpass_filter(taps: int, signal: Signal, rate: int) -> Tensor:
    """A 1-D sinc filter in a Kaiser window, float32 [taps], of sum 1: the paper's App. C.1 and C.2."""
    values = firwin(taps, signal.cutoff, width=2 * signal.half_width, fs=rate)
    return torch.from_numpy(values).float()


def radial_filter(taps: int, signal: Signal, rate: int) -> Tensor:
    """A jinc filter, radially symmetric, in a separable Kaiser window: float32 [taps, taps], of sum 1.

    The paper's App. C.4. taps is even, so that no tap lies in the centre.
    """
    # A network that is to be filled from a file needs its shape only, and takes no memory for what it claims.
    if torch.get_default_device().type == "meta":
        return torch.empty(taps, taps)
    line = (np.arange(taps) - (taps - 1) / 2) / rate
    radius = np.hypot(line[:, None], line)
    window = np.kaiser(taps, kaiser_beta(kaiser_atten(taps, 2 * signal.half_width / (rate / 2))))
    values = j1(2 * pi * signal.cutoff * radius) / radius * np.outer(window, window)
    return torch.from_numpy(values / values.sum()).float()


def upsampled(x: Tensor, taps: Tensor, factor: int, size: int) -> Tensor:
    """Zeros between the samples, then the filter [taps] along both axes: the middle size x size of it."""
    channels = x.shape[1]
    crop = ((x.shape[2] - 1) * factor + len(taps) - size) // 2
    kernel = (factor * taps).expand(channels, 1, 1, -1)
    x = F.conv_transpose2d(x, kernel, stride=(1, factor), padding=(0, crop), groups=channels)
    return F.conv_transpose2d(x, kernel.mT, stride=(factor, 1), padding=(crop, 0), groups=channels)


def downsampled(x: Tensor, taps: Tensor, factor: int) -> Tensor:
    """The filter, [taps] along both axes or [taps, taps], where it fits; then each factor-th sample."""
    channels = x.shape[1]
    if taps.ndim == 2:
        return F.conv2d(x, taps.expand(channels, 1, -1, -1), stride=factor, groups=channels)
    kernel = taps.expand(channels, 1, 1, -1)
    x = F.conv2d(x, kernel, stride=(1, factor), groups=channels)
    return F.conv2d(x, kernel.mT, stride=(factor, 1), groups=channels)
