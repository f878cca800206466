"""Bring the scores of a stage together, each beside what its set is."""

import pandas as pd
from synthgap.plan.names import RECIPE_COLUMNS
from synthgap.run.files import whole_file
from synthgap.run.job import run_job


def main(job):
    sets = pd.read_csv(job.input.sets, dtype={"t_re": "Int64"})[["set", *RECIPE_COLUMNS]]
    scores = pd.concat([pd.read_csv(file) for file in job.input.scores])
    with whole_file(job.output[0]) as path:
        scores.merge(sets, how="left", on="set").to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
