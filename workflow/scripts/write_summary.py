"""The verdict in one page, as Markdown and as HTML."""

import pandas as pd
from synthgap.data.images import load_info
from synthgap.diffusion.schedule import SamplerConfig
from synthgap.figures.pages import to_html
from synthgap.figures.summary import write_summary
from synthgap.files import write_text
from synthgap.jobs import run_job
from synthgap.settings import build_settings


def main(job):
    settings = job.params.settings
    scores, info = pd.read_csv(job.input.scores), load_info(job.input.info)
    sampling = build_settings(SamplerConfig, settings["sampling"])
    summary = write_summary(scores, info, sampling, settings["seed"], job.params.with_paper)
    write_text(job.output.markdown, summary)
    write_text(job.output.html, to_html(summary, f"synthgap: {info.source}"))


if __name__ == "__main__":
    run_job(main, snakemake)
