"""Tables, a file each."""
