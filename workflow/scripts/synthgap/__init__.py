"""synthgap: how much of a labelled image training set is lost when a diffusion model replaces it.

Data flows through five rooms, left to right: data, diffusion, classifiers, metrics, figures.
A room imports rooms to its left, never to its right.
"""
