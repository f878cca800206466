"""Table 2: test accuracy after training on each set."""

import pandas as pd
from synthgap.plan.settings import build_settings
from synthgap.report.tables import accuracy_table
from synthgap.run.files import whole_file
from synthgap.run.job import run_job
from synthgap.sets.schedule import SamplerConfig


def main(job):
    sampling = build_settings(SamplerConfig, job.params.settings["sampling"])
    with whole_file(job.output[0]) as path:
        accuracy_table(pd.read_csv(job.input[0]), sampling, job.params.with_paper).to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
