"""Fig. 3b: Fréchet distance, precision and recall over t_re."""

import pandas as pd
from synthgap.plan.settings import build_settings
from synthgap.report.curves import quality_figure
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job
from synthgap.sets.schedule import SamplerConfig


def main(job):
    settings = job.params.settings
    manifold = settings["manifold"]
    extractors = {"frechet": settings["frechet"], "precision": manifold, "recall": manifold}
    sampling = build_settings(SamplerConfig, settings["sampling"])
    scores = pd.read_csv(job.input[0])
    draw_figure(job.output.png, job.output.pdf, quality_figure, scores, extractors, sampling)


if __name__ == "__main__":
    run_job(main, snakemake)
