"""Fig. 3b: Fréchet distance, precision and recall over t_re."""

import pandas as pd
from synthgap.diffusion.schedule import SamplerConfig
from synthgap.figures.curves import quality_figure
from synthgap.figures.style import draw_figure
from synthgap.jobs import run_job
from synthgap.settings import build_settings


def main(job):
    settings = job.params.settings
    manifold = settings["manifold"]
    extractors = {"frechet": settings["frechet"], "precision": manifold, "recall": manifold}
    sampling = build_settings(SamplerConfig, settings["sampling"])
    scores = pd.read_csv(job.input[0])
    draw_figure(job.output.png, job.output.pdf, quality_figure, scores, extractors, sampling)


if __name__ == "__main__":
    run_job(main, snakemake)
