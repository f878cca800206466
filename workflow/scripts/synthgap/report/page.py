"""A run as one page that stands by itself: the answers first, then tables, figures and how to read them."""

import base64
import platform
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

from ..run.errors import shown_url
from .overview import Overview, verdict_counts
from .pages import body_of

TEMPLATE = Path(__file__).parent / "templates/page.html"
TOLD = ("snakemake", "torch", "numpy", "scipy", "scikit-learn", "pandas", "matplotlib")


@dataclass(frozen=True)
class PageFigure:
    """png: the picture in base64."""

    title: str
    caption: str
    png: str


def load_figure(path: str | Path, title: str, caption: str) -> PageFigure:
    return PageFigure(title, caption, base64.b64encode(Path(path).read_bytes()).decode())


def page_html(page: Overview, figures: Iterable[PageFigure], config: Mapping[str, Any]) -> str:
    """HTML that needs no other file and no network. All that comes from outside is text in it.

    config: of the run, with its defaults.
    """
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        page=page,
        title=page.subject or "what is lost",
        counts=verdict_counts(page.findings) if page.findings else "",
        doubts=body_of(page.doubts),
        reading=body_of(page.reading),
        figures=list(figures),
        versions=_versions(),
        config=yaml.dump(_told(dict(config)), Dumper=_Plain, sort_keys=False, allow_unicode=True),
    )


class _Plain(yaml.SafeDumper):
    """Writes what stands twice in a config twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _told(value: Any) -> Any:
    """A part of the config, with no secrets of addresses in it."""
    if isinstance(value, Mapping):
        return {key: _told(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_told(entry) for entry in value]
    return shown_url(value) if isinstance(value, str) and "://" in value else value


def _versions() -> dict[str, str]:
    """Of Python and of those packages that there are."""
    found = {"Python": platform.python_version()}
    for name in TOLD:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
