"""Fig. 2: one training image noised and restored."""

from synthgap.data.images import load_images
from synthgap.plan.settings import build_settings
from synthgap.report.images import reconstruction_figure
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job
from synthgap.sets.names import reverse_step
from synthgap.sets.schedule import SamplerConfig


def main(job):
    settings = job.params.settings
    draw_figure(
        job.output.png,
        job.output.pdf,
        reconstruction_figure,
        load_images(job.input.images_real),
        {reverse_step(name): load_images(job.input[f"images_{name}"]) for name in job.params.sets},
        0,
        settings["seed"],
        build_settings(SamplerConfig, settings["sampling"]),
    )


if __name__ == "__main__":
    run_job(main, snakemake)
