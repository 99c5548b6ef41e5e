"""How PyTorch reads arguments that are an int or a list of ints."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeTypeError, Tensor, Unknown, wrap_dim
from convcalc.tensor.size import are_certainly_unlike, are_equal
from convcalc.tensor.unknown import index_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def int_of(value: Any, function: str, argument: str) -> int:
    """An int argument; a float or a bool is refused, a 0-dim integer tensor and an unknown are taken."""
    if value.__class__ is int:
        return value
    if isinstance(value, (float, str, complex)) or value is None or not hasattr(value, "__index__"):
        raise ShapeTypeError(f"{function}(): argument '{argument}' must be int, not {value.__class__.__name__}")
    return index_of(value)  # type: ignore[no-any-return]


def ints_of(value: Any, count: int, function: str, argument: str) -> tuple[int, ...]:
    """An `int[count]` argument: one int stands for all; a list must have one or `count` items."""
    if value.__class__ is int:
        return (value,) * count
    if isinstance(value, (tuple, list)):
        if len(value) == count:
            return tuple([v if v.__class__ is int else int_of(v, function, argument) for v in value])
        if len(value) == 1:
            return (int_of(value[0], function, argument),) * count
        raise ShapeError(
            f"expected {argument} to be a single integer value or a list of {count} values, but got {argument}={list(value)}",
            "argument",
        )
    if value is None or isinstance(value, (float, str)):
        raise ShapeTypeError(f"{function}(): argument '{argument}' must be tuple of ints, not {type(value).__name__}")
    return (int_of(value, function, argument),) * count


def dims_of(dim: Any, ndim: int, function: str = "reduction") -> tuple[int, ...]:
    """Dimensions to reduce, counted from the front; None or () means all; one twice is refused."""
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return tuple(range(ndim))
    check_few_dims(ndim)
    if not isinstance(dim, (tuple, list)):
        return (wrap_dim(dim, ndim),) if ndim else (wrap_dim(dim, ndim),)[:0]
    wrapped = [wrap_dim(d, ndim) for d in dim]
    for i, d in enumerate(wrapped):
        if d in wrapped[:i]:
            raise ShapeError(f"dim {d} appears multiple times in the list of dims")
    return tuple(wrapped) if ndim else ()


def check_few_dims(ndim: int) -> None:
    """Dimensions to reduce are bits of 64 in PyTorch."""
    if ndim > 64:
        raise ShapeError("only tensors with up to 64 dims are supported", "dimension-range", expected=64, actual=ndim)


def sizes_of(sizes: tuple[Any, ...]) -> tuple[Any, ...]:
    """Sizes given as `f(2, 3)` or `f((2, 3))`."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        return tuple(sizes[0])
    return sizes


def tensor_argument(value: Any, function: str, position: int, argument: str) -> Tensor:
    """The value, when it is a tensor; TypeError in PyTorch's words otherwise."""
    if not isinstance(value, Tensor):
        raise ShapeTypeError(
            f"{function}(): argument '{argument}' (position {position}) must be Tensor, not {type(value).__name__}"
        )
    return value


def broadcast_shapes(*shapes: Sequence[int]) -> tuple[int, ...]:
    """The common shape of operands: sizes are equal, or one of them is 1. An unknown size gives way to a known one; of two unknown ones
    that are not the same, nobody knows which it is."""
    first = shapes[0]
    if all(len(s) == len(first) and (s == first) is True for s in shapes[1:] if s is not first):
        return tuple(first)
    ndim = max(len(s) for s in shapes)
    result: list[Any] = [1] * ndim
    for shape in shapes:
        lead = ndim - len(shape)
        for i in range(len(shape) - 1, -1, -1):  # PyTorch names the last dimension that does not fit
            size, have = shape[i], result[lead + i]
            if size.__class__ is int and size == 1:
                continue
            if have.__class__ is int and have == 1:
                result[lead + i] = size
            elif isinstance(have, Unknown):
                other: Any = size
                if have is not other and not are_equal(have, other):
                    if isinstance(size, Unknown) and are_certainly_unlike(have, size):
                        raise ShapeError(
                            f"The size of tensor a ({have}) must match the size of tensor b ({size}) at non-singleton dimension {lead + i}",
                            "broadcast",
                            expected=have,
                            actual=size,
                        )
                    result[lead + i] = Unknown(have.reason, int) if isinstance(size, Unknown) else size
            elif not isinstance(size, Unknown) and have != size:
                raise ShapeError(
                    f"The size of tensor a ({have}) must match the size of tensor b ({size}) at non-singleton dimension {lead + i}",
                    "broadcast",
                    expected=have,
                    actual=size,
                )
    return tuple(result)
