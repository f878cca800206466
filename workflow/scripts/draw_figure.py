"""Draw one figure."""

from synthgap.plan.tables import plugin
from synthgap.report.material import Material
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    material = Material(job.input, settings)
    draw_figure(job.output.png, job.output.pdf, plugin("figures", job.wildcards.figure).draw, material)


if __name__ == "__main__":
    run_job(main, snakemake)
