"""Errors that are the user's to mend."""


class InputError(Exception):
    """A setting or a file that can't be used.

    The message is one line: what was found, what was expected, what to do. Jobs print it without
    a traceback.
    """


LONGEST_MESSAGE = 300


def in_a_line(text: object, longest: int = LONGEST_MESSAGE) -> str:
    """A text or an error in one line of printable characters, cut where it is longer."""
    return printable(" ".join(str(text)[: 4 * longest].split()), longest)


def about_file(path: object, problem: object) -> str:
    """The message `PATH: PROBLEM` in a line of at most 300 characters. Of a long path the end is kept."""
    name = printable(str(path)[-1000:], 1000)
    if len(name) > LONGEST_MESSAGE // 2:
        name = "..." + name[-LONGEST_MESSAGE // 2 :]
    return f"{name}: {in_a_line(problem, LONGEST_MESSAGE - len(name) - 2)}"


def printable(text: str, longest: int = 60) -> str:
    """A text without what a terminal would act upon, cut where it is longer."""
    if len(text) > longest:
        text = text[: longest - 3] + "..."
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else "?" for sign in text)
    return text
