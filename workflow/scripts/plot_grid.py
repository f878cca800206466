"""Fig. 3a: training images and their reconstructions side by side."""

from synthgap.data.images import load_images
from synthgap.figures.images import grid_figure, one_of_each_class
from synthgap.figures.style import draw_figure
from synthgap.jobs import run_job


def main(job):
    settings = job.params.settings
    real = load_images(job.input.real)
    restored = {t_re: load_images(job.input[f"t_re_{t_re}"]) for t_re in settings["t_re"]}
    positions = one_of_each_class(real.labels, settings["images"])
    draw_figure(job.output.png, job.output.pdf, grid_figure, real, restored, positions)


if __name__ == "__main__":
    run_job(main, snakemake)
