"""Write a set as a zip in EDM's data set format."""

from synthgap.data.export import export_zip
from synthgap.data.images import load_images
from synthgap.run.job import run_job


def main(job):
    export_zip(job.output[0], load_images(job.input.images))


if __name__ == "__main__":
    run_job(main, snakemake)
