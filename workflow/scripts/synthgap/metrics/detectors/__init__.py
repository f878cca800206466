"""Detectors of fakes: a file each."""
