"""Tables of the paper: a file each."""
