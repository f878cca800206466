"""Read a user's labelled images once, in the order of the data set's classes."""

import numpy as np
from synthgap.data.images import ImageReader, ImageSet, load_info, save_images
from synthgap.data.samples import read_samples, samples_card
from synthgap.plan.names import SPLITS
from synthgap.run.files import write_json
from synthgap.run.job import run_job
from synthgap.sets.deal import check_samples


def main(job):
    origin, info = f"sets: {job.wildcards.set}", load_info(job.input.info)
    samples = read_samples(job.input.samples, info, origin, job.params.settings.get("classes", ()))
    real = {split: ImageReader(job.input[split]) for split in SPLITS}
    check_samples(samples, real, info.class_names, origin)
    card = samples_card(samples, info, *(real[split][:].images for split in SPLITS))
    save_images(job.output.images, ImageSet(samples.images, samples.labels, np.arange(len(samples.labels))))
    write_json(job.output.card, card)


if __name__ == "__main__":
    run_job(main, snakemake)
