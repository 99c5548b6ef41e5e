"""Losses that compare element by element, and how every loss is reduced."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeTypeError, ShapeValueError, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.dtypes import (
    C_NAMES,
    COMPLEX,
    FLOATING,
    LEGACY_NAMES,
    DType,
    can_cast,
    default_dtype,
    int64,
    result_dtype,
)
from convcalc.tensor.size import differ
from convcalc.tensor.values import known
from convcalc.trace.recorder import warn

from .arguments import tensor_argument
from .registry import operation
from .results import broadcast, cannot_cast, check_subtraction, is_computable, not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REDUCTIONS = ("none", "mean", "sum")


def legacy_reduction(size_average: Any, reduce: Any) -> str:
    """The reduction that the two old flags mean; a flag that is not given counts as set."""
    if reduce is not None and not reduce:
        return "none"
    return "mean" if size_average is None or size_average else "sum"


def reduction_of(reduction: Any, size_average: Any = None, reduce: Any = None) -> str:
    """`none`, `mean` or `sum`; ValueError in PyTorch's words for anything else."""
    if size_average is not None or reduce is not None:
        return legacy_reduction(size_average, reduce)
    if reduction == "elementwise_mean":
        return "mean"
    if isinstance(reduction, Unknown):
        raise UnknownValue(reduction.reason)
    if reduction not in REDUCTIONS:
        raise ShapeValueError(
            f"{reduction} is not a valid value for reduction", "argument", expected=REDUCTIONS, actual=reduction
        )
    return reduction  # type: ignore[no-any-return]


def reduced(loss: Tensor, reduction: str) -> Tensor:
    """The loss of every element, or their mean (floating-point only) or sum (integers become int64)."""
    if reduction == "none":
        return loss
    dtype = loss.dtype
    if dtype.category < FLOATING:
        if reduction == "mean":
            raise ShapeError(
                f"mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {LEGACY_NAMES[dtype]}",
                "dtype",
            )
        dtype = int64
    return make((), dtype)


def floating(dtype: DType) -> DType:
    """The type after arithmetic with a Python float."""
    return dtype if dtype.category >= FLOATING else default_dtype()


def both_tensors(input: Any, target: Any, function: str) -> None:
    tensor_argument(input, function, 1, "input")
    tensor_argument(target, function, 2, "target")


def _warn_of_sizes(input: Tensor, target: Tensor, function: str) -> None:
    if differ(input.shape, target.shape):
        warn(
            f"{function}: the target's size ({target.shape}) is not the input's ({input.shape}): they broadcast, which is rarely what is meant"
        )


def _pointwise(input: Tensor, target: Tensor, function: str, kernel: str) -> Tensor:
    """The elements' losses of a kernel for floating-point types."""
    both_tensors(input, target, function)
    _warn_of_sizes(input, target, function)
    loss = broadcast(result_dtype((input, target)), input, target)
    if not is_computable(loss.dtype):
        raise not_implemented(kernel, loss.dtype)
    return loss


