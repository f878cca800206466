"""The paper's own numbers, on CIFAR-10 with T = 100 (its Tables 1 and 2)."""

# Test accuracy in percent after training on the set of each t_re: mean and standard deviation.
ACCURACY: dict[int | None, tuple[float, float]] = {
    0: (89.52, 0.11),
    30: (88.84, 0.08),
    50: (87.41, 0.32),
    70: (85.76, 0.49),
    100: (84.15, 0.27),
}
# Accuracy in percent of telling EDM's images (t_re = 100) from real ones, by domain, and StyleGAN3's.
DETECTION = {"pixel": 56.15, "dct": 58.91}
STYLEGAN3_DETECTION = {"pixel": 89.56, "dct": 53.62}
