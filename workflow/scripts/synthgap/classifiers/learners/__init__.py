"""Networks that are trained to classify, a file each."""
