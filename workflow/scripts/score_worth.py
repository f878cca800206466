"""Score how many real images each set is worth."""

from synthgap.data.arrays import ArrayReader
from synthgap.data.tables import load_table, save_table
from synthgap.metrics.worth import worth_scores
from synthgap.run.job import run_job


def main(job):
    accuracies, right = load_table(job.input.scores), ArrayReader(job.input.images)
    save_table(job.output[0], worth_scores(accuracies, right, job.params.settings["seed"]))


if __name__ == "__main__":
    run_job(main, snakemake)
