"""Map where every classifier looks, on the same real test images."""

from synthgap.classifiers.classifier import load_classifier
from synthgap.data.arrays import save_arrays
from synthgap.data.images import load_images
from synthgap.data.randomness import random_generator
from synthgap.data.splits import stratified_subset
from synthgap.data.tables import save_table
from synthgap.metrics.attention import agreements, attention_maps, attention_scores
from synthgap.run.devices import select_device
from synthgap.run.job import device_of, run_job


def main(job):
    settings = job.params.settings
    test, device = load_images(job.input.test), select_device(device_of(job), settings["tf32"])
    size = min(settings["attention_images"], len(test))
    chosen = test[stratified_subset(test.labels, size, random_generator(settings["seed"], "attention"))]
    keys = [(name, rep) for name in job.params.sets for rep in range(job.params.replicates)]
    maps = {
        key: attention_maps(load_classifier(path), chosen.images, chosen.labels, device)
        for key, path in zip(keys, job.input.classifiers, strict=True)
    }
    save_arrays(
        job.output.maps,
        {"index": chosen.index, **{f"{name}-rep{rep}": array for (name, rep), array in maps.items()}},
    )
    save_arrays(job.output.pairs, agreements(maps))
    save_table(job.output.scores, attention_scores(maps))


if __name__ == "__main__":
    run_job(main, snakemake)
