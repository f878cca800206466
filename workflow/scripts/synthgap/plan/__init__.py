"""What Snakemake's parse needs: the config, what there is to choose from, hashes of code, estimates. No torch."""
