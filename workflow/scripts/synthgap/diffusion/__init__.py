"""Diffusion models: networks, training, sampling, and real sample reconstruction."""
