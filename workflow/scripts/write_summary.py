"""A run in one page of text."""

from synthgap.data.arrays import ArrayReader
from synthgap.data.images import load_info
from synthgap.data.tables import load_table
from synthgap.plan.names import STAGES
from synthgap.report.series import read_scores
from synthgap.report.summary import summary_text
from synthgap.run.files import write_text
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    summary = summary_text(
        read_scores([job.input[stage] for stage in STAGES]),
        {stage: ArrayReader(job.input[f"{stage}_images"]) for stage in STAGES},
        load_table(job.input.sets),
        load_info(job.input.info),
        seed=settings["seed"],
        margins=settings["margins"],
        with_paper=settings["with_paper"],
    )
    write_text(job.output[0], summary)


if __name__ == "__main__":
    run_job(main, snakemake)
