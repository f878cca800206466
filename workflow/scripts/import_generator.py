"""Bring in a published generator, without executing anything in its file."""

from synthgap.data.images import load_info
from synthgap.models.generators import check_generator, load_generator
from synthgap.models.storage import save_network
from synthgap.run.downloads import check_sha256
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    origin = settings["network"]
    digest = check_sha256(job.input.network, settings["sha256"])
    generator = load_generator(job.input.network)
    check_generator(generator, load_info(job.input.info), f"competitor {job.wildcards.set}: {origin}")
    save_network(job.output[0], generator, {"network": origin, "sha256": digest})


if __name__ == "__main__":
    run_job(main, snakemake)
