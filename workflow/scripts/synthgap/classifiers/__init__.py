"""Classifiers trained on a set of images."""
