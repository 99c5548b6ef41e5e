"""Runs with unknown sizes against plain ones: what comes out must be what comes out with numbers, or unknown.

A call that is accepted with numbers is made again with some sizes of its inputs, or some numbers among its arguments, unknown. It must not
be refused, since an unknown size may be the one with which it is accepted, and it may say nothing else than the plain run.
Nothing here needs torch: `convcalc verify` holds the plain runs against PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convcalc.tensor import DType, Tensor, Unknown, UnknownValue
from convcalc.tensor.values import known
from convcalc.trace import Recorder

from .symbolic import order_of, tensor_of

Choose = Callable[[int], bool]


class Unknowns:
    """Makes some sizes of shapes unknown: those of which `choose(place)` says so, counted from 1."""

    def __init__(self, choose: Choose) -> None:
        self.choose = choose
        self.count = 0
        self.some = False

    def size(self, size: Any) -> Any:
        self.count += 1
        if not self.choose(self.count):
            return size
        self.some = True
        return Unknown("a size", int)

    def shape(self, shape: tuple[int, ...]) -> tuple[Any, ...]:
        return tuple([self.size(size) for size in shape])

    def shapes_of(self, value: Any) -> Any:
        """A value with its tensors' sizes passed through; their elements are not known where a size is not."""
        if isinstance(value, Tensor):
            order = order_of(value)
            shape = self.shape(tuple(value.shape)) if order is not None else value.shape
            return tensor_of(shape, value.dtype, order) if Unknown in map(type, shape) else value
        return _within(value, self.shapes_of)

    def numbers_of(self, value: Any) -> Any:
        """A value with its whole numbers passed through."""
        return self.size(value) if type(value) is int else _within(value, self.numbers_of)


def _within(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: change(part) for name, part in value.items()}
    return type(value)(map(change, value)) if type(value) in (list, tuple) else value


def outcome(call: Callable[[], Any]) -> Any:
    """What a call returns; an exception where it raises one, Unknown where it needs a value that is not known."""
    with Recorder():
        try:
            return call()
        except UnknownValue as unknown:
            return Unknown(unknown.reason)
        except Exception as error:
            return error


def contradiction(plain: Any, mine: Any) -> str | None:
    """What a run with unknown sizes says that a plain one does not say, in words."""
    if type(mine) is Unknown:
        return None
    if isinstance(mine, Exception):
        return f"{type(mine).__name__}: {mine}"
    if isinstance(plain, Tensor):
        return None if isinstance(mine, Tensor) and _may_be(mine, plain) else f"{plain!r}, here {mine!r}"
    if isinstance(plain, (list, tuple)):
        if not isinstance(mine, (list, tuple)) or len(plain) != len(mine):
            return f"{plain!r}, here {mine!r}"
        return next((text for text in map(contradiction, plain, mine) if text), None)
    if isinstance(plain, (bool, int, float, str, DType, type(None))):
        return None if type(plain) is type(mine) and plain == mine else f"{plain!r}, here {mine!r}"
    return None


def _may_be(mine: Tensor, plain: Tensor) -> bool:
    sizes = zip(plain.shape, mine.shape)
    if mine.ndim != plain.ndim or any(not isinstance(b, Unknown) and a != b for a, b in sizes):
        return False
    if not mine.dtype.may_be(plain.dtype):
        return False
    steps = zip(plain.shape, plain.strides, mine.strides)
    if (
        mine._strides is not None
        and 0 not in plain.shape
        and any(size != 1 and not isinstance(b, Unknown) and a != b for size, a, b in steps)
    ):
        return False
    elements = known(mine)
    return elements is None or elements == known(plain)
