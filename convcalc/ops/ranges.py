"""Numbers in order: arange, linspace, logspace; the places of a triangle; the identity matrix.

Source: aten/src/ATen/native/RangeFactories.cpp, TensorFactories.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    DType,
    ShapeError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    Unknown,
    dtype_of,
    make,
)
from convcalc.tensor.dtypes import (
    INTEGER,
    default_dtype,
    int64,
    one_of,
)
from convcalc.tensor.symbols import compared, is_made_of_symbols
from convcalc.tensor.unknown import Number, kind_of
from convcalc.tensor.values import LIMIT, Values, few, rounded

from .arguments import int_of
from .creation import _number, made
from .elementwise import to_out
from .registry import operation
from .results import not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _open_length(low: Any, high: Any, by: Any) -> Any:
    """How many numbers a range has of which a bound is not known: an expression in symbols where it is one."""
    if type(by) is int and by > 0 and is_made_of_symbols(low) and is_made_of_symbols(high):
        span = high - low
        if compared(span, 0, "ge") is True:
            return span if by == 1 else (span + (by - 1)) // by
    return Unknown("the length of a range", int)


@operation("torch.arange")
def arange(
    *args: Any,
    start: Any = None,
    end: Any = None,
    step: Any = None,
    out: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Numbers from start to end, `step` apart: `arange(end)`, `arange(start, end)`, `arange(start, end, step)`.

    Formula: size = ceil((end - start) / step)
    Errors:  step is 0, or leads away from end
    """
    given = [_number(a) for a in args]
    if end is not None:
        given = [*given, _number(end)] if start is None else [_number(start), _number(end)]
    low, high = (0, given[0]) if len(given) == 1 else (given[0], given[1])
    by = given[2] if len(given) > 2 else 1 if step is None else _number(step)
    for value in (low, high, by):
        if isinstance(value, (str, list, tuple)) or value is None or hasattr(type(value), "__tensor__"):
            raise ShapeTypeError(
                f"arange() received an invalid combination of arguments - got ({type(value).__name__})"
            )
    kind = dtype_of(dtype) if dtype is not None else _kind_of_range((low, high, by))
    if out is not None and dtype is None:
        kind = out.dtype
    if any(type(v) is Unknown for v in (low, high, by)):
        return make((_open_length(low, high, by),), kind)
    if math.inf in (low, high, -low, -high):
        raise ShapeError(f"unsupported range: {low:g} -> {high:g}")
    if by == 0:
        raise ShapeError("step must be nonzero")
    if (high < low) if by > 0 else (high > low):
        raise ShapeError("upper bound and lower bound inconsistent with step sign")
    if kind is int64:
        low, high, by = _whole(low), _whole(high), _whole(by)
        if by == 0:
            raise ShapeValueError("step must be nonzero")
    if kind.category == INTEGER and all(isinstance(v, int) for v in (low, high, by)):
        count: Any = -((low - high) // by)
    elif all(hasattr(v, "__float__") for v in (low, high, by)):
        count = math.ceil((high - low) / by)
    else:
        count = -((low - high) // by)
    result = made((count,), kind, device, requires_grad)
    if kind.category == INTEGER:
        low, by = _whole(low), _whole(by)
    if few(count) and isinstance(low, (int, float)) and isinstance(by, (int, float)):
        result.values = rounded([low + i * by for i in range(count)], kind)
    return to_out(out, result)


def _kind_of_range(bounds: tuple[Any, ...]) -> DType:
    """The type of numbers between bounds: whole, unless one of these is no whole number."""
    if any(isinstance(v, float) for v in bounds):
        return default_dtype()
    unsure = any(type(v) is Unknown and kind_of(v) in (None, Number) for v in bounds)
    return one_of((int64, default_dtype())) if unsure else int64


def _whole(number: Any) -> Any:
    """A bound or step of a range of int64, whose length is counted in whole numbers; that of smaller types is not."""
    return int(number) if isinstance(number, float) else number


@operation("torch.range")
def range_(start: Any = 0, end: Any = None, step: Any = 1, **options: Any) -> Tensor:
    """Numbers from start to end, end included."""
    count = math.floor((end - start) / step) + 1
    return made((count,), dtype_of(options.get("dtype")), options.get("device"))


@operation("torch.linspace")
def linspace(
    start: Any,
    end: Any,
    steps: Any = None,
    *,
    out: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """`steps` numbers from start to end, evenly spaced.

    Formula: x_i = start + i * step in the first half, end - (steps - 1 - i) * step in the second; step = (end - start) / (steps - 1)
    """
    count = _steps(steps, "linspace")
    _check_bounds(start, end, "linspace")
    result = made((count,), _range_dtype(start, end, dtype, out), device, requires_grad)
    low, high = _number(start), _number(end)
    if (
        few(count)
        and result.dtype.name in ("float32", "float64")
        and isinstance(low, (int, float))
        and isinstance(high, (int, float))
    ):
        result.values = _spaced(low, high, count, result.dtype)
    return to_out(out, result)


def _spaced(low: float, high: float, count: int, dtype: DType) -> Values | None:
    if count == 1:
        return rounded([low], dtype)
    bounds = rounded([low, high], dtype)
    if bounds is None:
        return None
    step = rounded([(bounds[1] - bounds[0]) / (count - 1)], dtype)
    if step is None:
        return None
    half = count // 2
    return rounded(
        [bounds[0] + step[0] * i if i < half else bounds[1] - step[0] * (count - i - 1) for i in range(count)], dtype
    )


def _steps(steps: Any, function: str) -> Any:
    if steps is None:
        raise ShapeTypeError(f'{function}() missing 1 required positional arguments: "steps"')
    if isinstance(steps, float):
        raise ShapeTypeError(f"{function}(): argument 'steps' (position 3) must be int, not float")
    if isinstance(steps, Tensor):
        steps = steps.item()
    if steps < 0:
        raise ShapeError("number of steps must be non-negative")
    return steps


def _check_bounds(start: Any, end: Any, function: str) -> None:
    for bound in (start, end):
        if isinstance(bound, Tensor) and bound.ndim:
            which = "start" if bound is start else "end"
            raise ShapeError(
                f"{function} only supports 0-dimensional start and end tensors, but got {which} with {bound.ndim} dimension(s)."
            )


def _range_dtype(start: Any, end: Any, dtype: Any, out: Any) -> DType:
    if dtype is not None:
        return dtype_of(dtype)
    if out is not None:
        return out.dtype  # type: ignore[no-any-return]
    for bound in (start, end):
        if isinstance(bound, complex) or (isinstance(bound, Tensor) and bound.dtype.is_complex):
            return default_dtype().to_complex()
    return default_dtype()


@operation("torch.logspace")
def logspace(
    start: Any,
    end: Any,
    steps: Any = None,
    base: Any = 10.0,
    *,
    out: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """`steps` powers of `base`, with evenly spaced exponents."""
    count = _steps(steps, "logspace")
    _check_bounds(start, end, "logspace")
    return to_out(out, made((count,), _range_dtype(start, end, dtype, out), device, requires_grad))


@operation("torch.eye")
def eye(
    n: int,
    m: int | None = None,
    *,
    out: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Ones on the diagonal of an (n, m) matrix."""
    n = int_of(n, "eye", "n")
    columns = n if m is None else int_of(m, "eye", "m")
    if n < 0:
        raise ShapeError(f"n must be greater or equal to 0, got {n}")
    if columns < 0:
        raise ShapeError(f"m must be greater or equal to 0, got {columns}")
    result = made((n, columns), dtype_of(dtype), device, requires_grad)
    if few(n * columns):
        result.values = rounded([1 if i == j else 0 for i in range(n) for j in range(columns)], result.dtype)
    return to_out(out, result)


def _triangle(name: str, inside: Any) -> Any:
    def rule(
        row: int,
        col: int,
        offset: int = 0,
        *,
        dtype: Any = None,
        device: Any = None,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        if row < 0:
            raise ShapeError(f"row must be non-negative, got{row}")
        if col < 0:
            raise ShapeError(f"col must be non-negative, got{col}")
        kind = int64 if dtype is None else dtype_of(dtype)
        if kind.name not in ("int32", "int64"):
            raise not_implemented(name, kind)
        if isinstance(offset, Unknown):
            return made((2, Unknown("the number of places in a triangle", int)), kind, device)
        pairs = [(i, j) for i in range(row) for j in range(col) if inside(i, j, offset)]
        result = made((2, len(pairs)), kind, device)
        if len(pairs) * 2 <= LIMIT:
            result.values = rounded([i for i, _ in pairs] + [j for _, j in pairs], kind)
        return result

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"The places of a triangle of a (row, col) matrix: `{name}`."
    return operation(f"torch.{name}")(rule)


tril_indices = _triangle("tril_indices", lambda i, j, offset: j - i <= offset)


triu_indices = _triangle("triu_indices", lambda i, j, offset: j - i >= offset)
