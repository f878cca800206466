"""The verdict in one page."""

import pandas as pd
from synthgap.data.images import load_info
from synthgap.figures.summary import write_summary
from synthgap.files import write_text
from synthgap.jobs import run_job


def main(job):
    settings = job.params.settings
    scores, info = pd.read_csv(job.input.scores), load_info(job.input.info)
    write_text(job.output[0], write_summary(scores, info, settings["steps"], settings["seed"]))


if __name__ == "__main__":
    run_job(main, snakemake)
