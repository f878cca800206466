"""Guidance: ways to wrap a denoiser into another one, a file each."""
