"""What makes images: denoisers and generators, their training, and the files that they come in."""
