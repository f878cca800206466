"""Pages of text and tables, as the report shows them."""

import html
import re

from ..run.errors import in_a_line

# What Markdown acts upon; _ does so at the ends of words only.
ACTIVE = re.compile(r"[\\`*\[\]|~#!]|(?<![^\W_])_|_(?![^\W_])")
LONGEST = 500  # characters
MISSING = "–"


def as_text(outside: object) -> str:
    """A name, a path or a message from outside, in a line of Markdown that shows it as it is."""
    escaped = ACTIVE.sub(r"\\\g<0>", in_a_line(outside, LONGEST))
    return html.escape(escaped, quote=False)


def unbroken(number: str) -> str:
    """A number with its error, or an interval, that no narrow column breaks."""
    return number.replace(" ", "\N{NO-BREAK SPACE}")


def to_html(text: str, title: str) -> str:
    """Markdown as a page of its own."""
    return PAGE.format(title=html.escape(in_a_line(title)), body=body_of(text))


def body_of(text: str) -> str:
    """Markdown as HTML. What isn't Markdown in it, such as HTML, is shown as it is."""
    import markdown

    reader = markdown.Markdown(extensions=["tables"], tab_length=3)
    reader.preprocessors.deregister("html_block")
    for pattern in ("html", *LINKS):
        reader.inlinePatterns.deregister(pattern)
    return reader.convert(text)


# Pages have none.
LINKS = (
    "link",
    "image_link",
    "reference",
    "image_reference",
    "short_reference",
    "short_image_ref",
    "autolink",
)

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .3em .8em; border-bottom: 1px solid #ccc; text-align: left; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
