"""From the config's plain values to the dataclasses that the library takes."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Settings = TypeVar("Settings", bound="DataclassInstance")


def build_settings(kind: type[Settings], values: Mapping[str, Any]) -> Settings:
    """A frozen dataclass from plain values (lists become tuples). Unknown names are errors."""
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def narrow_settings(kind: type[Settings], settings: Any) -> Settings:
    """The part of a larger dataclass that `kind` describes."""
    return narrow_values(kind, vars(settings))


def narrow_values(kind: type[Settings], values: Mapping[str, Any]) -> Settings:
    """A frozen dataclass from those of the values that it has a field for."""
    names = {field.name for field in fields(kind)}
    return build_settings(kind, {k: v for k, v in values.items() if k in names})
