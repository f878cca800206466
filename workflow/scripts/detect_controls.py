"""Train the same detectors where the answer is known: real against real, untouched and touched."""

from dataclasses import replace

import numpy as np
import pandas as pd
from synthgap.data.images import load_images, load_info
from synthgap.data.randomness import random_generator
from synthgap.data.tables import save_table
from synthgap.metrics.configs import DetectionConfig
from synthgap.metrics.detection import change_pixels, detection_scores
from synthgap.plan.names import ALL, DOSES, dose_group
from synthgap.plan.settings import build_settings
from synthgap.run.devices import select_device
from synthgap.run.job import device_of, run_job
from synthgap.sets.recipe import NEGATIVE_CONTROL, POSITIVE_CONTROL


def main(job):
    settings = job.params.settings
    train, test = load_images(job.input.train), load_images(job.input.test)
    levels = np.array(load_info(job.input.info).grey_levels)
    config = build_settings(DetectionConfig, settings["detection"])
    device = select_device(device_of(job), settings["tf32"])
    controls = [(NEGATIVE_CONTROL, ALL, test)]
    for share in DOSES:
        generator = random_generator(settings["seed"], POSITIVE_CONTROL, dose_group(share))
        moved = replace(train, images=change_pixels(train.images, levels, generator, share))
        controls.append((POSITIVE_CONTROL, dose_group(share), moved))
    scores = [
        detection_scores(name, 0, train, fake, config, seed=settings["seed"], device=device, group=group)
        for name, group, fake in controls
    ]
    save_table(job.output[0], pd.concat(scores))


if __name__ == "__main__":
    run_job(main, snakemake)
