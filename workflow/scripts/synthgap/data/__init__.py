"""Data sets: read, split, pack; the image files that every other room reads."""
