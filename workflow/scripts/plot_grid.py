"""Fig. 3a: training images, their reconstructions and competitors' images side by side."""

from synthgap.data.images import load_images
from synthgap.report.images import grid_figure, one_of_each_class
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job


def main(job):
    sets = {name: load_images(job.input[f"images_{name}"]) for name in job.params.sets}
    real = next(iter(sets.values()))
    positions = one_of_each_class(real.labels, job.params.settings["images"])
    draw_figure(job.output.png, job.output.pdf, grid_figure, sets, positions)


if __name__ == "__main__":
    run_job(main, snakemake)
