"""What the functions of learners are (see plan/declarations.py)."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .classifier import Classifier


class Build(Protocol):
    """A classifier with random weights, from torch's generator."""

    def __call__(self, channels: int, num_classes: int, options: Any) -> "Classifier": ...
