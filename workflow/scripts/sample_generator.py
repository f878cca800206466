"""Sample one shard of a set from a competing generator, one image for each real one."""

from functools import partial

import numpy as np
from synthgap.data.images import ImageSet, load_images, load_info, save_images
from synthgap.models.generators import load_generator
from synthgap.run.devices import allow_tf32, select_device
from synthgap.run.job import device_of, run_job
from synthgap.sets.competitors import sample_images


def main(job):
    settings, wildcards = job.params.settings, job.wildcards
    device = select_device(device_of(job))
    allow_tf32(settings["tf32"])
    generator = load_generator(job.input.generator).to(device)
    generate = generator
    if settings["truncation_psi"] is not None:
        generate = partial(generator, truncation_psi=settings["truncation_psi"])
    grey_levels = np.array(load_info(job.input.info).grey_levels)
    for split in ("train", "test"):
        shard = load_images(job.input[split]).shard(int(wildcards.shard), settings["shards"])
        images = sample_images(
            generate,
            generator.z_dim,
            shard.labels,
            shard.index,
            name=wildcards.set,
            split=split,
            seed=settings["seed"],
            replicate=int(wildcards.rep),
            batch_size=settings["batch_size"],
            device=device,
            grey_levels=grey_levels,
        )
        save_images(job.output[split], ImageSet(images, shard.labels, shard.index))


if __name__ == "__main__":
    run_job(main, snakemake)
