"""Where the time went, as a page of the report."""

from pathlib import Path

from synthgap.report.costs import cost_text, read_benchmarks
from synthgap.report.pages import to_html
from synthgap.run.files import write_text
from synthgap.run.job import run_job


def main(job):
    text = cost_text(read_benchmarks(Path(job.input[0]).parent / "benchmarks"))
    write_text(job.output[0], to_html(text, "synthgap: where the time went"))


if __name__ == "__main__":
    run_job(main, snakemake)
