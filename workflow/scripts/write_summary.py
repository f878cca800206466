"""A run in one page of text."""

from synthgap.report.overview import read_overview
from synthgap.report.summary import summary_text
from synthgap.run.files import write_text
from synthgap.run.job import run_job


def main(job):
    write_text(job.output[0], summary_text(read_overview(job.input, job.params.settings)))


if __name__ == "__main__":
    run_job(main, snakemake)
