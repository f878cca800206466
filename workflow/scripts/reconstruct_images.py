"""Reconstruct one shard of a split from one reverse step."""

import numpy as np
from synthgap.data.images import ImageSet, load_images, load_info, save_images
from synthgap.diffusion.checkpoints import load_network
from synthgap.diffusion.reconstruct import SamplerConfig, reconstruct
from synthgap.jobs import device_of, run_job
from synthgap.sets import reverse_step
from synthgap.settings import build_settings
from synthgap.torch_setup import select_device


def main(job):
    settings, wildcards = job.params.settings, job.wildcards
    denoiser = load_network(job.input.denoiser).to(select_device(device_of(job)))
    split = load_images(job.input.images)
    shard = split[np.array_split(np.arange(len(split)), settings["shards"])[int(wildcards.shard)]]
    images = reconstruct(
        denoiser,
        shard.images,
        shard.labels,
        shard.index,
        t_re=reverse_step(wildcards.set),
        split=wildcards.split,
        seed=settings["seed"],
        replicate=int(wildcards.rep),
        config=build_settings(SamplerConfig, settings["sampling"]),
        batch_size=settings["batch_size"],
        grey_levels=np.array(load_info(job.input.info).grey_levels),
    )
    save_images(job.output[0], ImageSet(images, shard.labels, shard.index))


if __name__ == "__main__":
    run_job(main, snakemake)
