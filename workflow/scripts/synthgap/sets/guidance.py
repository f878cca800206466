"""Guidance as a set declares it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..plan.declarations import Guidance
from ..plan.settings import build_settings
from ..plan.tables import plugin


@dataclass(frozen=True)
class Guided:
    """How a set's denoiser is led: a kind (see plan/tables.py), and the kind's options."""

    kind: str
    options: Any

    @property
    def declaration(self) -> Guidance:
        return plugin("guidance", self.kind).DECLARATION

    @property
    def model(self) -> str | None:
        """The name of the model that guides, where one does."""
        return getattr(self.options, "model", None)


def guided(kind: str, options: Mapping[str, Any]) -> Guided:
    """options: the kind's own, as plain values."""
    return Guided(kind, build_settings(plugin("guidance", kind).DECLARATION.options, options))
