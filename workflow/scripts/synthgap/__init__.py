"""synthgap: how much of a labelled image training set is lost when a diffusion model replaces it.

Data flows through six rooms, left to right: data, models, sets, classifiers, metrics, report. A room imports
rooms to its left, and the closets plan and run, never to its right.
"""
