"""A run with a learning curve, on scikit-learn's digits: noisy images stand for a generator's."""

import numpy as np
import pandas as pd
from fast_learner import correct, digits
from project import merged, schema_defaults
from story import Values
from synthgap.classifiers.training import accuracy_scores
from synthgap.data.splits import nested_order, stratified_parts
from synthgap.metrics.worth import worth_scores
from synthgap.plan.names import RECIPE_COLUMNS
from synthgap.sets.recipe import recipes

MODELS = [{"name": "gan", "kind": "gan"}]
CURVE = {"name": "part", "kind": "subset", "share": [0.0625, 0.125, 0.25, 0.5]}
GAN = {"name": "gan", "kind": "generate", "model": "gan", "times": 2}
SWAP = {"name": "swap", "kind": "replace", "of": "gan", "share": [0.25, 0.5, 0.75, 1]}
MORE = {"name": "more", "kind": "add", "of": "gan", "times": [0.5, 1, 2]}
NOISE = 0.3  # of pixels in [0, 1]


def worth_run(*entries, replicates=3, images=600):
    """The scores of the stages accuracy and worth, the values per image of the former, and sets.csv by name,
    of a run with these sets.
    """
    found = recipes(merged(schema_defaults(), {"models": MODELS, "sets": list(entries)}))
    pixels, labels = digits()
    real, test = stratified_parts(labels, [images, 597], np.random.default_rng(0))
    testing, rows, right = (pixels[test], labels[test]), [], {}
    for name, recipe in found.items():
        for replicate in range(replicates):
            generator = np.random.default_rng(replicate)
            train = training_images(recipe, pixels[real], labels[real], generator)
            own = correct(train, testing, generator)
            rows.append(accuracy_scores(name, replicate, own, labels[test], 10, len(train[1])))
            right.setdefault(f"accuracy-test/{name}", []).append(own)
    values = Values({name: np.array(own) for name, own in right.items()})
    sets = described(found)
    accuracies = with_sets(pd.concat(rows), sets)
    worth = with_sets(worth_scores(accuracies, values, seed=0), sets)
    return pd.concat([accuracies, worth] if len(worth) else [accuracies], ignore_index=True), values, sets


def training_images(recipe, pixels, labels, generator):
    order = nested_order(labels, generator)
    noisy = [np.clip(pixels + generator.normal(0, NOISE, pixels.shape), 0, 1) for _ in range(2)]
    number = round((recipe.value or 0) * len(labels))
    if recipe.kind == "subset":
        return pixels[order[:number]], labels[order[:number]]
    if recipe.kind == "generate":
        return np.concatenate(noisy), np.tile(labels, 2)
    if recipe.kind == "replace":
        replaced = pixels.copy()
        replaced[order[:number]] = noisy[0][order[:number]]
        return replaced, labels
    if recipe.kind == "add":
        added = np.concatenate(noisy)[:number], np.tile(labels, 2)[:number]
        return np.concatenate([pixels, added[0]]), np.concatenate([labels, added[1]])
    return pixels, labels


def described(found):
    """What sets.csv says of them."""
    columns = [*RECIPE_COLUMNS, "value"]
    rows = [
        {"set": name, "of": " + ".join(recipe.of), **{key: getattr(recipe, key, 0) for key in columns}}
        for name, recipe in found.items()
    ]
    return pd.DataFrame(rows).astype({"t_re": "Int64"}).set_index("set")


def with_sets(scores, sets):
    return scores.merge(sets[RECIPE_COLUMNS].reset_index(), how="left", on="set")
