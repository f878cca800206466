"""Score what one set and replicate loses at the edge and in the core of the classes."""

from synthgap.data.arrays import save_arrays
from synthgap.data.tables import save_table
from synthgap.metrics.edges import Features, score_edges
from synthgap.metrics.lost import nearest_pairs
from synthgap.metrics.measurements import load_arrays
from synthgap.run.job import run_job


def main(job):
    settings = job.params.settings
    extractor = settings["manifold"]
    fake, train, test = (
        Features(*load_arrays(files, f"{extractor}-{split}", f"labels-{split}"))
        for files, split in ((job.input.fake, "train"), (job.input.real, "train"), (job.input.real, "test"))
    )
    name, replicate = job.wildcards.set, int(job.wildcards.rep)
    scores = score_edges(name, replicate, fake, train, test, extractor=extractor, seed=settings["seed"])
    save_arrays(job.output.images, nearest_pairs(fake, train, test))
    save_table(job.output.scores, scores)


if __name__ == "__main__":
    run_job(main, snakemake)
