"""Measure one shard of a set's images: features, logits and block4 of the real-trained classifier, and
distances to the nearest real images.
"""

from synthgap.classifiers.classifier import load_classifier
from synthgap.classifiers.training import predict
from synthgap.data.arrays import save_arrays
from synthgap.data.images import load_images
from synthgap.metrics.extraction import build_extractor, extract_features
from synthgap.metrics.neighbours import nearest_distances
from synthgap.plan.names import SPLITS, score_extractors
from synthgap.run.devices import select_device
from synthgap.run.downloads import check_sha256
from synthgap.run.job import device_of, run_job


def main(job):
    settings = job.params.settings
    device, batch_size = select_device(device_of(job), settings["tf32"]), settings["batch_size"]
    classifier = load_classifier(job.input.classifier).to(device)
    for name, sha256 in settings["sha256"].items():
        check_sha256(job.input[name], sha256)
    extractors = {
        name: build_extractor(name, job.input.get(name), settings["image_size"])
        for name in score_extractors(settings)
    }
    real = {split: load_images(job.input[f"real_{split}"]) for split in SPLITS}
    measured = {}
    for split in SPLITS:
        image_set = load_images(job.input[split])
        measured[f"labels-{split}"] = image_set.labels
        logits, block4 = predict(classifier, image_set.images, batch_size)
        measured[f"logits-{split}"], measured[f"block4-{split}"] = logits, block4
        for name, extractor in extractors.items():
            measured[f"{name}-{split}"] = extract_features(extractor, image_set.images, batch_size, device)
        for other, images in real.items():
            measured[f"nearest-{other}-{split}"] = nearest_distances(image_set, images, device)
    save_arrays(job.output[0], measured)


if __name__ == "__main__":
    run_job(main, snakemake)
