"""Lay a user's labelled images out as a set: one for each real image, of its class."""

from synthgap.data.images import load_images, load_info, save_images
from synthgap.data.packing import read_samples
from synthgap.run.job import run_job
from synthgap.sets.competitors import take_samples


def main(job):
    settings, name = job.params.settings, job.wildcards.set
    info = load_info(job.input.info)
    taken = take_samples(
        read_samples(job.input.samples, info, f"competitor {name}"),
        {split: load_images(job.input[split]) for split in ("train", "test")},
        name=name,
        seed=settings["seed"],
        replicate=int(job.wildcards.rep),
        info=info,
    )
    for split, image_set in taken.items():
        for shard in range(settings["shards"]):
            save_images(job.output[split][shard], image_set.shard(shard, settings["shards"]))


if __name__ == "__main__":
    run_job(main, snakemake)
