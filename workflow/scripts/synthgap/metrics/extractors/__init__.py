"""Feature extractors trained on ImageNet or the web: a file each. Each owns its resize and normalisation."""
