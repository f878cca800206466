"""Score random re-splits of the real images: the baseline's band."""

from synthgap.data.tables import save_table
from synthgap.metrics.configs import ScoreConfig
from synthgap.metrics.measurements import load_measurements
from synthgap.metrics.scores import score_baseline
from synthgap.plan.settings import narrow_values
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    config = narrow_values(ScoreConfig, settings)
    train, test = (load_measurements(job.input, split, config.extractors) for split in ("train", "test"))
    scores = score_baseline(train, test, config, settings["seed"])
    save_table(job.output[0], scores)


if __name__ == "__main__":
    run_job(main, snakemake)
