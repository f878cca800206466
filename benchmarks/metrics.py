"""Time and memory of what takes long, beside well-known implementations: writes benchmarks/metrics.md.

Usage: python benchmarks/metrics.py [--images N] [--dimensions D] [--rounds R], or `make bench`, which
installs the peers first. Ours and its peer take turns, each time in a process of its own.
"""

import argparse
import os
import subprocess
import sys
import time
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SCRIPTS = HERE.parent / "workflow/scripts"
sys.path.insert(0, str(SCRIPTS))

LEAST = 1.0  # seconds of repetitions

# Each function prepares its work, and returns what is timed.


def features(sizes):
    """Two sets in a space of fewer dimensions and noise, as features of images are."""
    generator = np.random.default_rng(0)
    inner = 64
    mixing = generator.normal(size=(inner, sizes.dimensions))
    return [
        (
            generator.normal(size=(sizes.images, inner)) @ mixing
            + generator.normal(size=(sizes.images, sizes.dimensions))
            + shift
        ).astype(np.float32)
        for shift in (0, 0.3)
    ]


def own_manifold(sizes):
    from synthgap.metrics.manifold import manifold_scores

    real, fake = features(sizes)
    return lambda: manifold_scores(real, fake, 5, 5)


def prdc(sizes):
    from prdc import compute_prdc

    real, fake = features(sizes)
    return lambda: compute_prdc(real, fake, 5)


def fidelity_precision(sizes):
    import torch
    from torch_fidelity.metric_prc import calculate_precision_recall_full

    real, fake = map(torch.from_numpy, features(sizes))
    return lambda: calculate_precision_recall_full(fake, real, 5)


def own_frechet(sizes):
    from synthgap.metrics.frechet import frechet_distance

    real, fake = features(sizes)
    return lambda: frechet_distance(real, fake)


def cleanfid(sizes):
    from cleanfid.fid import frechet_distance

    sides = [np.asarray(each, np.float64) for each in features(sizes)]
    return lambda: frechet_distance(
        *(part for side in sides for part in (side.mean(0), np.cov(side, rowvar=False)))
    )


def own_kernel(sizes):
    from synthgap.metrics.kernel import kernel_distance

    real, fake = features(sizes)
    return lambda: kernel_distance(real, fake)


def sklearn_kernel(sizes):
    from sklearn.metrics.pairwise import polynomial_kernel

    real, fake = (side.astype(np.float64) for side in features(sizes))
    pairs = (real, real), (fake, fake), (real, fake)
    return lambda: [polynomial_kernel(a, b, degree=3, coef0=1).sum() for a, b in pairs]


def images(count, resolution):
    return np.random.default_rng(0).integers(0, 256, (count, resolution, resolution, 3)).astype(np.uint8)


def own_features(sizes):
    import torch
    from synthgap.metrics.extraction import build_extractor, extract_features

    extractor, pictures = build_extractor("efficientnet_lite0", None, 64), images(120, 64)
    return lambda: extract_features(extractor, pictures, 60, torch.device("cpu"))


def timm_features(sizes):
    import timm
    import torch

    network = timm.create_model("tf_efficientnet_lite0", num_classes=0).eval()
    pictures = torch.from_numpy(images(120, 64).transpose(0, 3, 1, 2) / 127.5 - 1).float()
    return lambda: [torch.inference_mode()(network)(part) for part in pictures.split(60)]


def own_denoiser(sizes):
    return denoising(lambda network, x, sigma, labels: network(x, sigma, labels), own_network())


def diffusers_denoiser(sizes):
    from diffusers import UNet2DModel

    blocks = {"down_block_types": ("DownBlock2D",) * 2, "up_block_types": ("UpBlock2D",) * 2}
    network = UNet2DModel(
        8,
        1,
        1,
        block_out_channels=(16, 32),
        layers_per_block=1,
        norm_num_groups=4,
        num_class_embeds=10,
        **blocks,
    )
    return denoising(lambda network, x, sigma, labels: network(x, sigma, labels).sample, network)


