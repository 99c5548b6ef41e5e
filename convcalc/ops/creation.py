"""Tensors made from nothing: tensor, zeros, arange, linspace, randn and their kin. Small constants keep their values.

Source: aten/src/ATen/native/TensorFactories.cpp, RangeFactories.cpp, torch/csrc/utils/tensor_new.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    Device,
    DType,
    ShapeError,
    ShapeTypeError,
    Tensor,
    Unknown,
    UnknownValue,
    dtype_of,
    is_unknown,
    make,
)
from convcalc.tensor.dtypes import FLOATING, INTEGER, default_dtype, int64, number_dtype, promote
from convcalc.tensor.strides import contiguous_strides
from convcalc.tensor.tensor import CPU, check_sizes, nested_shape
from convcalc.tensor.values import LIMIT, Values, known, rounded

from .elementwise import to_out
from .registry import operation
from .reshaping import format_name, format_strides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def made(
    shape: Sequence[Any], dtype: DType, device: Any = None, requires_grad: bool = False, value: Any = None
) -> Tensor:
    """A new tensor, filled with `value` if that is given and there are few elements."""
    result = make(shape, dtype, None, CPU if device is None else Device(device))
    if requires_grad:
        _check_differentiable(dtype)
        result.requires_grad = True
    if value is not None and type(value) is not Unknown:
        count: Any = 1
        for size in result.shape:
            count = count * size
        if count <= LIMIT:
            result.values = rounded([value], dtype)
            if result.values is not None:
                result.values *= count
    return result


def _check_differentiable(dtype: DType) -> None:
    if dtype.category < FLOATING:
        raise ShapeError("Only Tensors of floating point and complex dtype can require gradients", "dtype")


def sizes_from(args: tuple[Any, ...], size: Any, function: str) -> tuple[Any, ...]:
    if size is not None:
        args = (tuple(size) if isinstance(size, (tuple, list)) else size,)
    if len(args) == 1 and type(args[0]) is Unknown:
        raise UnknownValue(args[0].reason)
    if not args:
        raise ShapeTypeError(f"{function}() received an invalid combination of arguments - got (), but expected a size")
    return check_sizes(args, function)


def _filled(name: str, value: Any) -> Any:
    def rule(
        *args: Any, size: Any = None, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None, pin_memory: bool = False,
        requires_grad: bool = False, memory_format: Any = None, generator: Any = None, names: Any = None,
    ) -> Any:  # fmt: skip
        shape = sizes_from(args, size, name)
        result = made(shape, dtype_of(dtype), device, requires_grad, value)
        if name in ("rand", "randn") and result.dtype.category < FLOATING:
            raise ShapeError(
                f"\"{'check_uniform_bounds' if name == 'rand' else 'normal_kernel_cpu'}\" not implemented for '{_legacy(result.dtype)}'",
                "dtype",
            )
        if memory_format is not None:
            result._strides = format_strides(result.shape, format_name(memory_format))
        return to_out(out, result, cast=False)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"A tensor of the given sizes: `{name}`."
    return operation(f"torch.{name}")(rule)


zeros, ones, empty, rand, randn = (
    _filled("zeros", 0),
    _filled("ones", 1),
    _filled("empty", None),
    _filled("rand", None),
    _filled("randn", None),
)


def _legacy(dtype: DType) -> str:
    from convcalc.tensor.dtypes import LEGACY_NAMES

    return LEGACY_NAMES[dtype]


@operation("torch.full")
def full(
    size: Any, fill_value: Any, *, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False,
    pin_memory: bool = False, names: Any = None,
) -> Any:  # fmt: skip
    """A tensor of one value, of the value's type."""
    if isinstance(size, int):
        raise ShapeTypeError("full(): argument 'size' (position 1) must be tuple of ints, not int")
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    if isinstance(value, (list, tuple, str)) or value is None:
        raise ShapeTypeError(f"full(): argument 'fill_value' (position 2) must be Number, not {type(value).__name__}")
    if dtype is None and isinstance(fill_value, Tensor):
        dtype = fill_value.dtype
    if dtype is None and type(value) is Unknown:
        raise UnknownValue(value.reason)
    kind = dtype_of(dtype) if dtype is not None else number_dtype(value)
    return to_out(out, made(sizes_from((size,), None, "full"), kind, device, requires_grad, value), cast=False)


