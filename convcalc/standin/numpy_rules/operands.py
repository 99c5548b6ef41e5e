"""What numpy's functions take, as rules need it: tensors, axes, sizes, flags; and the exceptions that numpy has of its own."""

from __future__ import annotations

import math

from convcalc.tensor import Size, Tensor, Unknown, UnknownValue, dtypes, make
from convcalc.tensor.strides import unknown_strides as unknown_strides
from convcalc.tensor.unknown import index_of, kind_of
from convcalc.tensor.values import LIMIT, LOST, Values, few, known, overwrite, rounded, shared

from ..numpy_arrays import asarray as _asarray
from ..numpy_arrays import ndarray
from ..numpy_arrays import wrapped as wrapped
from ..numpy_layout import is_plain as is_plain
from ..numpy_layout import keep_order as keep_order
from ..numpy_types import can_cast as can_cast
from ..numpy_types import counted, element_of, is_other
from .registry import NotModelled, enter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from convcalc.tensor.dtypes import DType


class AxisError(ValueError, IndexError):
    """`numpy.exceptions.AxisError`."""

    __module__ = "numpy.exceptions"


enter("exceptions.AxisError", AxisError)


class NoValue:
    """The default of an argument of which None is a value."""

    def __repr__(self) -> str:
        return "<no value>"


NO_VALUE: Any = NoValue()


def tensor_of(x: Any, other: bool = False) -> Tensor:
    """The tensor of what numpy makes an array of; element types that tensors do not have only where `other` says so."""
    if type(x) is ndarray:
        held = x._tensor
    else:
        made = _asarray(x)
        if type(made) is Unknown:
            raise NotModelled(made.reason if type(x) is Unknown else None)
        held = made._tensor
    if not other and is_other(held.dtype):
        raise NotModelled(f"an array of {held.dtype.name}")
    return held


def tensors_of(items: Any, other: bool = False) -> list[Tensor]:
    """The tensors of a sequence of arrays."""
    if type(items) is ndarray:
        if not items.ndim:
            raise TypeError("iteration over a 0-d array")
        if type(items.shape[0]) is not int or items.shape[0] > LIMIT:
            raise NotModelled
        return [tensor_of(part, other) for part in items]
    if type(items) is Unknown:
        raise NotModelled(items.reason)
    found = list(items)
    if any(type(part) is Unknown and part.is_rest for part in found):
        raise NotModelled("a list of unknown length")
    return [tensor_of(part, other) for part in found]


