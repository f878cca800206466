"""Kinds of models: a file each, chosen by `kind` of an entry of `models` in the config."""
