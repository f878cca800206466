"""Bring in a denoiser that was trained elsewhere, without executing anything in its file."""

from synthgap.data.images import load_info
from synthgap.models.denoisers import load_denoiser
from synthgap.models.storage import check_fit, save_network
from synthgap.run.downloads import check_sha256
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    digest = check_sha256(job.input.network, settings["sha256"])
    network = load_denoiser(job.input.network)
    check_fit(network, load_info(job.input.info), f"diffusion.network: {settings['network']}")
    save_network(job.output[0], network, {"network": settings["network"], "sha256": digest})


if __name__ == "__main__":
    run_job(main, snakemake)
