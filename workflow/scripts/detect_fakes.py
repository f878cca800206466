"""Train detectors that tell a set's images from the real ones, in one replicate."""

from synthgap.data.images import load_images
from synthgap.data.tables import save_table
from synthgap.metrics.configs import DetectionConfig
from synthgap.metrics.detection import detection_scores
from synthgap.plan.settings import build_settings
from synthgap.run.devices import select_device
from synthgap.run.job import device_of, run_job


def main(job):
    settings = job.params.settings
    real, fake = load_images(job.input.real), load_images(job.input.fake)
    if settings["paired"]:  # one image for each real one, so that both fall into the same part
        fake = fake[fake.index < len(real)]
    scores = detection_scores(
        job.wildcards.set,
        int(job.wildcards.rep),
        real,
        fake,
        build_settings(DetectionConfig, settings["detection"]),
        seed=settings["seed"],
        device=select_device(device_of(job), settings["tf32"]),
    )
    save_table(job.output[0], scores)


if __name__ == "__main__":
    run_job(main, snakemake)
