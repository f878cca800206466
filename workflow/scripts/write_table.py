"""Write a table."""

from synthgap.data.arrays import ArrayReader
from synthgap.plan.tables import plugin
from synthgap.report.series import read_scores
from synthgap.run.files import whole_file
from synthgap.run.job import run_job


def main(job):
    table = plugin("tables", job.wildcards.table)
    with whole_file(job.output[0]) as path:
        rows = table.make(
            read_scores([job.input.scores]), ArrayReader(job.input.images), job.params.settings["with_paper"]
        )
        rows.to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
