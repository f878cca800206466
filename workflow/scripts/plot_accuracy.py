"""Fig. 1a: test accuracy after training on real and on synthetic images."""

import pandas as pd
from synthgap.report.curves import accuracy_figure
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job


def main(job):
    scores = pd.read_csv(job.input[0])
    draw_figure(job.output.png, job.output.pdf, accuracy_figure, scores, job.params.synthetic)


if __name__ == "__main__":
    run_job(main, snakemake)
