"""How well detectors tell each set from real images, over t_re."""

import pandas as pd
from synthgap.plan.settings import build_settings
from synthgap.report.curves import detection_figure
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job
from synthgap.sets.schedule import SamplerConfig


def main(job):
    sampling = build_settings(SamplerConfig, job.params.settings["sampling"])
    draw_figure(job.output.png, job.output.pdf, detection_figure, pd.read_csv(job.input[0]), sampling)


if __name__ == "__main__":
    run_job(main, snakemake)
