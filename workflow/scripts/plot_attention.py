"""Fig. 4: Grad-CAM of the classifiers trained on each set."""

import numpy as np
from synthgap.data.images import load_images
from synthgap.report.attention import attention_figure
from synthgap.report.images import one_of_each_class
from synthgap.report.style import draw_figure
from synthgap.run.job import run_job


def main(job):
    settings, test = job.params.settings, load_images(job.input.test)
    with np.load(job.input.maps) as arrays:
        chosen = test[arrays["index"]]
        positions = one_of_each_class(chosen.labels, settings["images"])
        maps = {name: arrays[f"{name}-rep0"][positions] for name in job.params.sets}
    draw_figure(job.output.png, job.output.pdf, attention_figure, chosen.images[positions], maps)


if __name__ == "__main__":
    run_job(main, snakemake)
