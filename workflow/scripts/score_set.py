"""Score one set and replicate."""

from synthgap.metrics.measurements import load_measurements
from synthgap.metrics.scores import ScoreConfig, score_set
from synthgap.plan.settings import narrow_values
from synthgap.run.files import whole_file
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
    with whole_file(job.output[0]) as path:
        scores.to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
