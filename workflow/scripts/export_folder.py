"""Write a set as image files in one folder a class."""

from synthgap.data.export import export_folder
from synthgap.data.images import load_images, load_info
from synthgap.run.job import run_job


def main(job):
    export_folder(job.output[0], load_images(job.input.images), load_info(job.input.info).class_names)


if __name__ == "__main__":
    run_job(main, snakemake)
