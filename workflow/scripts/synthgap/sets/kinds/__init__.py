"""Kinds of sets: a file each, chosen by `kind` of an entry of `sets` in the config."""
