"""Fig. 6: one class's test images in the real-trained classifier's features, at two reverse steps."""

from synthgap.data.images import load_info
from synthgap.metrics.measurements import load_arrays
from synthgap.report.features import class_figure
from synthgap.report.style import draw_figure
from synthgap.run.errors import InputError
from synthgap.run.job import run_job
from synthgap.sets.names import reverse_step


def main(job):
    names = load_info(job.input.info).class_names
    class_name = job.params.settings["class"] or names[-1]
    if class_name not in names:
        raise InputError(f"config: figures.class: no class {class_name!r}; choose one of {', '.join(names)}")
    label = names.index(class_name)
    features = {}
    for name in job.params.sets:
        block4, labels = load_arrays(job.input[name], "block4-test", "labels-test")
        features[reverse_step(name)] = block4[labels == label]
    real = features.pop(0)
    draw_figure(job.output.png, job.output.pdf, class_figure, real, features, class_name)


if __name__ == "__main__":
    run_job(main, snakemake)