def _like(name: str, value: Any) -> Any:
    def rule(
        input: Tensor, *, dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False, memory_format: Any = None,
        pin_memory: bool = False, generator: Any = None,
    ) -> Tensor:  # fmt: skip
        return _made_like(input, name, dtype, device, requires_grad, memory_format, value)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"A tensor of the shape of another: `{name}`."
    return operation(f"torch.{name}")(rule)


def _made_like(
    input: Tensor, name: str, dtype: Any, device: Any, requires_grad: bool, memory_format: Any, value: Any
) -> Tensor:
    if isinstance(input, Unknown):
        raise UnknownValue(input.reason)
    if not isinstance(input, Tensor):
        raise ShapeTypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    kind = input.dtype if dtype is None else dtype_of(dtype)
    result = made(input.shape, kind, input.device if device is None else device, requires_grad, value)
    wanted = format_name(memory_format)
    if wanted in ("", "preserve_format"):
        if input._strides is not None:
            result._strides = preserved_strides(input)
    else:
        result._strides = format_strides(input.shape, wanted)
    return result


def preserved_strides(input: Tensor) -> tuple[int, ...] | None:
    """The strides of a copy that keeps the layout: the same where there are no gaps, else in the same order."""
    from convcalc.tensor.strides import elementwise_strides, is_dense

    if input._strides is None:
        return None
    if is_dense(input.shape, input._strides):
        return input._strides
    return elementwise_strides(input.shape, [(input.shape, input._strides)])


zeros_like, ones_like, empty_like = _like("zeros_like", 0), _like("ones_like", 1), _like("empty_like", None)
rand_like, randn_like = _like("rand_like", None), _like("randn_like", None)


@operation("torch.full_like")
def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False,
    memory_format: Any = None, pin_memory: bool = False,
) -> Tensor:  # fmt: skip
    """A tensor of the shape and type of another, of one value."""
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    return _made_like(input, "full_like", dtype, device, requires_grad, memory_format, value)


@operation("torch.randint_like")
def randint_like(input: Tensor, low: Any, high: Any = None, **options: Any) -> Tensor:
    """Random integers in the shape and type of another tensor."""
    _check_range(0 if high is None else low, low if high is None else high)
    return empty_like(input, **options)  # type: ignore[no-any-return]


def _check_range(low: Any, high: Any) -> None:
    if isinstance(low, int) and isinstance(high, int) and low >= high:
        raise ShapeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")


@operation("torch.randint")
def randint(
    low: Any, high: Any = None, size: Any = None, *, generator: Any = None, out: Any = None, dtype: Any = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False, pin_memory: bool = False,
) -> Any:  # fmt: skip
    """Random integers: `randint(high, size)` or `randint(low, high, size)`."""
    if size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if not isinstance(size, (tuple, list)):
        if type(size) is Unknown:
            raise UnknownValue(size.reason)
        raise ShapeTypeError("randint() received an invalid combination of arguments: 'size' must be tuple of ints")
    for bound in (low, high):
        if isinstance(bound, float):
            raise ShapeTypeError("randint() received an invalid combination of arguments: bounds must be int")
    _check_range(low, high)
    return to_out(
        out,
        made(
            check_sizes((tuple(size),), "randint"), int64 if dtype is None else dtype_of(dtype), device, requires_grad
        ),
        cast=False,
    )


