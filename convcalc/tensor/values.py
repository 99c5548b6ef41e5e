"""The elements of the few small constants that keep them.

A `Values` list is the storage of a constant, row-major. Tensors that share memory in the same order share the list; views
in another order hold their own list, and all lists over one memory form a family: writing to one forgets the others.
An element that is no longer known is an `Unknown`; a list is known as a whole or not at all.
"""

from __future__ import annotations

from .dtypes import BOOL, COMPLEX, INTEGER, DType, number_type
from .unknown import Unknown, UnknownValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

LIMIT = 10_000
LOST = Unknown("an element of a tensor")


def few(count: Any) -> bool:
    """Whether so many elements are kept: a number that is known, whatever the sizes of the input, and small."""
    return type(count) is int and count <= LIMIT


class Values(list):  # type: ignore[type-arg]
    """The elements of a constant; `family` has weak references to every list over the same memory."""

    __slots__ = ("__weakref__", "family")

    def __init__(self, items: Iterable[Any] = ()) -> None:
        super().__init__(items)
        self.family: list[Any] | None = None


def element(tensor: Any, reason: str) -> Unknown:
    """An element of a tensor, which is not known: its type is."""
    return Unknown(reason, number_type(tensor.dtype))


def known(tensor: Any) -> list[Any] | None:
    """The elements of a tensor, where they are known."""
    values = tensor.values
    return None if values is None or (values and type(values[0]) is Unknown) else values


def rounded(values: list[Any], dtype: DType) -> Values | None:
    """The values as a tensor of `dtype` holds them; None where that is not modelled."""
    try:
        kinds = set(map(type, values))
        if Unknown in kinds:
            return None
        if dtype.category == BOOL:
            return Values(map(bool, values))
        if dtype.category == INTEGER:
            bits = dtype.itemsize * 8
            low = -(1 << (bits - 1)) if dtype.is_signed else 0
            if kinds == {int} and min(values) >= low and max(values) < low + (1 << bits):
                return Values(values)
            return Values([(int(value) - low) % (1 << bits) + low for value in values])
        if dtype.category == COMPLEX:
            return Values(map(complex, values)) if dtype.itemsize == 16 else None
        if dtype.itemsize == 8:
            return Values(map(float, values))
        if dtype.itemsize == 4:
            from array import array

            return Values(array("f", values))
        if dtype.name == "float16":
            from struct import pack, unpack

            return Values(unpack(f"{len(values)}e", pack(f"{len(values)}e", *values)))
    except (UnknownValue, ValueError, OverflowError, TypeError, ZeroDivisionError):
        pass
    return None


def computed(function: Callable[..., Any], columns: Sequence[list[Any]], dtype: DType) -> Values | None:
    """`function` of the elements, side by side, rounded to `dtype`; None where it has no value."""
    try:
        return rounded(list(map(function, *columns)), dtype)
    except (UnknownValue, ValueError, OverflowError, TypeError, ZeroDivisionError):
        return None


def picked(values: list[Any], shape: Sequence[int], strides: Sequence[int], start: int = 0) -> list[Any]:
    """The elements of a strided view of `values`, in row-major order; lost where a size is symbolic."""
    if any(size.__class__ is int and type(size) is not int for size in shape):
        return [LOST]
    if not shape:
        return [values[start]]
    places = [start]
    for size, stride in zip(shape[:-1], strides):
        places = [place + i * stride for place in places for i in range(size)]
    size, stride = shape[-1], strides[len(shape) - 1]
    if stride <= 0 or not size:
        return [values[place + i * stride] for place in places for i in range(size)]
    found: list[Any] = []
    reach = (size - 1) * stride + 1
    for place in places:
        found += values[place : place + reach : stride]
    if len(found) != len(places) * size or (found and min(places) < 0):
        raise IndexError("a view reaches beyond the elements")
    return found


def shared(tensor: Any, items: list[Any]) -> Values:
    """The elements of a view of `tensor` that lies in another order."""
    from weakref import ref

    held = tensor.values
    if type(held) is not Values:
        held = tensor.values = Values(held)
    if held.family is None:
        held.family = [ref(held)]
    child = Values(items)
    child.family = held.family
    held.family.append(ref(child))
    return child


def overwrite_one(tensor: Any, place: int, value: Any) -> None:
    """Notes that one element of `tensor`, whose elements are known, was written to in place."""
    held = tensor.values
    for reference in getattr(held, "family", None) or ():
        other = reference()
        if other is not None and other is not held:
            other[:] = [LOST] * len(other)
    held[place] = value


def overwrite(tensor: Any, values: list[Any] | None = None) -> None:
    """Notes that `tensor` was written to in place: its new elements, and nothing known of what shares its memory."""
    held = tensor.values
    if held is None:
        return
    for reference in getattr(held, "family", None) or ():
        other = reference()
        if other is not None and other is not held:
            other[:] = [LOST] * len(other)
    held[:] = [LOST] * len(held) if values is None else values
    if values is None:
        tensor.values = None
