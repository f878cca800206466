"""Fetch a file that the experiment needs, unless it is there already."""

from synthgap.run.downloads import fetch
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    fetch(settings["url"], job.output[0], settings["sha256"])


if __name__ == "__main__":
    run_job(main, snakemake)
