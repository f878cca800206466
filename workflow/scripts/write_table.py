"""Write a table."""

from synthgap.data.arrays import ArrayReader
from synthgap.plan.tables import plugin
from synthgap.report.series import read_scores
from synthgap.run.files import whole_file
from synthgap.run.job import run_job


def main(job):
    table = plugin("tables", job.wildcards.table)
    stages = table.DECLARATION.scores
    scores = read_scores(job.input[stage] for stage in stages)
    values = {stage: ArrayReader(job.input[f"{stage}_images"]) for stage in stages}
    with whole_file(job.output[0]) as path:
        table.make(scores, values, job.params.settings["with_paper"]).to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
