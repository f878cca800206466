"""Bring all scores into one long table."""

import pandas as pd
from synthgap.data.tables import load_table
from synthgap.run.files import whole_file
from synthgap.run.job import run_job


def main(job):
    with whole_file(job.output[0]) as path:
        pd.concat([load_table(file) for file in job.input]).to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
