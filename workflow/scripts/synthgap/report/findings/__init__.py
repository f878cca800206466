"""The findings of the paper, each held against one run: a file each."""
