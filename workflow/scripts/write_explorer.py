"""A page to look around in a run."""

from synthgap.report.explorer import explorer_html, read_explorer
from synthgap.run.files import write_text
from synthgap.run.job import run_job


def main(job):
    write_text(job.output[0], explorer_html(*read_explorer(job.input, job.params.settings)))


if __name__ == "__main__":
    run_job(main, snakemake)
