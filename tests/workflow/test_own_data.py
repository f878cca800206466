"""Somebody's own images, end to end with a denoiser that is trained on them."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from project import DENOISER, SERIES
from synthgap.run.files import read_json

FITTED = {"sampler": "ipndm", "schedule": "fitted", "solver_steps": 3}


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


def test_a_folder_of_photos_runs_end_to_end_with_sets_of_every_kind(untouched, tmp_path):
    """Two models, two samplers at the same reverse steps, parts, mixtures, and somebody's samples."""
    workflow = untouched.copy(tmp_path)
    write_photos(workflow.folder / "photos", np.random.default_rng(0))
    write_samples(workflow.folder / "samples.npz", np.random.default_rng(1))
    workflow.configure(
        replicates=1,
        shards=1,
        dataset={"kind": "folder", "path": "photos", "resolution": 16, "max_images": None},
        models=[DENOISER, DENOISER | {"name": "second", "model_channels": 4}],
        sets=[
            SERIES,
            SERIES | {"name": "fast", "sampling": FITTED, "detect": False},
            SERIES | {"name": "second", "model": "second", "t_re": 20, "times": 2, "detect": False},
            {"name": "mine", "kind": "samples", "path": "samples.npz"},
            {"name": "part", "kind": "subset", "share": [0.25, 0.5]},
            {"name": "both", "kind": "mix", "of": {"real": 0.5, "second": 1.5}},
            {"name": "more", "kind": "augment", "of": "both"},
        ],
    )
    output = workflow.run("--cores", "2")
    assert "pack_dataset: warning: JPEG images: 16, test/night/1.jpg the first" in output
    results = workflow.folder / "results"
    for name in ("fast10", "fast20"):
        levels = read_json(results / f"sets/{name}/schedule.json")["sigmas"]
        assert 2 <= len(levels) <= 4
        assert levels[-1] == 0
    sets = pd.read_csv(results / "sets.csv").set_index("set")
    assert list(sets["series"]) == [
        "real",
        "t",
        "t",
        "fast",
        "fast",
        "second",
        "mine",
        "part",
        "part",
        "both",
        "more",
    ]
    assert dict(sets["n_real"].iloc[[0, 7, 8, 9, 10]]) == {
        "real": 24, "part0.25": 6, "part0.5": 12, "both": 12, "more": 24,
    }  # fmt: skip
    assert list(sets["n_synthetic"][["second", "both", "more"]]) == [48, 36, 72]
    assert sets["t_re"].isna().sum() == 5
    table = pd.read_csv(results / "table2.csv")
    assert list(table["samples"]) == list(sets["title"])
    assert list(table["training_images"])[-2:] == [48, 96]
    detected = pd.read_csv(results / "table1.csv")["samples"].unique()
    assert list(detected[:3]) == ["denoiser, t_re = 10", "denoiser, t_re = 20", "mine"]
    quality = pd.read_csv(results / "scores/quality.csv")
    assert set(quality["set"]) == {"real", "t10", "t20", "fast10", "fast20", "second", "mine"}
    assert (results / "fig3a.png").exists()
    summary = (results / "summary.md").read_text(encoding="utf-8")
    assert "photos (image files); 24 training and 24 test images of 16x16, 2 classes" in summary
    assert "Of the paper's 10 findings: " in summary
    assert "competitor" not in summary


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
