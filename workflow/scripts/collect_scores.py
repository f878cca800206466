"""Bring the scores of a stage together, each beside what its set is, and the values per image behind them."""

import numpy as np
import pandas as pd
from synthgap.data.arrays import ArrayReader, save_arrays
from synthgap.data.tables import load_table, load_tables, save_table
from synthgap.plan.names import RECIPE_COLUMNS, SCORE_COLUMNS
from synthgap.run.job import run_job


def main(job):
    whole = dict.fromkeys(("t_re", "evaluations", "training_steps"), "Int64")  # beside missing ones
    sets = load_table(job.input.sets, whole)[["set", *RECIPE_COLUMNS]]
    scores = load_tables(job.input.scores) if job.input.scores else pd.DataFrame(columns=SCORE_COLUMNS)
    save_arrays(job.output.images, image_values(job.input.images, job.params.settings["images"]))
    save_table(job.output.scores, scores.merge(sets, how="left", on="set"))


def image_values(files, names):
    """The arrays [N] of the sets' replicates as [R, N], by "value/set"; where they are together already, as
    they are.
    """
    if not names:
        readers = [ArrayReader(file) for file in files]
        return {name: reader.read(name) for reader in readers for name in reader.names()}
    values = {}
    for name, own in zip(names, np.array_split(list(files), len(names)), strict=True):
        readers = [ArrayReader(file) for file in own]
        for value in readers[0].names():
            values[f"{value}/{name}"] = np.stack([reader.read(value) for reader in readers])
    return values


if __name__ == "__main__":
    run_job(main, snakemake)
