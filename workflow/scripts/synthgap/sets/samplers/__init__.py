"""Samplers: how a noisy image walks down a list of noise levels. A file each.

`sample(denoise, x, sigmas, noise, config)` takes `denoise(x, sigma) -> D(x; sigma)`, the noisy images x
float64 [B, C, H, W] at sigmas[0], the noise levels sigmas [n + 1] ending in 0, `noise(i)`, the standard
normal noise float64 [B, C, H, W] of the i-th step (i = 1..n), and the sampler's settings. It returns the
images at sigma 0.

Some networks know only some noise levels. The sigmas are such; a sampler that goes to others takes
`known_level(denoise, sigma)` (see sets/schedule.py) in their place.
"""
