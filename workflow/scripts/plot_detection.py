"""How well detectors tell each set from real images, over t_re."""

import pandas as pd
from synthgap.diffusion.schedule import SamplerConfig
from synthgap.figures.curves import detection_figure
from synthgap.figures.style import draw_figure
from synthgap.jobs import run_job
from synthgap.settings import build_settings


def main(job):
    sampling = build_settings(SamplerConfig, job.params.settings["sampling"])
    draw_figure(job.output.png, job.output.pdf, detection_figure, pd.read_csv(job.input[0]), sampling)


if __name__ == "__main__":
    run_job(main, snakemake)