@operation("torch.randperm")
def randperm(
    n: int,
    *,
    generator: Any = None,
    out: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Any:
    """The numbers below n in random order."""
    if n < 0:
        raise ShapeError(f"n must be non-negative, got{n}")
    return to_out(out, made((n,), int64 if dtype is None else dtype_of(dtype), device, requires_grad))


@operation("torch.normal")
def normal(
    mean: Any,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Any = None,
    out: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Any:
    """Random normal numbers: of tensors of means and deviations, or of two numbers and a size."""
    from .elementwise import pointwise

    if not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        if size is None:
            raise ShapeTypeError(
                "normal() received an invalid combination of arguments: a size is needed with two numbers"
            )
        if isinstance(std, (int, float)) and std < 0:
            raise ShapeError(f"normal expects std >= 0.0, but found std {float(std):g}")
        return to_out(out, made(check_sizes((tuple(size),), "normal"), dtype_of(dtype), device, requires_grad))
    tensors = [x for x in (mean, std) if isinstance(x, Tensor)]
    if isinstance(std, Tensor) and std.dtype.is_complex:
        raise ShapeError("normal expects standard deviation to be non-complex", "dtype")
    if isinstance(std, (int, float)) and std < 0:
        raise ShapeError(f"normal expects std >= 0.0, but found std {float(std):g}")
    if out is not None and out.dtype.category < FLOATING:
        raise ShapeError(f"\"normal_kernel_cpu\" not implemented for '{_legacy(out.dtype)}'", "dtype")
    result = pointwise(tensors, tensors[0].dtype if tensors[0].dtype.category >= FLOATING else default_dtype())
    return to_out(out, result)


@operation("torch.bernoulli", "Tensor.bernoulli")
def bernoulli(input: Tensor, p: Any = None, *, generator: Any = None, out: Any = None) -> Any:
    """Zeros and ones drawn with the probabilities of `input`, of its type."""
    if p is not None and isinstance(p, (int, float)) and not 0 <= p <= 1:
        raise ShapeError(f"bernoulli_ expects p to be in [0, 1], but got p={float(p):g}")
    if input.dtype.category < FLOATING and p is None:
        raise ShapeError(f"\"bernoulli_tensor_cpu_p_\" not implemented for '{_legacy(input.dtype)}'", "dtype")
    return to_out(out, make(input.shape, input.dtype, None if p is None else preserved_strides(input), input.device))


@operation("torch.multinomial", "Tensor.multinomial")
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None, out: Any = None
) -> Any:
    """Indices drawn with the probabilities of each row.

    Shapes:  input: (categories) or (rows, categories); y: (num_samples) or (rows, num_samples), int64
    Errors:  more samples than categories without replacement; another number of dimensions; not floating
    """
    if not input.dtype.is_floating_point:
        raise ShapeError(
            f"multinomial only supports floating-point dtypes for input, got: {_legacy(input.dtype)}", "dtype"
        )
    if input.ndim not in (1, 2):
        raise ShapeError("prob_dist must be 1 or 2 dim")
    if out is not None and out.dtype is not int64:
        raise ShapeError(f"multinomial expects Long tensor out, got: {_legacy(out.dtype)}", "dtype")
    if input.shape[-1] > 2**24:
        raise ShapeError("number of categories cannot exceed 2^24")
    if num_samples <= 0:
        raise ShapeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > input.shape[-1]:
        raise ShapeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    return to_out(out, make((*input.shape[:-1], num_samples), int64, None, input.device))


@operation("torch.poisson")
def poisson(input: Tensor, generator: Any = None) -> Tensor:
    """Random counts with the rates of `input`."""
    return make(input.shape, input.dtype, preserved_strides(input), input.device)


def leaf_dtype(data: Any) -> DType | None:
    """The type of nested lists of numbers: the promotion of what they hold; None where they hold nothing."""
    if isinstance(data, Tensor):
        return data.dtype
    if isinstance(data, (list, tuple, range)):
        found: DType | None = None
        for item in data:
            own = leaf_dtype(item)
            if own is not None:
                found = own if found is None else promote(found, own)
        return found
    if isinstance(data, Unknown):
        raise UnknownValue(data.reason)
    return (
        number_dtype(data)
        if not hasattr(data, "__float__") or isinstance(data, (bool, int, float, complex))
        else default_dtype()
    )


def flat_values(data: Any) -> list[Any] | None:
    """The numbers of nested lists in row-major order; None where one is not known."""
    if isinstance(data, Tensor):
        return known(data)
    if isinstance(data, (list, tuple, range)):
        result: list[Any] = []
        for item in data:
            own = flat_values(item)
            if own is None:
                return None
            result += own
            if len(result) > LIMIT:
                return None
        return result
    return None if isinstance(data, Unknown) else [data]


@operation("torch.tensor")
def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A tensor of nested lists of numbers.

    Shapes:  the nesting of the lists
    Errors:  ragged lists; what is not a number
    """
    if isinstance(data, str) or data is None:
        raise (
            ShapeTypeError(f"new(): invalid data type '{type(data).__name__}'")
            if data is not None
            else ShapeError("Could not infer dtype of NoneType")
        )
    if type(data) is Unknown and not data.reason.startswith(".item() of"):
        raise UnknownValue(data.reason)
    shape = () if type(data) is Unknown else _nested(data)
    kind = (
        dtype_of(dtype)
        if dtype is not None
        else default_dtype()
        if _holds_unknown(data)
        else leaf_dtype(data) or default_dtype()
    )
    result = made(shape, kind, data.device if device is None and isinstance(data, Tensor) else device, requires_grad)
    values = flat_values(data)
    if values is not None:
        result.values = rounded(values, kind)
    return result


def _nested(data: Any) -> tuple[Any, ...]:
    if isinstance(data, (list, tuple)) and any(type(item) is Unknown for item in data):
        if not all(
            type(item) is Unknown and item.reason.startswith((".item() of", "an element of"))
            for item in data
            if type(item) is Unknown
        ):
            raise UnknownValue(next(item.reason for item in data if type(item) is Unknown))
        return (len(data),)
    return nested_shape(data)


def _holds_unknown(data: Any) -> bool:
    return not isinstance(data, Tensor) and is_unknown(data)


@operation("torch.as_tensor", "torch.asarray")
def as_tensor(data: Any, dtype: Any = None, device: Any = None, **options: Any) -> Tensor:
    """The tensor itself, or one of nested lists."""
    if isinstance(data, Tensor):
        if (dtype is None or dtype_of(dtype) is data.dtype) and device is None:
            return data
        from .conversion import to

        return to(data, dtype=dtype, device=device)
    return tensor(data, dtype=dtype, device=device)


@operation("torch.from_numpy")
def from_numpy(ndarray: Any) -> Tensor:
    """A tensor of an array, which is not known here."""
    if isinstance(ndarray, Tensor):
        return ndarray
    raise UnknownValue(ndarray.reason if isinstance(ndarray, Unknown) else "an array")


@operation("torch.scalar_tensor")
def scalar_tensor(
    s: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A 0-dim tensor of a number."""
    return made((), dtype_of(dtype), device, requires_grad, s)


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor) else value


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
) -> Any:
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
        if isinstance(value, (str, list, tuple)) or value is None:
            raise ShapeTypeError(
                f"arange() received an invalid combination of arguments - got ({type(value).__name__})"
            )
    kind = (
        dtype_of(dtype)
        if dtype is not None
        else int64
        if all(not isinstance(v, float) for v in (low, high, by))
        else default_dtype()
    )
    if out is not None and dtype is None:
        kind = out.dtype
    if any(type(v) is Unknown for v in (low, high, by)):
        unknown: Any = Unknown("the length of a range")
        return make((unknown,), kind)
    if math.inf in (low, high, -low, -high):
        raise ShapeError(f"unsupported range: {low:g} -> {high:g}")
    if by == 0 or (kind.category == INTEGER and isinstance(by, float) and int(by) == 0):
        raise ShapeError("step must be nonzero")
    if (high < low) if by > 0 else (high > low):
        raise ShapeError("upper bound and lower bound inconsistent with step sign")
    if kind.category == INTEGER and all(isinstance(v, int) for v in (low, high, by)):
        count: Any = -((low - high) // by)
    elif all(hasattr(v, "__float__") for v in (low, high, by)):
        count = math.ceil((high - low) / by)
    else:
        count = -((low - high) // by)
    result = made((count,), kind, device, requires_grad)
    if count <= LIMIT and isinstance(low, (int, float)) and isinstance(by, (int, float)):
        result.values = rounded([low + i * by for i in range(count)], kind)
    return to_out(out, result)


@operation("torch.range")
def range_(start: Any = 0, end: Any = None, step: Any = 1, **options: Any) -> Any:
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
) -> Any:
    """`steps` numbers from start to end, evenly spaced.

    Formula: x_i = start + i * step in the first half, end - (steps - 1 - i) * step in the second; step = (end - start) / (steps - 1)
    """
    count = _steps(steps, "linspace")
    _check_bounds(start, end, "linspace")
    result = made((count,), _range_dtype(start, end, dtype, out), device, requires_grad)
    low, high = _number(start), _number(end)
    if (
        count <= LIMIT
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
) -> Any:
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
) -> Any:
    """Ones on the diagonal of an (n, m) matrix."""
    columns = n if m is None else m
    if n < 0:
        raise ShapeError(f"n must be greater or equal to 0, got {n}")
    if columns < 0:
        raise ShapeError(f"m must be greater or equal to 0, got {columns}")
    result = made((n, columns), dtype_of(dtype), device, requires_grad)
    if n * columns <= LIMIT:
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


