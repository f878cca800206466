"""All of a run on one page."""

from synthgap.data.arrays import ArrayReader
from synthgap.data.images import load_info
from synthgap.data.tables import load_table
from synthgap.plan.names import STAGES
from synthgap.report.overview import overview
from synthgap.report.page import load_figure, page_html
from synthgap.report.series import read_scores
from synthgap.run.files import write_text
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    found = overview(
        read_scores([job.input[stage] for stage in STAGES]),
        {stage: ArrayReader(job.input[f"{stage}_images"]) for stage in STAGES},
        load_table(job.input.sets),
        load_info(job.input.info),
        seed=settings["seed"],
        margins=settings["margins"],
        with_paper=settings["with_paper"],
    )
    figures = [
        load_figure(path, figure["title"], figure["caption"])
        for path, figure in zip(job.input.figures, job.params.figures, strict=True)
    ]
    write_text(job.output[0], page_html(found, figures, job.config))


if __name__ == "__main__":
    run_job(main, snakemake)
