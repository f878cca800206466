"""Fig. 1b: real and fully synthetic test images in the real-trained classifier's features."""

from synthgap.metrics.measurements import load_arrays
from synthgap.report.features import feature_figure
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job


def main(job):
    (real,) = load_arrays(job.input.real, "block4-test")
    (synthetic,) = load_arrays(job.input.synthetic, "block4-test")
    title = "test images, block4 of the real-trained classifier"
    draw_figure(job.output.png, job.output.pdf, feature_figure, real, synthetic, title)


if __name__ == "__main__":
    run_job(main, snakemake)
