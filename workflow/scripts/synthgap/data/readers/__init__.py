"""Strangers' files: nothing in them runs, and none takes more time or memory than it is given."""
