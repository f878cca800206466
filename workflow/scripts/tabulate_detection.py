"""Table 1: how well detectors tell synthetic images from real ones."""

import pandas as pd
from synthgap.report.tables import detection_table
from synthgap.run.files import whole_file
from synthgap.run.job import run_job


def main(job):
    with whole_file(job.output[0]) as path:
        detection_table(pd.read_csv(job.input[0]), job.params.with_paper).to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
