"""Choose one of several sets by how accurate their classifiers are on real training images."""

import logging

import numpy as np
import pandas as pd
from synthgap.classifiers.classifier import load_classifier
from synthgap.classifiers.training import predict
from synthgap.data.images import load_images
from synthgap.data.tables import save_table
from synthgap.plan.names import CLASSIFIER, SCORE_COLUMNS
from synthgap.run.devices import select_device
from synthgap.run.files import write_json
from synthgap.run.job import device_of, run_job
from synthgap.sets.choice import METRIC, best_of, judging_part

logger = logging.getLogger(__name__)


def main(job):
    settings, name = job.params.settings, job.wildcards.set
    train = load_images(job.input.train)
    part = train[judging_part(train.labels, settings["share"], seed=settings["seed"], name=name)]
    device, batch_size = select_device(device_of(job), settings["tf32"]), settings["batch_size"]
    accuracies, rows = {candidate: [] for candidate in settings["of"]}, []
    jobs = [(each, replicate) for each in accuracies for replicate in range(settings["replicates"])]
    for (candidate, replicate), file in zip(jobs, job.input.classifiers, strict=True):
        logits, _ = predict(load_classifier(file).to(device), part.images, batch_size)
        accuracies[candidate].append(float(np.mean(logits.argmax(1) == part.labels)))
        values = (candidate, accuracies[candidate][-1], len(part), len(part))
        rows.append((name, "train", replicate, "none", CLASSIFIER, METRIC, *values))
    chosen = best_of(accuracies)
    for candidate, values in accuracies.items():
        logger.info("%s: %.2f %% of %d real training images", candidate, 100 * np.mean(values), len(part))
    logger.info("chosen: %s", chosen)
    write_json(job.output.choice, {"chosen": chosen, "images": len(part), "accuracies": accuracies})
    save_table(job.output.scores, pd.DataFrame(rows, columns=SCORE_COLUMNS))


if __name__ == "__main__":
    run_job(main, snakemake)
