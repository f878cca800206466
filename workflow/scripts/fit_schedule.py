"""Fit the noise levels of a set's walk to its network."""

import logging
from dataclasses import asdict

from synthgap.run.files import write_json
from synthgap.run.job import run_job
from synthgap.sets.fitting import fit_task
from synthgap.sets.jobs import set_task

logger = logging.getLogger("synthgap.fit_schedule")


def main(job):
    task = set_task(job, "train")
    found, allowed = fit_task(task), task.options.sampling.fit_error
    steps = len(found.sigmas) - 1
    told = f"{steps} steps make images that differ by {found.error:.2f} grey levels from Heun's whole walk"
    logger.info("%s: %s", task.name, told)
    if found.error > allowed:
        advice = "raise sampling.solver_steps or sampling.fit_error, or take schedule: karras"
        logger.warning("%s: %s, not by %g at most; %s", task.name, told, allowed, advice)
    write_json(job.output[0], asdict(found))


if __name__ == "__main__":
    run_job(main, snakemake)
