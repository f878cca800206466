"""How close the images of a set lie to their class's centre."""

import numpy as np


def centroid_distances(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Euclidean distance of each image's features to the centroid of its class: float64 [N].

    features: float [N, D]; labels: int [N]. The centroids are the set's own.
    """
    features = np.asarray(features, np.float64)
    distances = np.empty(len(features))
    for label in np.unique(labels):
        members = labels == label
        centroid = features[members].mean(axis=0)
        distances[members] = np.linalg.norm(features[members] - centroid, axis=1)
    return distances


def share_beyond(
    real: np.ndarray, fake: np.ndarray, labels: np.ndarray, fake_labels: np.ndarray, quantile: float = 0.9
) -> float:
    """The share of fakes that lie beyond their class's outer edge: farther from the centroid of the class's
    real images than the quantile of those images' distances, each to the centroid of the others. Fresh real
    images lie beyond it in 1 - quantile of cases.

    real, fake: features [N, D] and [M, D]; labels, fake_labels: int [N] and [M].
    """
    beyond = np.zeros(len(fake), bool)
    for label in np.unique(fake_labels):
        own, other = real[labels == label].astype(np.float64), fake_labels == label
        centre = own.mean(axis=0)
        # Each image's distance to the centre of the others: its own pull would make it look nearer.
        distances = np.linalg.norm(own - centre, axis=1) * len(own) / max(len(own) - 1, 1)
        edge = np.quantile(distances, quantile)
        beyond[other] = np.linalg.norm(fake[other] - centre, axis=1) > edge
    return float(beyond.mean())


def centroid_distance(features: np.ndarray, labels: np.ndarray) -> float:
    """Mean distance of each image's features to the centroid of its class."""
    return float(centroid_distances(features, labels).mean())
