"""How windowed operations read their settings (kernel size, stride, …) and which layout they answer in."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeIndexError, ShapeNotImplementedError, ShapeTypeError, Tensor, Unknown
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES
from convcalc.tensor.strides import channels_last_strides, is_channels_last

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from convcalc.tensor import DType

COUNT_WORDS = {1: "one", 2: "two", 3: "three"}


def setting(value: Any, dims: int, function: str, argument: str, wrong_length: str) -> tuple[int, ...]:
    """A setting as one int for each dimension; `wrong_length` is what a list of another length is told."""
    if value.__class__ is int:
        return (value,) * dims
    if isinstance(value, (tuple, list)):
        values: Any = tuple(
            [v if v.__class__ is int else _int_in(value, i, function, argument) for i, v in enumerate(value)]
        )
        if len(values) == dims:
            return values  # type: ignore[no-any-return]
        if len(values) == 1:
            return values * dims  # type: ignore[no-any-return]
        raise ShapeError(
            wrong_length.replace("{got}", str(len(value))),
            "argument",
            expected=dims,
            actual=len(value),
            argument=argument,
        )
    if _is_no_int(value):
        raise ShapeTypeError(
            f"{function}(): argument '{argument}' must be tuple of ints, not {type(value).__name__}",
            "argument",
            argument=argument,
        )
    return (value if isinstance(value, Unknown) else value.__index__(),) * dims  # type: ignore[return-value]


def single_setting(value: Any, function: str, argument: str) -> int:
    """A setting that is one int."""
    if value.__class__ is int or isinstance(value, Unknown):
        return value  # type: ignore[return-value]
    if _is_no_int(value):
        raise ShapeTypeError(
            f"{function}(): argument '{argument}' must be int, not {type(value).__name__}",
            "argument",
            argument=argument,
        )
    return value.__index__()  # type: ignore[no-any-return]


def _is_no_int(value: Any) -> bool:
    return value is None or isinstance(value, (bool, float, complex, str)) or not hasattr(value, "__index__")


def _int_in(values: Sequence[Any], at: int, function: str, argument: str) -> Any:
    value = values[at]
    if isinstance(value, (int, Unknown)):
        return value
    if _is_no_int(value):
        message = f"{function}(): argument '{argument}' must be tuple of ints, but found element of type {type(value).__name__} at pos {at}"
        raise ShapeTypeError(message, "argument", argument=argument)
    return value.__index__()


def check_tensor(value: Any, function: str, argument: str = "input", position: int = 1) -> None:
    if not isinstance(value, Tensor):
        raise ShapeTypeError(
            f"{function}(): argument '{argument}' (position {position}) must be Tensor, not {type(value).__name__}",
            "argument",
        )


def check_floating(input: Tensor, kernel: str, extra: Sequence[DType] = (), without: Sequence[DType] = ()) -> None:
    """Refuses an element type that PyTorch's CPU kernel of that name does not have: floats, and `extra` less `without`."""
    dtype = input.dtype
    if dtype in without or (dtype.category != FLOATING and dtype not in extra):
        raise no_kernel(kernel, dtype)


def no_kernel(kernel: str, dtype: DType) -> ShapeError:
    name = LEGACY_NAMES.get(dtype, dtype.name)
    return ShapeNotImplementedError(f"\"{kernel}\" not implemented for '{name}'", "dtype", actual=dtype.name)


def kept_layout(input: Tensor, shape: Sequence[int]) -> tuple[int, ...] | None:
    """Strides of a result of `shape` that keeps a channels-last input's layout; None: contiguous."""
    strides = input._strides
    if strides is None or not is_channels_last(input.shape, strides):
        return None
    return channels_last_strides(shape)


def with_height(input: Tensor) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
    """Shape and strides of `input.unsqueeze(-2)`: how 1-D windows become 2-D ones of height 1."""
    shape, strides = input.shape, input._strides
    if strides is not None:
        strides = (*strides[:-1], shape[-1] * strides[-1], strides[-1])
    return (*shape[:-1], 1, shape[-1]), strides


def kept_layout_1d(input: Tensor, shape: Sequence[int]) -> tuple[int, ...] | None:
    """`kept_layout` for a 1-D window, which PyTorch computes as a 2-D one of height 1."""
    if input._strides is None:
        return None
    tall, strides = with_height(input)
    if strides is None or not is_channels_last(tall, strides):
        return None
    kept = channels_last_strides((*shape[:-1], 1, shape[-1]))
    return (*kept[:-2], kept[-1])


def no_dimension(ndim: int, counted: int) -> ShapeIndexError:
    """The refusal of dimension `-counted`, which a tensor of `ndim` dimensions does not have."""
    bounds = f"[{-max(ndim, 1)}, {max(ndim, 1) - 1}]"
    return ShapeIndexError(
        f"Dimension out of range (expected to be in range of {bounds}, but got {-counted})",
        "input-dimensions",
        actual=ndim,
    )


def check_dim_range(input: Tensor, low: int, high: int, function: str) -> None:
    """Refuses an input whose number of dimensions is not from `low` to `high`."""
    if not low <= len(input.shape) <= high:
        message = (
            f"Expected {low} to {high} dimensions, but got {len(input.shape)}-dimensional tensor for argument #1 'self' "
            f"(while checking arguments for {function})"
        )
        raise ShapeError(
            message, "input-dimensions", expected=(low, high), actual=len(input.shape), shape=tuple(input.shape)
        )
