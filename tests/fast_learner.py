"""scikit-learn's digits, and a learner of milliseconds whose trainings differ by chance as networks' do: a
linear classifier on random features.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import RidgeClassifier
from sklearn.pipeline import make_pipeline
from synthgap.data.splits import nested_order

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)


def digits():
    """Images float [1797, 64] in [0, 1] and labels."""
    images, labels = load_digits(return_X_y=True)
    return images / 16, labels


def correct(train, test, generator):
    """Which test images a training gets right, bool [N]. train, test: images and labels."""
    features = RBFSampler(gamma=0.05, n_components=100, random_state=int(generator.integers(2**31)))
    return make_pipeline(features, RidgeClassifier(0.1)).fit(*train).predict(test[0]) == test[1]


def measured_curve(train, test, replicates, generator, shares=SHARES):
    """Sizes and correctness [R, N] of nested stratified parts of a training set, drawn anew in each
    replicate.
    """
    images, labels = train
    sizes = [round(share * len(labels)) for share in shares]
    right = {size: [] for size in sizes}
    for _ in range(replicates):
        order = nested_order(labels, generator)
        for size in sizes:
            part = order[:size]
            right[size].append(correct((images[part], labels[part]), test, generator))
    return [(size, np.array(rows)) for size, rows in right.items()]


def measured_part(train, test, size, replicates, generator):
    """The same of one stratified part, by draws of its own."""
    ((_, right),) = measured_curve(train, test, replicates, generator, [size / len(train[1])])
    return right
