"""Bring all scores into one long table."""

from synthgap.data.tables import load_tables
from synthgap.run.files import whole_file
from synthgap.run.job import run_job


def main(job):
    with whole_file(job.output[0]) as path:
        load_tables(job.input).to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
