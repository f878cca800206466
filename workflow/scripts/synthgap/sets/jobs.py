"""What a job is to make of a set, from what Snakemake gives it."""

from typing import Any

from ..data.images import ImageReader, load_info
from ..plan.names import SPLITS
from ..run.files import read_json
from ..run.job import device_of
from .recipe import build_options
from .task import SetTask


def set_task(job: Any, split: str) -> SetTask:
    """One split of the job's shard, or all of it in a job that has none."""
    settings, wildcards = job.params.settings, job.wildcards
    inputs = dict(job.input.items())
    return SetTask(
        name=wildcards.set,
        options=build_options(settings["kind"], settings["options"]),
        split=split,
        replicate=int(wildcards.get("rep", 0)),
        shard=int(wildcards.get("shard", 0)),
        shards=settings.get("shards", 1),
        seed=settings["seed"],
        batch_size=settings.get("batch_size", 1),
        device=device_of(job),
        tf32=settings.get("tf32", False),
        info=load_info(inputs["info"]),
        packed={each: ImageReader(inputs[each]) for each in SPLITS},
        others={name: ImageReader(inputs[f"{name}_{split}"]) for name in settings["of"]},
        network=settings["network"] or next(iter(job.input.get("network", [])), None),
        guide=settings["guide"] or next(iter(job.input.get("guide", [])), None),
        classes=settings.get("classes", {}),
        samples=ImageReader(inputs["samples"]) if "samples" in inputs else None,
        chosen=read_json(inputs["choice"])["chosen"] if "choice" in inputs else None,
        sigmas=read_json(inputs["schedule"])["sigmas"] if "schedule" in inputs else None,
    )
