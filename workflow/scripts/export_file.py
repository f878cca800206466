"""Write a set as one file: a zip in EDM's data set format, or an npz."""

from synthgap.data.export import export_npz, export_zip
from synthgap.data.images import load_images
from synthgap.run.job import run_job

FORMATS = {"zip": export_zip, "npz": export_npz}


def main(job):
    FORMATS[job.wildcards.format](job.output[0], load_images(job.input.images))


if __name__ == "__main__":
    run_job(main, snakemake)
