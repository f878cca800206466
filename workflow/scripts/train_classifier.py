"""Train a classifier on one set, and test it on the real test images."""

from synthgap.classifiers.resnet import save_classifier
from synthgap.classifiers.training import ClassifierConfig, train_classifier
from synthgap.data.images import load_images, load_info
from synthgap.data.randomness import derive_seed
from synthgap.plan.settings import build_settings
from synthgap.run.devices import select_device
from synthgap.run.files import whole_file
from synthgap.run.job import device_of, run_job


def main(job):
    settings = job.params.settings
    model, history = train_classifier(
        load_images(job.input.train),
        load_images(job.input.test),
        len(load_info(job.input.info).class_names),
        build_settings(ClassifierConfig, settings["classifier"]),
        seed=derive_seed(settings["seed"], "classifier", job.wildcards.set, job.wildcards.rep),
        device=select_device(device_of(job)),
    )
    save_classifier(job.output.weights, model)
    with whole_file(job.output.history) as path:
        history.to_csv(path, index=False)


if __name__ == "__main__":
    run_job(main, snakemake)
