"""What Snakemake's parse needs: config, choice of plug-ins, code hashes, estimates. No torch."""
