"""Errors that are the user's to mend."""

import re


class InputError(Exception):
    """A setting or a file that can't be used.

    The message is one line of at most 300 printable characters: what was found, what was expected, what to
    do. Jobs print it without a traceback.
    """

    def __init__(self, message: object) -> None:
        super().__init__(in_a_line(message))


LONGEST_MESSAGE = 300
LONGEST_PATH = 120
LONGEST_VALUE = 60


def in_a_line(text: object, longest: int = LONGEST_MESSAGE) -> str:
    """A text or an error in one line of printable characters, cut where it is longer."""
    return printable(" ".join(str(text)[: 4 * longest].split()), longest)


def about_file(path: object, problem: object) -> str:
    """The message `PATH: PROBLEM` in a line of at most 300 characters."""
    name = shown_path(path)
    return f"{name}: {in_a_line(problem, LONGEST_MESSAGE - len(name) - 2)}"


def shown_path(path: object) -> str:
    """A path in a line; of a long one the end."""
    name = str(path)
    if len(name) > LONGEST_PATH:
        name = "..." + name[3 - LONGEST_PATH :]
    return printable(name, LONGEST_PATH)


def shown_url(url: str) -> str:
    """An address without what may be secret in it: names, passwords and queries."""
    bare = re.sub(r"//[^/?#]*@", "//", url)
    return re.sub(r"[?#].*", "", bare, flags=re.S)


def shown(value: object) -> str:
    """A value of the config as it is written, cut where it is long."""
    return printable(repr(value), LONGEST_VALUE)


def counted(number: int, noun: str) -> str:
    """`1 image`, `2 images`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str, longest: int = 60) -> str:
    """A text without what a terminal would act upon, cut where it is longer."""
    if len(text) > longest:
        text = text[: longest - 3] + "..."
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else "?" for sign in text)
    return text
