"""Read a user's labelled images once, in the order of the data set's classes."""

import numpy as np
from synthgap.data.images import ImageReader, ImageSet, load_info, save_images
from synthgap.data.packing import read_samples
from synthgap.plan.names import SPLITS
from synthgap.run.job import run_job
from synthgap.sets.deal import check_samples


def main(job):
    origin, info = f"sets: {job.wildcards.set}", load_info(job.input.info)
    samples = read_samples(job.input.samples, info, origin)
    real = {split: ImageReader(job.input[split]) for split in SPLITS}
    check_samples(samples, real, info.class_names, origin)
    save_images(job.output[0], ImageSet(samples.images, samples.labels, np.arange(len(samples.labels))))


if __name__ == "__main__":
    run_job(main, snakemake)
