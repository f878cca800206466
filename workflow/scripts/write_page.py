"""All of a run on one page."""

from synthgap.report.overview import read_overview
from synthgap.report.page import load_figure, page_html
from synthgap.run.files import write_text
from synthgap.run.job import run_job


def main(job):
    figures = [
        load_figure(path, figure["title"], figure["caption"])
        for path, figure in zip(job.input.figures, job.params.figures, strict=True)
    ]
    page = read_overview(job.input, job.params.settings)
    write_text(job.output[0], page_html(page, figures, job.config))


if __name__ == "__main__":
    run_job(main, snakemake)
