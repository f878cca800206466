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


def centroid_distance(features: np.ndarray, labels: np.ndarray) -> float:
    """Mean distance of each image's features to the centroid of its class."""
    return float(centroid_distances(features, labels).mean())
