"""Layers that PyTorch has and that have no formula here."""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor import Unknown

from .facade import unknown_operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_made: dict[str, type] = {}


class UnknownLayer(Module):
    """Takes any arguments, has parameters that nobody here can count (`params_unknown`), and gives an unknown."""

    params_unknown = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        unknown_operation(f"nn.{type(self).__name__}")

    def forward(self, *args: Any, **kwargs: Any) -> Unknown:
        return unknown_operation(f"nn.{type(self).__name__}")


def unknown_layer(name: str) -> type:
    """The class that stands for `torch.nn.<name>`."""
    found = _made.get(name)
    if found is None:
        found = _made[name] = type(name, (UnknownLayer,), {"__module__": "torch.nn"})
    return found
