"""Reconstruct one shard of a split from one reverse step."""

import numpy as np
import torch
from synthgap.data.images import ImageSet, load_images, load_info, save_images
from synthgap.models.denoisers import load_denoiser
from synthgap.models.storage import check_fit
from synthgap.plan.settings import build_settings
from synthgap.run.devices import allow_tf32, select_device
from synthgap.run.job import device_of, run_job
from synthgap.sets.names import reverse_step
from synthgap.sets.reconstruct import SamplerConfig, check_levels, reconstruct


def main(job):
    settings, wildcards = job.params.settings, job.wildcards
    config = build_settings(SamplerConfig, settings["sampling"])
    allow_tf32(config.tf32)
    info = load_info(job.input.info)
    reference = settings.get("network") or job.input.denoiser[0]
    denoiser = load_denoiser(reference).to(select_device(device_of(job)))
    check_fit(denoiser, info, f"diffusion.network: {reference}")
    check_levels(denoiser, config, reference)
    if device_of(job) == "cuda":
        denoiser = denoiser.to(memory_format=torch.channels_last)
    shard = load_images(job.input.images).shard(int(wildcards.shard), settings["shards"])
    images = reconstruct(
        denoiser,
        shard.images,
        shard.labels,
        shard.index,
        t_re=reverse_step(wildcards.set),
        split=wildcards.split,
        seed=settings["seed"],
        replicate=int(wildcards.rep),
        config=config,
        batch_size=settings["batch_size"],
        grey_levels=np.array(info.grey_levels),
    )
    save_images(job.output[0], ImageSet(images, shard.labels, shard.index))


if __name__ == "__main__":
    run_job(main, snakemake)
