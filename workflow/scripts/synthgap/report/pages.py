"""Pages of text and tables, as the report shows them."""

import markdown


def to_html(text: str, title: str) -> str:
    """Markdown as a page of its own."""
    body = markdown.markdown(text, extensions=["tables"], tab_length=3)
    return PAGE.format(title=title, body=body)


PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .3em .8em; border-bottom: 1px solid #ccc; text-align: left; white-space: nowrap; }}
td:first-child {{ white-space: normal; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
