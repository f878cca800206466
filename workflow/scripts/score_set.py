"""Score one set and replicate."""

from synthgap.data.arrays import save_arrays
from synthgap.data.tables import save_table
from synthgap.metrics.configs import ScoreConfig
from synthgap.metrics.measurements import load_measurements
from synthgap.metrics.scores import image_values, score_set
from synthgap.plan.settings import narrow_values
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    config = narrow_values(ScoreConfig, settings)
    fake, real = (
        {split: load_measurements(files, split, config.extractors) for split in ("train", "test")}
        for files in (job.input.fake, job.input.real)
    )
    scores = score_set(
        job.wildcards.set,
        int(job.wildcards.rep),
        fake,
        real,
        config,
        settings["seed"],
    )
    save_arrays(job.output.images, image_values(fake))
    save_table(job.output.scores, scores)


if __name__ == "__main__":
    run_job(main, snakemake)
