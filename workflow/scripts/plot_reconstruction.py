"""Fig. 2: one training image noised and restored."""

from synthgap.data.images import load_images
from synthgap.diffusion.schedule import SamplerConfig
from synthgap.figures.images import reconstruction_figure
from synthgap.figures.style import draw_figure
from synthgap.jobs import run_job
from synthgap.settings import build_settings


def main(job):
    settings = job.params.settings
    draw_figure(
        job.output.png,
        job.output.pdf,
        reconstruction_figure,
        load_images(job.input.real),
        {t_re: load_images(job.input[f"t_re_{t_re}"]) for t_re in settings["t_re"]},
        0,
        settings["seed"],
        build_settings(SamplerConfig, settings["sampling"]),
    )


if __name__ == "__main__":
    run_job(main, snakemake)
