"""Table 2: test accuracy after training on each set."""

import pandas as pd
from synthgap.diffusion.schedule import SamplerConfig
from synthgap.figures.tables import accuracy_table
from synthgap.files import whole_file
from synthgap.jobs import run_job
from synthgap.settings import build_settings


def main(job):
    sampling = build_settings(SamplerConfig, job.params.settings["sampling"])
    with whole_file(job.output[0]) as path:
        accuracy_table(pd.read_csv(job.input[0]), sampling, job.params.with_paper).to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
