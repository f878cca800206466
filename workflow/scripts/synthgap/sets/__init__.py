"""Sets of images: each a version of the data, made by a recipe."""