def own_network():
    from synthgap.models.configs import UNetConfig
    from synthgap.models.networks import EDMPrecond

    return EDMPrecond(8, 1, 10, UNetConfig(model_channels=16, channel_mult=(1, 2), num_blocks=1), 0.5)


def denoising(call, network):
    import torch

    network.eval()
    x, sigma, labels = torch.randn(300, 1, 8, 8), torch.full((300,), 0.5), torch.arange(300) % 10

    def run():
        with torch.inference_mode():
            call(network, x, sigma, labels)

    return run


def walk(sampler, solver_steps):
    from synthgap.sets.reconstruct import SamplerConfig, reconstruct

    pictures, network = images(16, 8)[..., :1], own_network().eval()
    config = SamplerConfig(sampler, solver_steps=solver_steps)
    labels, index = np.arange(16) % 10, np.arange(16)
    return lambda: reconstruct(
        network, pictures, labels, index, t_re=100, split="train", seed=0, config=config
    )


def own_walk(sizes):
    return walk("ipndm", 15)


def heun_walk(sizes):
    return walk("heun", None)


def training_step(network):
    import torch

    pictures, labels = torch.randn(64, 3, 32, 32), torch.arange(64) % 10
    optimizer = torch.optim.SGD(network.train().parameters(), 0.01, 0.9)

    def run():
        loss = torch.nn.functional.cross_entropy(network(pictures), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return run


def own_step(sizes):
    from synthgap.classifiers.classifier import build_classifier
    from synthgap.classifiers.learners.resnet import DECLARATION

    return training_step(build_classifier("resnet", 3, 10, DECLARATION.options()))


def torchvision_step(sizes):
    import torch
    import torchvision

    network = torchvision.models.resnet18(num_classes=10)
    network.conv1, network.maxpool = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False), torch.nn.Identity()
    return training_step(network)


PAIRS = [
    ("precision, recall, density, coverage", own_manifold, "prdc", prdc),
    ("precision, recall, density, coverage", own_manifold, "torch-fidelity, two of them", fidelity_precision),
    ("Fréchet distance", own_frechet, "clean-fid", cleanfid),
    ("kernel distance, all pairs", own_kernel, "scikit-learn's kernel", sklearn_kernel),
    ("features of 120 images of 64 pixels", own_features, "timm", timm_features),
    ("denoiser, 300 digits", own_denoiser, "a diffusers UNet2DModel of its widths", diffusers_denoiser),
    ("16 digits by 15 steps of ipndm", own_walk, "199 evaluations of Heun's method", heun_walk),
    ("training step, ResNet-18, 64 images of 32 pixels", own_step, "torchvision's network", torchvision_step),
]


def batches(count):
    from synthgap.models.loops import Batches

    drawn = Batches(count, 64, 0, "bench")
    drawn.positions(0)
    return lambda: [drawn.positions(step) for step in range(1, 200)]


def scores(count):
    from synthgap.metrics.configs import ScoreConfig
    from synthgap.metrics.measurements import SplitMeasurements
    from synthgap.metrics.scores import score_set

    generator = np.random.default_rng(0)

    def measured():
        values = generator.normal(size=(count, 256)).astype(np.float32)
        near = {split: generator.uniform(1, 2, (count, 3)).astype(np.float32) for split in ("train", "test")}
        return SplitMeasurements(
            {"efficientnet_lite0": values}, values[:, :10], values[:, :64], np.arange(count) % 10, near
        )

    fake, real = ({split: measured() for split in ("train", "test")} for _ in range(2))
    return lambda: score_set("bench", 0, fake, real, ScoreConfig(pair_images=1000), 0)


GROWTH = [
    ("a training step's choice of images", batches, 160_000),
    ("scores of a set, metrics.pair_images 1,000", scores, 4000),
]

STARTS = ["score_set", "score_edges", "measure_set", "train_classifier", "make_set", "draw_figure"]


