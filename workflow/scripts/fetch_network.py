"""Fetch a published network."""

from synthgap.downloads import download
from synthgap.jobs import run_job


def main(job):
    download(job.params.url, job.output[0], job.params.settings["sha256"])


if __name__ == "__main__":
    run_job(main, snakemake)
