"""Where data sets come from: a file for each kind that `dataset.kind` names, images in and nothing
decided.
"""
