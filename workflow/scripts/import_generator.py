"""Bring in a published generator, without executing anything in its file."""

from synthgap.data.images import load_info
from synthgap.diffusion.checkpoints import load_network, save_network
from synthgap.diffusion.importing import check_generator
from synthgap.downloads import check_sha256
from synthgap.jobs import run_job


def main(job):
    settings = job.params.settings
    origin = settings["network"]
    digest = check_sha256(job.input.network, settings["sha256"])
    network = load_network(job.input.network)
    check_generator(network, load_info(job.input.info), f"competitor {job.wildcards.set}: {origin}")
    save_network(job.output[0], network, {"network": origin, "sha256": digest})


if __name__ == "__main__":
    run_job(main, snakemake)
