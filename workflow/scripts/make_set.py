"""Make one shard of a set, both splits."""

from synthgap.data.images import save_images
from synthgap.plan.names import SPLITS
from synthgap.plan.tables import plugin
from synthgap.run.job import run_job
from synthgap.sets.jobs import set_task


def main(job):
    kind = plugin("sets", job.params.settings["kind"])
    for split in SPLITS:
        save_images(job.output[split], kind.make(set_task(job, split)))


if __name__ == "__main__":
    run_job(main, snakemake)
