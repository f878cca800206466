"""Somebody's own images, end to end with a denoiser that is trained on them."""

import numpy as np
import pandas as pd
from PIL import Image


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


def test_a_folder_of_photos_runs_end_to_end(untouched, tmp_path):
    workflow = untouched.copy(tmp_path)
    write_photos(workflow.folder / "photos", np.random.default_rng(0))
    workflow.configure(
        replicates=1,
        dataset={"kind": "folder", "path": "photos", "resolution": 16, "max_images": None},
        diffusion={"t_re": [20], "shards": 1},
    )
    output = workflow.run("--cores", "2")
    assert "pack_dataset: warning: 16 images are JPEG, test/night/1.jpg the first" in output
    table = pd.read_csv(workflow.folder / "results/table2.csv")
    assert list(table["t_re"]) == [0, 20]
    assert (workflow.folder / "results/fig3a.png").exists()
    summary = (workflow.folder / "results/summary.md").read_text(encoding="utf-8")
    assert "photos (image files); 24 training and 24 test images of 16x16, 2 classes" in summary
