"""Fig. 1b: real and fully synthetic test images in the real-trained classifier's features."""

from synthgap.figures.features import feature_figure
from synthgap.figures.style import draw_figure
from synthgap.jobs import run_job
from synthgap.metrics.measurements import load_arrays


def main(job):
    (real,) = load_arrays(job.input.real, "block4-test")
    (synthetic,) = load_arrays(job.input.synthetic, "block4-test")
    title = "test images, block4 of the real-trained classifier"
    draw_figure(job.output.png, job.output.pdf, feature_figure, real, synthetic, title)


if __name__ == "__main__":
    run_job(main, snakemake)
