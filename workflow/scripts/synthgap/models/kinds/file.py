"""A published network, or one of ours, read without executing anything in its file."""

from dataclasses import dataclass

from ...plan.declarations import ModelKind
from ...plan.options import class_option, option
from ..task import Made, ModelTask


@dataclass(frozen=True)
class FileOptions:
    path: str = option(
        "URL or path: a pickle of NVIDIA's EDM, EDM2, StyleGAN2-ADA or StyleGAN3, or a .safetensors of ours.",
        minLength=1,
    )
    sha256: str | None = option(
        "The file's SHA-256. Another file is refused. null takes any and logs what it is.",
        None, pattern="^[0-9a-fA-F]{64}$",
    )  # fmt: skip
    classes: tuple[str, ...] = class_option("the network's labels")


DECLARATION = ModelKind(
    summary="A published network, or one of ours, read without executing anything in its file.",
    options=FileOptions,
    roles=("denoiser", "generator"),
)


def make(task: ModelTask) -> Made:
    from ...data.classes import network_numbers
    from ...run.downloads import check_sha256
    from ..denoisers import check_denoiser, load_denoiser
    from ..generators import check_generator, load_generator

    path, origin = str(task.file), f"models: {task.name}: {task.options.path}"
    digest = check_sha256(path, task.options.sha256)
    if "generator" in task.roles:
        network = load_generator(path)
        check_generator(network, task.info, origin)
    if {"denoiser", "guide"} & set(task.roles):
        network = load_denoiser(path)
        check_denoiser(network, task.info, origin, guides="denoiser" not in task.roles)
    if network.num_classes:
        network_numbers(task.info.class_names, task.options.classes, origin)
    return Made(network, {"network": task.options.path, "sha256": digest})
