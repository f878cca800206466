"""What the paper's experiment costs on this GPU, and whether its images are the CPU's: `make gpu-check`.

It takes torch, torchvision, numpy, and what else of the lock is there: a measurement whose package is
missing, or whose time has run out, is named as left out. Weights are random, of the published network's
shape. The result goes to benchmarks/gpu.md, and with all numbers to benchmarks/gpu.json.
"""

import argparse
import copy
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from synthgap.models.compilation import compile_network
from synthgap.models.layers import Conv2d
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.precision import lower_precision
from synthgap.models.seeding import seeded
from synthgap.run.devices import set_precision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

ROOT = Path(__file__).resolve().parent.parent
# What each computes in, and whether TensorFloat-32 is allowed.
PRECISIONS = {
    "float32": (torch.float32, False),
    "tf32": (torch.float32, True),
    "bfloat16": (torch.bfloat16, False),
    "float16": (torch.float16, False),
}
LEVEL = 2 / 255  # a grey level in the signal
START = "import torch; torch.zeros(1, device='{}')"
CLASSIFIER = {"stem": "cifar", "width": 64, "blocks": (2, 2, 2, 2), "strides": (1, 2, 2, 2)}


class Check:
    """Measurements by name, of a device, until the time is up. small: sizes that a CPU takes seconds for."""

    def __init__(self, device: torch.device, minutes: float, *, small: bool) -> None:
        self.device, self.small = device, small
        self.end = time.monotonic() + 60 * minutes
        self.results: dict[str, Any] = {}
        self.left_out: dict[str, str] = {}
        sizes = UNetConfig(augment_dim=9)
        if small:
            sizes = UNetConfig(model_channels=8, channel_mult=(1, 1), num_blocks=1, attn_resolutions=())
        with seeded(0):
            network = EDMPrecond(32, 3, 10, sizes)
            for module in network.modules():
                if isinstance(module, Conv2d):  # beyond the near-zero start of some
                    nn.init.xavier_uniform_(module.weight)
        self.network = network.eval().requires_grad_(False)
        self.batches = (1, 4) if small else (1, 32, 128, 500)

    def measure(self, name: str, seconds: float, function: Callable[..., Any], *args: Any) -> None:
        """Keep what the function returns. seconds: that it takes at most; with fewer left it isn't called."""
        left = self.end - time.monotonic()
        if seconds > 0 and left < seconds:
            self.left_out[name] = f"{max(left, 0):.0f} s were left, {seconds:.0f} are needed"
            return
        print(f"{name} ({left:.0f} s left)", flush=True)
        try:
            self.results[name] = function(*args)
        except ImportError as error:
            self.left_out[name] = f"a package is missing: {error.name}"
        except RuntimeError as error:  # out of memory, no kernel for the card, no compiler
            self.left_out[name] = " ".join(str(error).split())[:200]
        finally:
            set_precision(False)

    def prepared(self, precision: str, *, last: bool = False, compiled: bool = False) -> nn.Module:
        """The network on the device, in that precision. last: its channels."""
        dtype, tf32 = PRECISIONS[precision]
        set_precision(tf32)
        network = copy.deepcopy(self.network).to(self.device)
        lower_precision(network, dtype)
        if compiled:
            compile_network(network)
        return network.to(memory_format=torch.channels_last if last else torch.contiguous_format)

    def inputs(self, batch: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        with seeded(1):
            x = torch.randn(batch, 3, 32, 32).to(self.device)
        labels = torch.arange(batch, device=self.device) % 10
        return x, torch.full((batch,), 0.5, device=self.device), labels

    def seconds(self, function: Callable[[], Any], at_least: float = 0.5) -> float:
        """Of a call: the mean of as many as take at_least, after two."""
        for _ in range(2):
            function()
        self.wait()
        start, calls = time.perf_counter(), 0
        while calls < 3 or time.perf_counter() - start < (0.01 if self.small else at_least):
            function()
            self.wait()
            calls += 1
        return (time.perf_counter() - start) / calls

    def wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()


@torch.inference_mode()
def products(check: Check) -> dict[str, float]:
    """TFLOP/s of a product of two square matrices, in each precision: what the card reaches."""
    side, reached = 128 if check.small else 8192, {}
    for name, (dtype, tf32) in PRECISIONS.items():
        set_precision(tf32)
        a, b = (torch.randn(side, side, device=check.device).to(dtype) for _ in range(2))
        reached[name] = 2 * side**3 / check.seconds(lambda a=a, b=b: a @ b) / 1e12
    return reached


@torch.inference_mode()
def evaluations(check: Check, precision: str, last: bool, compiled: bool) -> dict[str, Any]:
    """ms of an evaluation by batch size, its TFLOP/s, and the memory that it took in MB."""
    network, found = check.prepared(precision, last=last, compiled=compiled), {}
    with FlopCounterMode(display=False) as counter:
        copy.deepcopy(check.network)(*(tensor.cpu() for tensor in check.inputs(1)))
    for batch in check.batches[-1:] if compiled else check.batches:  # each size is compiled anew
        inputs = check.inputs(batch)
        if check.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        seconds = check.seconds(lambda inputs=inputs: network(*inputs))
        memory = torch.cuda.max_memory_allocated() / 1e6 if check.device.type == "cuda" else None
        teraflops = counter.get_total_flops() * batch / seconds / 1e12
        found[str(batch)] = {"ms": 1e3 * seconds, "teraflops": teraflops, "memory_mb": memory}
    return found


@torch.inference_mode()
def kernels(check: Check, precision: str) -> list[dict[str, Any]]:
    """The five that an evaluation spends most time in: name, ms, calls."""
    from torch.profiler import ProfilerActivity, profile

    network, inputs = check.prepared(precision), check.inputs(check.batches[-1])
    network(*inputs)
    cuda = check.device.type == "cuda"
    with profile(activities=[ProfilerActivity.CUDA if cuda else ProfilerActivity.CPU]) as profiled:
        network(*inputs)
        check.wait()

    def own(event: Any) -> float:
        return event.self_device_time_total if cuda else event.self_cpu_time_total

    dearest = sorted(profiled.key_averages(), key=own, reverse=True)[:5]
    return [{"name": event.key[:60], "ms": own(event) / 1e3, "calls": event.count} for event in dearest]


@torch.inference_mode()
def differences(check: Check, precision: str) -> dict[str, float]:
    """Of an evaluation's images: the share of pixels more than half, and more than one grey level away from
    the CPU's in float32; and the largest difference in grey levels.
    """
    inputs = check.inputs(4)
    exact = check.network(*(tensor.cpu() for tensor in inputs))
    levels = ((check.prepared(precision)(*inputs).cpu() - exact).abs() / LEVEL).numpy()
    half, one = (float((levels > limit).mean()) for limit in (0.5, 1))
    return {"half": half, "one": one, "largest": float(levels.max())}


def shard(check: Check, precision: str) -> dict[str, float]:
    """Seconds of a shard's parts, by Heun's method from t_re = 10: 19 evaluations an image."""
    from synthgap.data.images import ImageSet, save_images
    from synthgap.models.denoisers import load_denoiser
    from synthgap.models.storage import save_network
    from synthgap.sets.noise import sampling_noise
    from synthgap.sets.reconstruct import SamplerConfig, reconstruct

    batch = check.batches[-1]
    count = 2 * batch
    images = np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    index = np.arange(count)
    settings: dict[str, Any] = {"t_re": 10, "split": "train", "seed": 0, "batch_size": batch}
    seconds, dtype = {}, PRECISIONS[precision][0]

    def timed(name: str, function: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = function()
        check.wait()
        seconds[name] = time.perf_counter() - start
        return result

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.safetensors")
        save_network(path, check.network, {})
        command = [sys.executable, "-c", START.format(check.device.type)]
        timed("start", lambda: subprocess.run(command, check=True))
        set_precision(PRECISIONS[precision][1])
        network = timed("load", lambda: load_denoiser(str(path)).to(check.device))
        lower_precision(network, dtype)
        key = {"seed": 0, "replicate": 0, "t_re": 10}
        timed("noise", lambda: sampling_noise((3, 32, 32), index, **key, split="train", step=0))
        config = SamplerConfig(steps=100)
        reconstruct(network, images[:1], index[:1] % 10, index[:1], **settings, config=config)
        check.wait()
        made = timed(
            "busy", lambda: reconstruct(network, images, index % 10, index, **settings, config=config)
        )
        timed(
            "save", lambda: save_images(Path(folder, "images.safetensors"), ImageSet(made, index % 10, index))
        )
    return seconds | {"images": count, "images_per_second": count / seconds["busy"]}


def classification(check: Check) -> dict[str, float]:
    """Training steps a second of the paper's ResNet-18, batches of 128."""
    from synthgap.classifiers.config import ClassifierConfig, ResNetConfig
    from synthgap.classifiers.training import train_classifier
    from synthgap.data.images import ImageSet

    steps = 2 if check.small else 100
    options = ResNetConfig(**CLASSIFIER | ({"width": 8} if check.small else {}))
    images = np.random.default_rng(0).integers(0, 256, (steps * 128, 32, 32, 3), dtype=np.uint8)
    train = ImageSet(images, np.arange(len(images)) % 10, np.arange(len(images)))

    def trained(epochs: int) -> float:
        config = ClassifierConfig(options=options, epochs=epochs, batch_size=128)
        start = time.perf_counter()
        train_classifier(train, 10, config, seed=0, device=check.device)
        check.wait()
        return time.perf_counter() - start

    trained(1)
    return {"steps_per_second": steps / max(trained(2) - trained(1), 1e-9)}


def features(check: Check) -> dict[str, float]:
    """Images a second through VGG16 at 224 pixels."""
    from synthgap.metrics.extraction import Preprocessed, extract_features
    from torchvision.models import vgg16

    batch = 2 if check.small else 250
    extractor = Preprocessed(vgg16(weights=None).eval(), 32 if check.small else 224)
    images = np.zeros((2 * batch, 32, 32, 3), np.uint8)
    extract_features(extractor, images[:batch], batch, check.device)
    start = time.perf_counter()
    extract_features(extractor, images, batch, check.device)
    return {"images_per_second": 2 * batch / (time.perf_counter() - start)}


def paper_hours(check: Check) -> dict[str, float]:
    """What config/cifar10.yaml takes by these measurements: hours of the reconstructions in each precision,
    of the classifiers and of VGG16's features. Raises ImportError without yaml.
    """
    import yaml

    config = yaml.safe_load((ROOT / "config/cifar10.yaml").read_text(encoding="utf-8"))
    series, others = config["sets"][0], config["sets"][1:]
    images = 60_000 * config["replicates"]
    hours = {}
    batch = check.batches[-1]
    for name, found in check.results.items():
        if name.startswith("evaluation: "):
            each = found[str(batch)]["ms"] / 1e3 / batch
            evaluated = sum(2 * t_re - 1 for t_re in series["t_re"])
            hours[name.replace("evaluation", "reconstructions")] = evaluated * images * each / 3600
    if "classifier" in check.results:
        trained = (len(series["train"]) + len(others) + 1) * config["replicates"]
        steps = config["classifier"]["epochs"] * -(-50_000 // config["classifier"]["batch_size"])
        hours["classifiers"] = trained * steps / check.results["classifier"]["steps_per_second"] / 3600
    if "features" in check.results:
        sets = len(series["t_re"]) + len(others) + 1
        hours["features"] = sets * images / check.results["features"]["images_per_second"] / 3600
    return hours


def run(check: Check) -> dict[str, Any]:
    """All measurements, the dearest last."""
    check.measure("products", 15, products, check)
    for precision in PRECISIONS:
        name = f"{precision}, channels first"
        check.measure(f"evaluation: {name}", 30, evaluations, check, precision, False, False)
        check.measure(f"difference: {precision}", 10, differences, check, precision)
    check.measure("shard: tf32", 60, shard, check, "tf32")
    check.measure("classifier", 40, classification, check)
    check.measure("features", 20, features, check)
    for precision in ("tf32", "float16"):
        check.measure(f"kernels: {precision}", 15, kernels, check, precision)
        name = f"{precision}, channels last"
        check.measure(f"evaluation: {name}", 30, evaluations, check, precision, True, False)
    for precision in ("float16", "tf32", "bfloat16"):
        name = f"{precision}, channels last, compiled"
        check.measure(f"evaluation: {name}", 120, evaluations, check, precision, True, True)
    check.measure("shard: float16", 60, shard, check, "float16")
    check.measure("hours", 0, paper_hours, check)
    machine = torch.cuda.get_device_name() if check.device.type == "cuda" else platform.processor() or "a CPU"
    return {
        "machine": machine,
        "torch": torch.__version__,
        "small": check.small,
        "results": check.results,
        "left_out": check.left_out,
    }


def table(report: dict[str, Any]) -> str:
    """The report as markdown."""
    results = report["results"]
    lines = [
        "# On a GPU",
        "",
        f"Made by `make gpu-check` on {report['machine']}, torch {report['torch']}: random weights of the "
        "published network's shape" + (", made small; no measurement of speed." if report["small"] else "."),
    ]

    def add(title: str, columns: str, rows: list[str]) -> None:
        if rows:
            rule = "|" + "---|" * (columns.count("|") - 1)
            lines.extend(["", f"## {title}", "", columns, rule, *rows])

    peaks = results.get("products", {})
    rows = [
        f"| {name.removeprefix('evaluation: ')} | {batch} | {one['ms']:.2f} | {one['teraflops']:.2f} | "
        + (f"{100 * one['teraflops'] / peak:.0f} | " if (peak := peaks.get(_precision(name))) else "| ")
        + (f"{one['memory_mb']:.0f} |" if one["memory_mb"] else "|")
        for name, found in results.items()
        if name.startswith("evaluation")
        for batch, one in found.items()
    ]
    add("Evaluations of the network", "| how | batch | ms | TFLOP/s | % of a product's | MB |", rows)
    rows = [
        f"| {_precision(name)} | {100 * d['half']:.3f} | {100 * d['one']:.3f} | {d['largest']:.2f} |"
        for name, d in results.items()
        if name.startswith("difference")
    ]
    title = "An evaluation's difference to the CPU's in float32, in grey levels"
    add(title, "| precision | % of pixels beyond 0.5 | % beyond 1 | largest |", rows)
    rows = [
        f"| {_precision(name)} | {kernel['name']} | {kernel['ms']:.2f} | {kernel['calls']} |"
        for name, found in results.items()
        if name.startswith("kernels")
        for kernel in found
    ]
    add("The dearest kernels of an evaluation", "| precision | kernel | ms | calls |", rows)
    parts = ("start", "load", "noise", "busy", "save")
    rows = [
        f"| {_precision(name)} | {found['images']} | "
        + " | ".join(f"{found[part]:.2f}" for part in parts)
        + f" | {found['images_per_second']:.1f} |"
        for name, found in results.items()
        if name.startswith("shard")
    ]
    add("A shard, 19 evaluations an image", f"| precision | images | {' | '.join(parts)} | images/s |", rows)
    rates = {
        "classifier": ("training steps of a ResNet-18", "steps_per_second"),
        "features": ("images through VGG16", "images_per_second"),
    }
    rows = [
        f"| {what} | {results[name][key]:.1f} |" for name, (what, key) in rates.items() if name in results
    ]
    add("Per second", "| what | number |", rows)
    rows = [f"| {name} | {hours:.2f} |" for name, hours in results.get("hours", {}).items()]
    add("Hours of config/cifar10.yaml", "| what | hours |", rows)
    add("Left out", "| what | why |", [f"| {name} | {why} |" for name, why in report["left_out"].items()])
    return "\n".join(lines) + "\n"


def _precision(name: str) -> str:
    return name.split(": ")[1].split(",")[0]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--small", action="store_true", help="sizes that a CPU takes seconds for")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks", help="folder of gpu.md and gpu.json")
    chosen = parser.parse_args(arguments)
    if chosen.device == "cuda" and not torch.cuda.is_available():
        sys.exit(
            "gpu_check: torch sees no CUDA device here; run on a machine with an NVIDIA GPU and its driver"
        )
    report = run(Check(torch.device(chosen.device), chosen.minutes, small=chosen.small))
    (chosen.out / "gpu.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (chosen.out / "gpu.md").write_text(table(report), encoding="utf-8")
    print(table(report))


if __name__ == "__main__":
    main()
