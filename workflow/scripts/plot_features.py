"""Fig. 1b: real and fully synthetic test images in the real-trained classifier's features."""

import numpy as np
from synthgap.figures.features import feature_figure
from synthgap.figures.style import draw_figure
from synthgap.jobs import run_job


def main(job):
    real, synthetic = np.load(job.input.real), np.load(job.input.synthetic)
    title = "test images, block4 of the real-trained classifier"
    draw_figure(job.output.png, job.output.pdf, feature_figure, real, synthetic, title)


if __name__ == "__main__":
    run_job(main, snakemake)