def start(script):
    subprocess.run(
        [sys.executable, "-c", f"import {script}"], cwd=SCRIPTS, check=True, stderr=subprocess.DEVNULL
    )


def seconds_of(work):
    """The least of as many runs as a second holds."""
    taken = []
    while sum(taken) < LEAST:
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def run_one(name, options):
    """Print the seconds of one function, and the MB of memory that it took above what it was given."""
    warnings.simplefilter("ignore")
    sizes = [int(name.split(":")[1])] if ":" in name else [options]
    with redirect_stdout(sys.stderr):  # peers print
        work = globals()[name.split(":")[0]](*sizes)
        Path("/proc/self/clear_refs").write_text("5")  # the peak of memory starts anew
        before = peak_mb()
        seconds = seconds_of(work)
    print(seconds, peak_mb() - before)


def peak_mb():
    """Of this process's memory (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure(name, options):
    sizes = ["--images", str(options.images), "--dimensions", str(options.dimensions)]
    command = [sys.executable, __file__, *sizes, "--one", name]
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    if output.returncode:
        sys.exit(f"benchmarks/metrics.py: {name} failed:\n{output.stderr}")
    return np.array(output.stdout.split()[-2:], float)


def row(*cells):
    return f"| {' | '.join(map(str, cells))} |"


def compared(options):
    """Rows of ours beside peers: seconds, ratios (peer's time over ours) and memory."""
    yield row("ours", "peer", "s, least", "peer's", "times as fast, median", "least", "MB", "peer's")
    yield "|---|---|---|---|---|---|---|---|"
    for title, own, other, peer in PAIRS:
        runs = np.array(
            [[measure(each.__name__, options) for each in (own, peer)] for _ in range(options.rounds)]
        )
        seconds, memory = runs[:, :, 0], np.median(runs[:, :, 1], axis=0)
        ratios = seconds[:, 1] / seconds[:, 0]
        shown = [f"{value:.3g}" for value in (*seconds.min(axis=0), np.median(ratios), ratios.min())]
        yield row(title, other, *shown, *(f"{value:.0f}" for value in memory))


def grown(options):
    yield row("what", "images", "time for 8 times as many, as a multiple: median", "least")
    yield "|---|---|---|---|"
    for title, work, count in GROWTH:
        names = [f"{work.__name__}:{size}" for size in (count, 8 * count)]
        pairs = [[measure(name, options)[0] for name in names] for _ in range(options.rounds)]
        ratios = [large / small for small, large in pairs]
        yield row(title, f"{count:,}", f"{np.median(ratios):.2f}", f"{min(ratios):.2f}")


def started(options):
    yield row("script", "s, least", "of `import torch`, median")
    yield "|---|---|---|"
    for script in STARTS:
        taken = []
        for _ in range(options.rounds):
            pair = []
            for module in (script, "torch"):
                begun = time.perf_counter()
                start(module)
                pair.append(time.perf_counter() - begun)
            taken.append(pair)
        own, torch = np.array(taken).T
        yield row(f"`{script}`", f"{own.min():.2f}", f"{np.median(own / torch):.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--dimensions", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_one(options.one, options)
        return
    load = os.getloadavg()[0]
    parts = [
        "# What takes long, beside well-known implementations\n",
        f"Written by `make bench`: {options.images:,} images a side, {options.dimensions:,} dimensions; "
        f"{options.rounds} rounds, in which ours and the peer take turns, each in a process of its own. "
        f"{os.cpu_count()} cores, with a load of {load:.1f} when it began: with others at work, ratios say "
        "more than seconds. Memory is the peak above that of the data and the imports.\n",
    ]
    for title, rows in (
        ("## Beside peers", compared),
        ("## Growth", grown),
        ("## Starts of jobs", started),
    ):
        parts += [f"{title}\n", *rows(options), ""]
        print("\n".join(parts[-20:]), flush=True)
    (HERE / "metrics.md").write_text("\n".join(parts).rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