def _weighted(loss: Tensor, input: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """A loss whose elements are weighted; its mean is weighted too."""
    if differ(weight.shape, input.shape):
        raise ShapeValueError(
            "Weights and input must have the same size.",
            "loss-shapes",
            expected=tuple(input.shape),
            actual=tuple(weight.shape),
            operand="the weights",
        )
    if reduction not in REDUCTIONS:
        raise ShapeValueError(
            f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'.", "argument"
        )
    weighted = broadcast(result_dtype((loss, weight)), loss, weight)
    return reduced(weighted, reduction)


@operation("F.mse_loss", kind="loss")
def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean of (input - target)^2.

    Shapes:  input, target: the same (or broadcast, with a warning); y: () or, with reduction none, the common shape
    Errors:  the shapes do not broadcast; integers
    Source:  torch.nn.functional.mse_loss; aten/src/ATen/native/Loss.cpp
    """
    if weight is not None:
        both_tensors(input, target, "mse_loss")
        _warn_of_sizes(input, target, "mse_loss")
        if size_average is not None or reduce is not None:
            reduction = legacy_reduction(size_average, reduce)
        return _weighted(broadcast(result_dtype((input, target)), input, target), input, weight, reduction)
    loss = _pointwise(input, target, "mse_loss", "mse_cpu")
    return reduced(loss, reduction_of(reduction, size_average, reduce))


def _absolute(input: Tensor, target: Tensor, function: str) -> Tensor:
    """|input - target|, which integers have too; of complex numbers it is real."""
    both_tensors(input, target, function)
    _warn_of_sizes(input, target, function)
    loss = broadcast(result_dtype((input, target)), input, target)
    check_subtraction(input, target)
    loss.dtype = loss.dtype.to_real()
    return loss


@operation("F.l1_loss", kind="loss")
def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    loss = _absolute(input, target, "l1_loss")
    if weight is not None:
        return _weighted(
            loss,
            input,
            weight,
            legacy_reduction(size_average, reduce) if size_average is not None or reduce is not None else reduction,
        )
    return reduced(loss, reduction_of(reduction, size_average, reduce))


@operation("F.smooth_l1_loss", kind="loss")
def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    reduction = reduction_of(reduction, size_average, reduce)
    if beta == 0.0:
        return reduced(_absolute(input, target, "smooth_l1_loss"), reduction)
    if beta < 0:
        raise ShapeError("smooth_l1_loss does not support negative values for beta.")
    return reduced(_pointwise(input, target, "smooth_l1_loss", "smooth_l1_cpu"), reduction)


@operation("F.huber_loss", kind="loss")
def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    if delta <= 0:
        raise ShapeError("huber_loss does not support non-positive values for delta.")
    both_tensors(input, target, "huber_loss")
    if not can_cast(result_dtype((input, target)), input.dtype):
        raise cannot_cast(result_dtype((input, target)), input.dtype)
    loss = _pointwise(input, target, "huber_loss", "huber_cpu")
    loss.dtype = input.dtype
    return reduced(loss, reduction_of(reduction)) if weight is None else _weighted(loss, input, weight, reduction)


@operation("F.kl_div", kind="loss")
def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """The divergence of distributions; `batchmean` divides the sum by the batch size.

    Shapes:  input, target: the same or broadcast; y: () or the common shape
    Errors:  the shapes do not broadcast; integers
    Source:  torch.nn.functional.kl_div; aten/src/ATen/native/Loss.cpp
    """
    reduction = reduction_of("sum" if reduction == "batchmean" else reduction, size_average, reduce)
    both_tensors(input, target, "kl_div")
    if input.dtype.category < FLOATING or target.dtype.category < FLOATING:
        raise ShapeError("kl_div: Integral inputs not supported.", "dtype")
    if input.dtype.category == COMPLEX or target.dtype.category == COMPLEX:
        raise ShapeError("kl_div: Complex inputs not supported.", "dtype")
    return reduced(broadcast(result_dtype((target, input)), target, input), reduction)


@operation("F.poisson_nll_loss", kind="loss")
def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    reduction = reduction_of(reduction, size_average, reduce)
    both_tensors(input, target, "poisson_nll_loss")
    real = make(input.shape, floating(input.dtype))  # exp(input) or log(input + eps)
    product = broadcast(result_dtype((target, input if log_input else real)), target, input)
    first = real if log_input else input
    check_subtraction(first, product)
    loss = broadcast(result_dtype((first, product)), input, product)
    if full:
        _check_stirling(loss, target)
    return reduced(loss, reduction)


def _check_stirling(loss: Tensor, target: Tensor) -> None:
    """The term `y log y - y + log(2 pi y) / 2` is added in place, where the target is over 1."""
    term = make(target.shape, floating(target.dtype))
    check_subtraction(term, target)
    if target.dtype.category == COMPLEX:
        raise not_implemented("le_cpu", target.dtype)
    common = result_dtype((loss, term))
    if not can_cast(common, loss.dtype):
        raise cannot_cast(common, loss.dtype)


@operation("F.gaussian_nll_loss", kind="loss")
def gaussian_nll_loss(
    input: Tensor, target: Tensor, var: Tensor | float, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """The negative log likelihood of a normal distribution.

    Shapes:  input, target: (*); var: (*), (*) without its last size, or with one size 1; y: () or (*)
    Errors:  var has another size; a negative var
    Source:  torch.nn.functional.gaussian_nll_loss
    """
    both_tensors(input, target, "gaussian_nll_loss")
    if isinstance(var, float):
        if var < 0:
            raise ShapeValueError("var has negative entry/entries")
        var = make(input.shape, input.dtype)
    elif not isinstance(var, Tensor):
        raise ShapeTypeError(f"any() received an invalid combination of arguments - got ({type(var < 0).__name__})")
    size, shape = var.shape, input.shape
    if differ(size, shape):
        if not differ(shape[:-1], size):
            var = make((*size, 1), var.dtype)
        elif len(shape) != len(size) or sum(b for a, b in zip(shape, size) if a != b) != 1:
            raise ShapeValueError(
                "var is of incorrect size", "loss-shapes", expected=tuple(shape), actual=tuple(size), operand="the variances (var)"
            )  # fmt: skip
    if reduction not in REDUCTIONS:
        raise ShapeValueError(f"{reduction} is not valid", "argument")
    values = known(var)
    if values is not None and var.dtype.category <= FLOATING and any(value < 0 for value in values):
        raise ShapeValueError(
            "var has negative entry/entries",
            "argument",
            operand="the variances (var)",
            expected="positive",
            actual=min(values),
        )
    if var.dtype.category < FLOATING:
        message = f"result type Float can't be cast to the desired output type {C_NAMES[var.dtype]}"
        raise ShapeError(message, "dtype", actual=var.dtype.name)
    if var.dtype.category == COMPLEX:
        raise not_implemented("lt_cpu", var.dtype)
    check_subtraction(input, target)
    squared = broadcast(result_dtype((input, target)), input, target)
    return reduced(broadcast(result_dtype((var, squared)), var, squared), reduction)
