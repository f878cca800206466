"""Train detectors that tell a set's images from the real ones they were made from."""

import numpy as np
from synthgap.data.images import load_images
from synthgap.data.tables import save_table
from synthgap.metrics.detection import DetectionConfig, detection_scores
from synthgap.plan.settings import build_settings
from synthgap.run.devices import select_device
from synthgap.run.job import device_of, run_job


def main(job):
    settings = job.params.settings
    real = load_images(job.input.real)

    def counterparts(fake):
        """One image for each real one, so that both fall into the same part."""
        return fake[fake.index < len(real)] if settings["paired"] else fake

    files = np.array_split(list(job.input.fake), settings["replicates"])
    scores = detection_scores(
        job.wildcards.set,
        [(real, counterparts(load_images(part))) for part in files],
        build_settings(DetectionConfig, settings["detection"]),
        seed=settings["seed"],
        device=select_device(device_of(job)),
    )
    save_table(job.output[0], scores)


if __name__ == "__main__":
    run_job(main, snakemake)
