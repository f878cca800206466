"""Read a data set, cut it into train and test, and pack both."""

from dataclasses import replace

from synthgap.data.images import save_images, save_info
from synthgap.data.packing import DatasetConfig, pack_dataset
from synthgap.plan.settings import build_settings
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    config = build_settings(DatasetConfig, settings["dataset"])
    if job.input.archive:
        config = replace(config, path=job.input.archive[0])
    train, test, info = pack_dataset(config, settings["seed"], job.params.downloads)
    save_images(job.output.train, train)
    save_images(job.output.test, test)
    save_info(job.output.info, info)


if __name__ == "__main__":
    run_job(main, snakemake)
