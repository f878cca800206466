"""List the sets: what each is called, how it is made, how many training images it has."""

import pandas as pd
from synthgap.data.images import load_info
from synthgap.data.tables import save_table
from synthgap.run.job import run_job


def main(job):
    sets = pd.DataFrame(job.params.settings["sets"]).rename(columns={"name": "set"})
    total = load_info(job.input[0]).sizes["train"]
    for column in ("real", "synthetic"):
        sets[f"n_{column}"] = (total * sets.pop(column)).round().astype(int)
    sets["t_re"] = sets["t_re"].astype("Int64")  # whole numbers beside missing ones
    save_table(job.output[0], sets)


if __name__ == "__main__":
    run_job(main, snakemake)
