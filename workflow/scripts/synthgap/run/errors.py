"""Errors that are the user's to mend."""


class InputError(Exception):
    """A setting or a file that can't be used.

    The message is one line: what was found, what was expected, what to do. Jobs print it without
    a traceback.
    """