@operation("torch.empty_strided")
def empty_strided(
    size: Any,
    stride: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of given sizes and strides."""
    if len(size) != len(stride):
        raise ShapeError(f"dimensionality of sizes ({len(size)}) must match dimensionality of strides ({len(stride)})")
    for step in stride:
        if step < 0:
            raise ShapeError("as_strided: Negative strides are not supported at the moment")
    result = made(check_sizes((tuple(size),), "empty_strided"), dtype_of(dtype), device, requires_grad)
    result._strides = None if tuple(stride) == contiguous_strides(result.shape) else tuple(stride)
    return result


@operation("torch.empty_permuted")
def empty_permuted(
    size: Any,
    physical_layout: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of given sizes whose dimensions lie in memory in a given order."""
    if len(size) != len(physical_layout):
        raise ShapeError(
            f"Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = {len(size)} is not equal to len(physical_layout) = {len(physical_layout)}"
        )
    for d in physical_layout:
        if not 0 <= d < len(size):
            raise ShapeError(
                f"Dimension out of range (expected to be between 0 and {len(size) - 1}, but got {d} at index {list(physical_layout).index(d)}).  NB: negative dims not currently supported; file an issue if you want it."
            )
    if len(set(physical_layout)) < len(size):
        raise ShapeError("Duplicate dim not allowed")
    inner = contiguous_strides([size[d] for d in physical_layout])
    strides = [0] * len(size)
    for d, step in zip(physical_layout, inner):
        strides[d] = step
    return empty_strided(tuple(size), tuple(strides), dtype=dtype, device=device)


def _new(name: str, value: Any) -> None:
    def rule(
        self: Tensor,
        *args: Any,
        size: Any = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        return made(
            sizes_from(args, size, name),
            self.dtype if dtype is None else dtype_of(dtype),
            self.device if device is None else device,
            requires_grad,
            value,
        )

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"A tensor of the type of this one: `{name}`."
    operation(f"Tensor.{name}")(rule)


for _name, _value in (("new_zeros", 0), ("new_ones", 1), ("new_empty", None)):
    _new(_name, _value)


@operation("Tensor.new")
def new(self: Tensor, *args: Any, device: Any = None) -> Tensor:
    """A tensor of the type of this one, of sizes or of data."""
    if len(args) == 1 and isinstance(args[0], (list, tuple)) and not isinstance(args[0], type(self.shape)):
        return tensor(args[0], dtype=self.dtype)
    return made(check_sizes(args or (0,), "new"), self.dtype, self.device)


@operation("Tensor.new_full")
def new_full(
    self: Tensor,
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of one value, of the type of this one."""
    return made(
        sizes_from((size,), None, "new_full"),
        self.dtype if dtype is None else dtype_of(dtype),
        self.device,
        requires_grad,
        _number(fill_value),
    )


@operation("Tensor.new_tensor")
def new_tensor(
    self: Tensor,
    data: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of data, of the type of this one."""
    return tensor(data, dtype=self.dtype if dtype is None else dtype, device=device, requires_grad=requires_grad)


@operation("Tensor.new_empty_strided")
def new_empty_strided(
    self: Tensor,
    size: Any,
    stride: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of given sizes and strides, of the type of this one."""
    return empty_strided(size, stride, dtype=self.dtype if dtype is None else dtype)


def _window(name: str, *further: str) -> None:
    def rule(
        window_length: int,
        *args: Any,
        dtype: Any = None,
        layout: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        pin_memory: bool = False,
        **options: Any,
    ) -> Tensor:
        if window_length < 0:
            raise ShapeError(f"{name} requires non-negative window_length, got window_length={window_length}")
        kind = dtype_of(dtype)
        if kind.category != FLOATING:
            raise ShapeError(f"{name} expects floating point dtypes, got: TensorOptions(dtype={kind.name})", "dtype")
        return made((window_length,), kind, device, requires_grad)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"A window of the given length: `{name}`."
    operation(f"torch.{name}")(rule)


for _name in ("hann_window", "hamming_window", "blackman_window", "bartlett_window", "kaiser_window"):
    _window(_name)


@operation("torch.vander", "linalg.vander")
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers of each element, in a new last dimension."""
    count = (x.shape[-1] if x.ndim else 1) if N is None else N
    kind = int64 if x.dtype.category < FLOATING else x.dtype
    return make((*(x.shape or (1,)), count), kind)
