"""Mean spectra of the real images and of each generator's."""

from synthgap.data.images import load_images
from synthgap.metrics.spectra import mean_spectrum
from synthgap.report.spectra import spectra_figure
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job


def main(job):
    spectra = {
        name: mean_spectrum(load_images(job.input[f"images_{name}"]).images) for name in job.params.sets
    }
    held_out = mean_spectrum(load_images(job.input.held_out).images)
    draw_figure(job.output.png, job.output.pdf, spectra_figure, spectra, held_out)


if __name__ == "__main__":
    run_job(main, snakemake)
