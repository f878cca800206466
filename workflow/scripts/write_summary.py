"""The verdict in one page, as Markdown and as HTML."""

import pandas as pd
from synthgap.data.images import load_info
from synthgap.plan.settings import build_settings
from synthgap.report.pages import to_html
from synthgap.report.summary import write_summary
from synthgap.run.files import write_text
from synthgap.run.job import run_job
from synthgap.sets.schedule import SamplerConfig


def main(job):
    settings = job.params.settings
    scores, info = pd.read_csv(job.input.scores), load_info(job.input.info)
    sampling = build_settings(SamplerConfig, settings["sampling"])
    summary = write_summary(scores, info, sampling, settings["seed"], job.params.with_paper)
    write_text(job.output.markdown, summary)
    write_text(job.output.html, to_html(summary, f"synthgap: {info.source}"))


if __name__ == "__main__":
    run_job(main, snakemake)
