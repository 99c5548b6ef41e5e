"""Settings for several dimensions, given as one number or as one for each.

Source: torch/nn/modules/utils.py
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def ntuple(n: int) -> Callable[[Any], tuple[Any, ...]]:
    """A function that makes a tuple: of an iterable its items, however many, of anything else `n` times the same."""

    def parse(value: Any) -> tuple[Any, ...]:
        if value.__class__ is int:
            return (value,) * n
        return tuple(value) if hasattr(type(value), "__iter__") and not _is_unknown(value) else (value,) * n

    return parse


def _is_unknown(value: Any) -> bool:
    from convcalc.tensor import Unknown

    return isinstance(value, Unknown)


single, pair, triple, quadruple, sextuple = [ntuple(n) for n in (1, 2, 3, 4, 6)]
NTUPLES = {1: single, 2: pair, 3: triple}


def reverse_repeat(values: Sequence[Any], times: int) -> list[Any]:
    """The values from the last to the first, each `times` times: a layer's padding as `F.pad` wants it."""
    return [value for value in reversed(values) for _ in range(times)]
