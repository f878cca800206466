"""Train a classifier on one set, and test it on the real test images."""

import numpy as np
from synthgap.classifiers.classifier import save_classifier
from synthgap.classifiers.config import classifier_config
from synthgap.classifiers.training import accuracy_scores, predict, train_classifier
from synthgap.data.arrays import save_arrays
from synthgap.data.images import load_images, load_info
from synthgap.data.randomness import derive_seed
from synthgap.data.tables import save_table
from synthgap.run.devices import select_device
from synthgap.run.job import device_of, run_job


def main(job):
    settings, wildcards = job.params.settings, job.wildcards
    name, replicate = wildcards.set, int(wildcards.rep)
    train, test = load_images(job.input.train), load_images(job.input.test)
    info, config = load_info(job.input.info), classifier_config(settings["classifier"])
    classes = len(info.class_names)
    model, history = train_classifier(
        train,
        classes,
        config,
        seed=derive_seed(settings["seed"], "classifier", name, wildcards.rep),
        device=select_device(device_of(job), settings["tf32"]),
        epoch_images=info.sizes["train"],
    )
    correct = predict(model, test.images, config.batch_size)[0].argmax(1) == test.labels
    save_classifier(job.output.weights, model)
    save_table(job.output.history, history)
    scores = accuracy_scores(name, replicate, correct, test.labels, classes, len(train))
    save_table(job.output.scores, scores)
    save_arrays(job.output.images, {"accuracy-test": correct.astype(np.uint8)})


if __name__ == "__main__":
    run_job(main, snakemake)
