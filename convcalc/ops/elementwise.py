"""What pointwise operations share: broadcasting, type promotion, layout, in-place results and `out=`."""

from __future__ import annotations

from convcalc.tensor import DType, ShapeError, ShapeTypeError, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES, can_cast, result_dtype
from convcalc.tensor.size import agreed, differ
from convcalc.tensor.strides import elementwise_strides
from convcalc.tensor.unknown import is_array, is_number, torch_number
from convcalc.tensor.values import computed, few, known, overwrite, picked

from .arguments import broadcast_shapes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    Function = Callable[..., Any]
    Result = TypeVar("Result")


def common_dtype(a: Any, b: Any) -> DType:
    """The promoted element type of two operands, the frequent cases first."""
    if isinstance(a, Tensor):
        if isinstance(b, Tensor):
            if a.dtype is b.dtype:
                return a.dtype
        elif a.dtype.category == FLOATING and type(b) in (float, int, bool):
            return a.dtype
    return result_dtype((a, b))


def pointwise(
    operands: Sequence[Any], dtype: DType, function: Function | None = None, computed_in: DType | None = None
) -> Tensor:
    """The result of a pointwise operation on tensors and numbers: broadcast shape, kept layout, small constants computed."""
    first, other = operands[0], operands[-1]
    if (
        isinstance(first, Tensor)
        and isinstance(other, Tensor)
        and len(operands) < 3
        and (first.shape == other.shape) is True
    ):
        if first._strides is None and other._strides is None and (first.values is None or other.values is None):
            return make(first.shape, dtype, None, first.device)
    tensors = [x for x in operands if isinstance(x, Tensor)]
    first = tensors[0]
    if len(tensors) == 1:
        shape: Any = first.shape
    else:
        shape = broadcast_shapes(*[x.shape for x in tensors])
    strides = None
    if any(x._strides is not None for x in tensors):
        pairs: list[Any] = [(x.shape, x.strides) for x in tensors]
        if len(tensors) < len(operands):
            pairs.append(((), ()))
        strides = elementwise_strides(shape, pairs)
    result = make(shape, dtype, strides, first.device)
    if function is not None and all(x.values is not None for x in tensors):
        result.values = _values(operands, shape, dtype, function, computed_in or dtype)
    return result


def _values(operands: Sequence[Any], shape: Sequence[int], dtype: DType, function: Function, inside: DType) -> Any:
    columns = []
    count = 1
    for size in shape:
        count = count * size
    if not few(count):
        return None
    from convcalc.tensor.values import rounded

    for x in operands:
        if isinstance(x, Tensor):
            values = known(x)
            if values is None:
                return None
            if x.shape != shape:
                values = broadcast_values(values, x.shape, shape)
        else:
            values = [x] * count
        if inside is not dtype or not isinstance(x, Tensor) or x.dtype is not dtype:
            values = rounded(values, inside)
            if values is None:
                return None
        columns.append(values)
    return computed(function, columns, dtype)


def broadcast_values(values: list[Any], shape: Sequence[int], wanted: Sequence[int]) -> list[Any]:
    """The elements of a tensor of `shape`, broadcast to `wanted`."""
    steps = []
    step = 1
    for size in reversed(shape):
        steps.append(0 if size == 1 else step)
        step *= size
    steps += [0] * (len(wanted) - len(shape))
    return picked(values, wanted, steps[::-1])


def into(target: Tensor, result: Any) -> Tensor:
    """The target of an in-place operation, once the result is known to fit it."""
    if type(result) is Unknown:
        overwrite(target)
        return target
    check_writable(target)
    check_fits(target, result)
    check_cast(result.dtype, target.dtype)
    if target.values is not None:
        values = known(result)
        if values is not None and result.dtype is not target.dtype:
            from convcalc.tensor.values import rounded

            values = rounded(values, target.dtype)
        overwrite(target, values)
    return target


def check_fits(target: Tensor, result: Tensor) -> None:
    """Refuses a result of another shape than that of the tensor that it is written to. A size that only the result knows is the target's."""
    shape = result.shape
    if (target.shape == shape) is True:
        return
    if differ(target.shape, shape):
        raise ShapeError(
            f"output with shape {list(target.shape)} doesn't match the broadcast shape {list(shape)}", "broadcast",
            expected=tuple(target.shape), actual=tuple(shape),
        )  # fmt: skip
    target.shape = agreed(target.shape, shape)


def check_writable(target: Tensor) -> None:
    """Refuses to write to a tensor of which several elements are one memory location, such as an expanded one."""
    if target._strides is not None and any(
        stride == 0 and size > 1 for size, stride in zip(target.shape, target._strides)
    ):
        raise ShapeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
            "Please clone() the tensor before performing the operation."
        )


def check_cast(source: DType, target: DType) -> None:
    if source is not target and not can_cast(source, target):
        raise ShapeError(
            f"result type {LEGACY_NAMES[source]} can't be cast to the desired output type {LEGACY_NAMES[target]}",
            "dtype",
        )


def to_out(out: Any, result: Result, cast: bool = True) -> Result:
    """Return the tensor given as `out=`, resized to the result, which it must be able to hold; without one the result."""
    if out is None or type(result) is Unknown:
        return result
    made: Any = result
    if isinstance(made, tuple):
        for target, part in zip(out, made):
            to_out(target, part, cast)
    elif not isinstance(out, Tensor):
        raise ShapeTypeError(f"argument 'out' must be Tensor, not {type(out).__name__}")
    else:
        if cast:
            check_cast(made.dtype, out.dtype)
        elif out.dtype is not made.dtype:
            raise ShapeError(f"Expected out tensor to have dtype {made.dtype}, but got {out.dtype} instead", "dtype")
        overwrite(out)
        if (out.shape == made.shape) is not True:
            out.shape, out._strides, out.values = made.shape, made._strides, None
    return out  # type: ignore[no-any-return]


def operand(value: Any, function: str, position: int, argument: str) -> Any:
    """A tensor or a number; None where nothing can be said of the result because the value is not known."""
    if type(value) is Unknown:
        return torch_number(certain_number(value))
    if isinstance(value, (Tensor, int, float, complex)):
        return value
    value = torch_number(value)
    if isinstance(value, (int, float, complex)):
        return value
    if is_array(value):
        raise ShapeTypeError(
            f"{function}(): argument '{argument}' (position {position}) must be Tensor, not numpy.ndarray"
        )
    if hasattr(value, "__index__"):
        return value.__index__()
    if hasattr(value, "__float__") and not hasattr(value, "shape"):
        return float(value)
    kinds = "Number" if argument == "value" else "Tensor"
    raise ShapeTypeError(
        f"{function}(): argument '{argument}' (position {position}) must be {kinds}, not {type(value).__name__}"
    )


def certain_number(value: Unknown) -> Unknown:
    """An unknown operand, where it is certainly a number: else it might be a tensor of any shape."""
    if not is_number(value):
        raise UnknownValue(value.reason)
    return value