def asked_of(tensor: Tensor, name: str, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of a tensor that numpy asks the tensor's own method for; where that refuses its arguments, numpy's own answers, as a tensor.

    Source: numpy/_core/fromnumeric.py, _wrapfunc
    """
    from ..numpy_arithmetic import as_tensor
    from ..numpy_arrays import of_tensor

    try:
        return getattr(tensor, name)(*args, **kwargs)
    except TypeError:
        return as_tensor(rule(of_tensor(tensor), *args, **kwargs))


def array(shape: Sequence[Any], element: DType, values: Any = None, strides: Any = None) -> ndarray:
    """A new array."""
    return ndarray(make(shape, element, strides, values=values))


def view_of(
    held: Tensor, shape: Sequence[Any], strides: Any, items: Any = None, element: DType | None = None
) -> ndarray:
    """Another look at the memory of an array: what is written to the one is forgotten, or known, of the other."""
    values: Any = None
    if held.values is not None:
        values = shared(held, list(items) if items is not None else [LOST])
    return ndarray(make(shape, held.dtype if element is None else element, strides, values=values))


def like(held: Tensor, shape: Sequence[Any] | None = None, element: DType | None = None) -> ndarray:
    """A new array of the shape and type of another of which no element is known."""
    return array(held.shape if shape is None else shape, held.dtype if element is None else element)


def held_values(values: Any, element: DType) -> Values | None:
    """Elements as an array of a type holds them; None where they are many, or that is not modelled."""
    if values is None or is_other(element) or isinstance(element, dtypes.UnknownDType) or len(values) > LIMIT:
        return None
    return rounded(list(values), element)


def values_of(held: Tensor) -> list[Any] | None:
    """The elements of a tensor where they are known and few."""
    values = known(held)
    if values is None or len(values) > LIMIT:
        return None
    if held.dtype.category in (dtypes.FLOATING, dtypes.COMPLEX) and not all(abs(v) < math.inf for v in values):
        return None  # what comes of these differs from function to function
    return values


def count_of(shape: Sequence[Any]) -> Any:
    count: Any = 1
    for size in shape:
        count = count * size
    return count


def is_few(shape: Sequence[Any]) -> bool:
    return all(type(size) is int for size in shape) and few(count_of(shape))


def layout(shape: Sequence[Any], *sources: Tensor) -> Any:
    """The strides of a new array of which numpy lets those of its sources decide: row-major where they are, else not known."""
    empty = any(held._strides is not None and 0 in [n for n in held.shape if type(n) is int] for held in sources)
    return None if not empty and all(map(is_plain, sources)) else unknown_strides(shape)


def needs_array(x: Any, name: str = "ndim") -> None:
    """Refuses lists and numbers where numpy reads an attribute of an array without making one."""
    if type(x) is Unknown:
        if x.__class__ is not Unknown:
            raise NotModelled(x.reason)
    elif isinstance(x, (list, tuple)) or x.__class__ in (bool, int, float, complex):
        raise AttributeError(f"'{type(x).__name__}' object has no attribute '{name}'")


def as_given(x: Any, made: Any) -> Any:
    """An array without dimensions as a number of numpy's, where it was made of one."""
    is_number = hasattr(kind_of(x), "tensor_dtype")
    return wrapped(made._tensor) if is_number and type(made) is ndarray and not made.ndim else made


# numbers


def whole(value: Any) -> Any:
    """A whole number; an unknown one where it is not known, TypeError where it is none."""
    if value.__class__ is int or value.__class__ is bool:
        return value
    if type(value) is ndarray:
        if value.ndim:
            raise TypeError("only integer scalar arrays can be converted to a scalar index")
        return whole(value[()])
    kind = kind_of(value)
    if type(value) is Unknown and kind is None:
        raise UnknownValue(value.reason)
    if not hasattr(kind, "__index__"):
        raise TypeError(f"'{getattr(kind, '__name__', kind)}' object cannot be interpreted as an integer")
    return index_of(value)


def known_whole(value: Any) -> int:
    """A whole number whose value a rule needs."""
    found = whole(value)
    if type(found) is Unknown:
        raise UnknownValue(found.reason)
    return int(found) if type(found) is bool else found


def flag(value: Any) -> bool:
    """A flag of which the value is needed."""
    if type(value) is Unknown:
        raise UnknownValue(value.reason)
    return bool(value)


def number(value: Any) -> Any:
    """The number of Python's that an array, scalar or number is, if it is known; else an Unknown."""
    if isinstance(value, counted):
        return value.item()
    if isinstance(value, (ndarray, Tensor)):
        held = tensor_of(value)
        values = values_of(held)
        return values[0] if values is not None and len(values) == 1 else Unknown("an element of an array")
    return value


# axes


def axis_of(axis: Any, ndim: int) -> int:
    """An axis counted from the front; AxisError where there is none."""
    at = known_whole(axis)
    if not -ndim <= at < ndim:
        raise AxisError(f"axis {at} is out of bounds for array of dimension {ndim}")
    return at % ndim


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes of a reduction: all where none is given, several, or one."""
    if axis is None:
        return tuple(range(ndim))
    if isinstance(axis, tuple):
        found = tuple([axis_of(a, ndim) for a in axis])
        if len(set(found)) != len(found):
            raise ValueError("duplicate value in 'axis'")
        return found
    return (axis_of(axis, ndim),)


def axis_tuple(axis: Any, ndim: int, name: str | None = None, duplicates: bool = False) -> tuple[int, ...]:
    """`normalize_axis_tuple`: one axis or any sequence of them."""
    if type(axis) is Unknown:
        raise UnknownValue(axis.reason)
    if not isinstance(axis, (tuple, list)):
        try:
            axis = (known_whole(axis),)
        except TypeError:
            axis = tuple(axis)
    found = tuple([axis_of(a, ndim) for a in axis])
    if not duplicates and len(set(found)) != len(found):
        raise ValueError(f"repeated axis in `{name}` argument" if name else "repeated axis")
    return found


def sizes_of(shape: Any) -> Size:
    """A shape given as a number or as several; ValueError where one is negative."""
    if type(shape) is Unknown and kind_of(shape) is None:
        raise UnknownValue(shape.reason)
    given = (
        list(shape) if isinstance(shape, (tuple, list, range)) or (type(shape) is ndarray and shape.ndim) else [shape]
    )
    sizes = []
    for size in given:
        found = whole(size)
        if type(found) is int and found < 0:
            raise ValueError("negative dimensions are not allowed")
        sizes.append(int(found) if type(found) is bool else found)
    return Size(sizes)


# broadcasting, strides, out


def broadcast(shapes: Sequence[Sequence[Any]]) -> Size:
    """The common shape; ValueError in numpy's words where there is none."""
    found: list[Any] = []
    for shape in shapes:
        lead = len(shape) - len(found)
        if lead > 0:
            found = [1] * lead + found
        for at in range(1, len(shape) + 1):
            size, other = shape[-at], found[-at]
            if size is other or (type(size) is int and size == 1):
                continue
            if type(other) is int and other == 1:
                found[-at] = size
            elif type(size) is Unknown or type(other) is Unknown:
                # an unknown size is 1 or equal to the other: what a known one says, of two unknown ones nothing
                unsure = type(size) is Unknown and type(other) is Unknown
                found[-at] = (
                    Unknown("a size that arrays are spread to", int)
                    if unsure
                    else other
                    if type(size) is Unknown
                    else size
                )
            elif size != other:
                told = " ".join(str(tuple(s)).replace(" ", "") for s in shapes)
                raise ValueError(f"operands could not be broadcast together with shapes {told} ")
    return Size(found)


def to_out(out: Any, made: Any, name: str, casting: str = "same_kind") -> Any:
    """What a function answers: what it made, or the array that it was told to write that to."""
    if isinstance(out, tuple) and len(out) == 1:
        out = out[0]
    if out is None or type(made) is Unknown:
        return made
    if type(out) is Unknown:
        raise NotModelled(out.reason)
    if not isinstance(out, ndarray):
        raise TypeError("return arrays must be of ArrayType")
    held, target = tensor_of(made), tensor_of(out)
    if tuple(held.shape) != tuple(target.shape):
        if any(type(size) is Unknown for size in (*held.shape, *target.shape)) and held.ndim == target.ndim:
            overwrite(target)
            return out
        raise ValueError(f"output parameter for {name} has the wrong shape")
    if not can_cast(held.dtype, target.dtype, casting):
        raise TypeError(
            f"Cannot cast array data from {held.dtype.name} to {target.dtype.name} according to the rule '{casting}'"
        )
    overwrite(target, held_values(known(held), target.dtype))
    return out


def element_or(spec: Any, default: DType) -> DType:
    return default if spec is None else element_of(spec)


def real_element(spec: Any, default: DType) -> DType:
    """`element_or` of which a rule needs that tensors have it."""
    found = element_or(spec, default)
    if is_other(found):
        raise NotModelled
    return found


def along(held: Tensor, axes: Sequence[int]) -> list[list[Any]] | None:
    """The elements of each cut along the axes, for every place of the others in row-major order; None where they are not known."""
    values = values_of(held)
    if values is None or not all(type(size) is int for size in held.shape):
        return None
    if len(axes) == held.ndim:
        return [list(values)]
    steps = [math.prod(held.shape[d + 1 :]) for d in range(held.ndim)]
    others = [d for d in range(held.ndim) if d not in axes]

    def places(dims: Sequence[int]) -> list[int]:
        found = [0]
        for d in dims:
            found = [place + i * steps[d] for place in found for i in range(held.shape[d])]
        return found

    within = places(sorted(axes))
    return [[values[start + step] for step in within] for start in places(others)]


def each(held: Tensor, function: Callable[[Any], Any], element: DType) -> Values | None:
    """`function` of every element, as the type holds it; None where that is not known."""
    from convcalc.tensor.values import computed

    values = values_of(held)
    if values is None or is_other(element) or isinstance(element, dtypes.UnknownDType):
        return None
    found = computed(function, [values], element)
    return finite(found, element)


def finite(found: Values | None, element: DType) -> Values | None:
    """Elements as they are, unless one is no number that can be told exactly."""
    if (
        found is not None
        and element.category >= dtypes.FLOATING
        and not all(v == v and abs(v) != math.inf for v in found)
    ):
        return None
    return found
