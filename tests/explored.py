"""The files that the page to look around in is made from, of a small run of photographs."""

import numpy as np
from sklearn.datasets import load_sample_images
from story import described, story
from synthgap.data.arrays import save_arrays
from synthgap.data.images import DatasetInfo, ImageSet, save_images, save_info
from synthgap.data.tables import save_table
from synthgap.metrics.edges import Features
from synthgap.metrics.lost import nearest_pairs
from synthgap.plan.names import SPLITS

STEPS = {"real": 0, "t050": 50, "t100": 100}
HOSTILE = ["</script><img src=x onerror=alert(1)>", "数字の三", "$_$", "'\"`--><b>{{ 7 * 7 }}"]


def small_run(
    folder,
    class_names=HOSTILE,
    side=8,
    channels=1,
    images=40,
    series=True,
    generator=True,
    measured=True,
    replicates=2,
):
    """(inputs, settings), as read_explorer takes them.

    Sets are the real one, reconstructions from t_re 50 and 100 where there is a `series`, images of a
    `generator`, and `part`, half of the real images, which has no places and isn't measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    steps = (STEPS if series else {"real": 0}) | ({"gan": None} if generator else {})
    names, labels = [*steps, "part"], np.arange(images) % len(class_names)
    repeats = {name: 1 if name == "real" else replicates for name in names}
    inputs, made = {}, {}
    for number, name in enumerate(names):
        for split in SPLITS:
            for replicate in range(repeats[name]):
                shown = np.roll(photographs(images, side, channels, split), (replicate, number), axis=(1, 2))
                own = ImageSet(shown, labels, np.arange(images))[: images // 2 if name == "part" else images]
                path = folder / f"{name}-{split}-{replicate}.safetensors"
                save_images(path, own)
                inputs.setdefault(f"train_{name}_{replicate}" if split == "train" else f"test_{name}", [path])
                made.setdefault((name, split), own)
    galleries = [name for name in ("t100", "gan") if name in steps and measured]
    inputs |= measured_files(folder, made, steps, galleries)
    scores = story(0.3, replicates, competitor=True)
    scores = scores[scores["set"].isin(names) & (measured | (scores["metric"] == "accuracy"))]
    table = described({name: steps.get(name) for name in names})
    table = table.assign(paired=table["kind"] == "reconstruct")
    table.loc[table["set"] == "part", "generated"] = False
    for name, rows in {"sets": table, "scores_all": scores, "scores_none": scores[:0]}.items():
        inputs[name] = folder / f"{name}.csv"
        save_table(inputs[name], rows)
    inputs["info"] = folder / "dataset.json"
    sizes = dict.fromkeys(SPLITS, images)
    save_info(inputs["info"], DatasetInfo(class_names, [0, 255], side, channels, sizes, "photographs"))
    sets = {
        name: {"replicates": repeats[name], "placed": name != "part", "measured": measured and name != "part"}
        for name in names
    }
    return inputs, {"seed": 0, "sets": sets, "galleries": galleries}


def photographs(count, side, channels, split):
    """Parts of scikit-learn's photographs, uint8 [count, side, side, channels]."""
    images, generator = load_sample_images().images, np.random.default_rng(SPLITS.index(split))
    parts = []
    for number in range(count):
        image = images[number % len(images)]
        top, left = (generator.integers(0, size - side) for size in image.shape[:2])
        parts.append(image[top : top + side, left : left + side, :channels])
    return np.stack(parts)


def measured_files(folder, made, names, galleries):
    """Features, which are pixels here, and nearest images of the sets, by the names of inputs."""
    inputs, features, values = {}, {}, {}
    for (name, split), own in made.items():
        pixels = own.images.reshape(len(own), -1)[:, :20].astype(np.float32)
        features[name, split] = Features(pixels, own.labels)
    for name in names:
        arrays = {f"block4-{split}": features[name, split].values for split in SPLITS}
        arrays |= {
            f"nearest-train-{split}": np.sort(arrays[f"block4-{split}"][:, :3] + 1) for split in SPLITS
        }
        inputs[f"features_{name}"] = folder / f"{name}-measured.safetensors"
        save_arrays(inputs[f"features_{name}"], arrays)
    for name in galleries:
        sides = [features[key] for key in ((name, "train"), ("real", "train"), ("real", "test"))]
        values |= {f"{key}/{name}": array[None] for key, array in nearest_pairs(*sides).items()}
    if galleries:
        inputs["values_edges"] = folder / "edges-images.safetensors"
        save_arrays(inputs["values_edges"], values)
    return inputs
