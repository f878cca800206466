"""Make one shard of a set, both splits."""

from synthgap.data.images import ImageReader, load_info, save_images
from synthgap.plan.names import SPLITS
from synthgap.plan.tables import plugin
from synthgap.run.files import read_json
from synthgap.run.job import device_of, run_job
from synthgap.sets.recipe import build_options
from synthgap.sets.task import SetTask


def main(job):
    settings, wildcards = job.params.settings, job.wildcards
    network = settings["network"] or next(iter(job.input.get("network", [])), None)
    packed = {split: ImageReader(job.input[split]) for split in SPLITS}
    for split in SPLITS:
        task = SetTask(
            name=wildcards.set,
            options=build_options(settings["kind"], settings["options"]),
            split=split,
            replicate=int(wildcards.rep),
            shard=int(wildcards.shard),
            shards=settings["shards"],
            seed=settings["seed"],
            batch_size=settings.get("batch_size", 1),
            device=device_of(job),
            tf32=settings.get("tf32", False),
            info=load_info(job.input.info),
            packed=packed,
            others={name: ImageReader(job.input[f"{name}_{split}"]) for name in settings["of"]},
            network=network,
            guide=settings["guide"] or next(iter(job.input.get("guide", [])), None),
            classes=settings.get("classes", {}),
            samples=ImageReader(job.input.samples) if "samples" in job.input.keys() else None,  # noqa: SIM118
            chosen=read_json(job.input.choice)["chosen"] if "choice" in job.input.keys() else None,  # noqa: SIM118
        )
        save_images(job.output[split], plugin("sets", settings["kind"]).make(task))


if __name__ == "__main__":
    run_job(main, snakemake)
