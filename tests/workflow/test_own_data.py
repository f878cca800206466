"""Somebody's own images, end to end with a denoiser that is trained on them."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from project import SERIES


def write_photos(folder, generator):
    """Colour pictures of mixed sizes and formats: one class is dark at the top, the other at the bottom."""
    for split in ("train", "test"):
        for label, name in enumerate(("night", "noon")):
            place = folder / split / name
            place.mkdir(parents=True)
            for i in range(12):
                width, height = generator.integers(16, 40, 2)
                ramp = np.linspace(label, 1 - label, height)[:, None, None] * 255
                noisy = ramp + generator.normal(0, 20, (height, width, 3))
                image = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
                image.save(place / f"{i}.{('png', 'jpg', 'webp')[i % 3]}")


def write_samples(path, generator, each=30, size=16):
    """What another generator made of these classes."""
    labels = np.arange(2 * each) % 2
    images = generator.integers(0, 256, (2 * each, size, size, 3)).astype(np.uint8)
    np.savez(path, images=images, labels=labels)


def test_a_folder_of_photos_runs_end_to_end(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    write_photos(workflow.folder / "photos", np.random.default_rng(0))
    write_samples(workflow.folder / "samples.npz", np.random.default_rng(1))
    workflow.configure(
        replicates=1,
        dataset={"kind": "folder", "path": "photos", "resolution": 16, "max_images": None},
        shards=1,
        sets=[SERIES | {"t_re": [20]}, {"name": "samples", "kind": "samples", "path": "samples.npz"}],
    )
    output = workflow.run("--cores", "2")
    assert "pack_dataset: warning: 16 images are JPEG, test/night/1.jpg the first" in output
    table = pd.read_csv(workflow.folder / "results/table2.csv")
    assert list(table["samples"]) == ["real", "denoiser, t_re = 20", "samples"]
    assert (workflow.folder / "results/fig3a.png").exists()
    summary = (workflow.folder / "results/summary.md").read_text(encoding="utf-8")
    assert "photos (image files); 24 training and 24 test images of 16x16, 2 classes" in summary


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"size": 8}, "its images are [8, 8, 3], the data set's [16, 16, 3]; bring images of that height"),
        ({"each": 20}, "it has 20 images of night, but both splits together need 24; bring more, or lower"),
    ],
)
def test_samples_that_do_not_fit_are_refused_by_name(untouched, tmp_path, made, message):
    workflow = untouched.copy(tmp_path)
    write_photos(workflow.folder / "photos", np.random.default_rng(0))
    write_samples(workflow.folder / "others.npz", np.random.default_rng(1), **made)
    workflow.configure(
        dataset={"kind": "folder", "path": "photos", "resolution": 16, "max_images": None},
        sets=[SERIES, {"name": "others", "kind": "samples", "path": "others.npz"}],
    )
    output = workflow.run("--cores", "1", succeed=False)
    assert f"pack_samples: error: sets: others: {message}" in output
    assert "rule make_model" not in output
