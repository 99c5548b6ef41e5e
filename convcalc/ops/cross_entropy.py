"""Losses of classes: cross entropy and its parts."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeIndexError, ShapeValueError, Tensor, Unknown, make
from convcalc.tensor.dtypes import (
    FLOATING,
    LEGACY_NAMES,
    can_cast,
    int64,
    result_dtype,
    uint8,
)
from convcalc.tensor.size import agreed, differ

from . import linear as _linear
from .arguments import broadcast_shapes
from .loss import both_tensors, reduced, reduction_of
from .registry import operation
from .results import Operand, broadcast, cannot_cast, check_subtraction, is_computable, not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# classes given by their number


def _check_target(target: Tensor, classes: int, ignore_index: int) -> None:
    if target.dtype is not int64 and target.dtype is not uint8:
        message = f"expected target dtype to be Long or Byte, but got {LEGACY_NAMES[target.dtype]}"
        raise ShapeError(message, "loss-shapes", expected="int64", actual=target.dtype.name)
    for value in target.values or ():
        if value != ignore_index and (value < 0 or value >= classes):
            raise ShapeIndexError(f"Target {value} is out of bounds.", "class-count", expected=classes, actual=value)


def _check_weight(weight: Tensor | None, classes: int, message: str, any_rank: bool = False) -> None:
    if weight is not None and (weight.numel() != classes or (weight.ndim != 1 and not any_rank)):
        raise ShapeError(
            message, "loss-shapes", expected=(classes,), actual=tuple(weight.shape), operand="the class weights"
        )


def _by_class(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> tuple[int, ...]:
    """The shape of the losses of class numbers, after PyTorch's checks in its order."""
    shape, sizes = input.shape, target.shape
    ndim = len(shape)
    if ndim < 1:
        raise ShapeValueError("Expected 1 or more dimensions (got 0)", "loss-shapes", actual=0)
    if ndim == 2 and not sizes and shape[0] == 0:
        _check_target(target, shape[1], ignore_index)
        raise ShapeIndexError("Dimension specified as 0 but tensor has no dimensions", "loss-shapes", actual=())
    if ndim != 1 and not sizes:
        message = f"Expected input batch_size ({shape[0]}) to match target batch_size (0)."
        raise ShapeValueError(message, "loss-shapes", expected=shape[0], actual=0, shape=tuple(shape))
    if ndim != 1 and shape[0] != sizes[0]:
        message = f"Expected input batch_size ({shape[0]}) to match target batch_size ({sizes[0]})."
        raise ShapeValueError(message, "loss-shapes", expected=shape[0], actual=sizes[0], shape=tuple(shape))
    if ndim <= 2:
        return _flat_by_class(input, target, weight, ignore_index)
    return _spatial_by_class(input, target, weight, ignore_index)


def _flat_by_class(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> tuple[int, ...]:
    shape, sizes = input.shape, target.shape
    if len(sizes) > 1:
        raise ShapeError(
            "0D or 1D target tensor expected, multi-target not supported",
            "loss-shapes",
            expected=tuple(shape[:1]),
            actual=tuple(sizes),
        )
    if len(shape) == 1 and len(sizes) == 1 and sizes[0] != 1:
        _check_target(target, shape[-1], ignore_index)
        raise ShapeValueError(
            f"For 1D input, 1D target must have size 1, but got target size: {sizes[0]}", "loss-shapes"
        )
    classes = shape[-1]
    _check_weight(
        weight,
        classes,
        f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of shape: {list(weight.shape) if weight is not None else []}",
    )
    _check_target(target, classes, ignore_index)
    _check_kernel(input, weight, "nll_loss_out_frame")
    return shape[:-1]  # type: ignore[no-any-return]


def _spatial_by_class(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> tuple[int, ...]:
    """Classes of every place: input (N, C, d1, ...), target (N, d1, ...). Four dimensions have a kernel, the rest are folded to four."""
    shape, sizes = input.shape, target.shape
    wanted = (shape[0], *shape[2:])
    if len(shape) == 4:
        if len(sizes) != 3:
            raise ShapeError(
                f"only batches of spatial targets supported (3D tensors) but got targets of dimension: {len(sizes)}",
                "loss-shapes",
            )
    elif differ(sizes[1:], shape[2:]):
        raise ShapeError(
            f"Expected target size {list(wanted)}, got {list(sizes)}",
            "loss-shapes",
            expected=wanted,
            actual=tuple(sizes),
        )
    _check_weight(weight, shape[1], "weight tensor should be defined either for all or no classes", True)
    if differ(sizes[1:], shape[2:]):
        message = f"size mismatch (got input: {list(shape)} , target: {list(sizes)}"
        raise ShapeError(message, "loss-shapes", expected=wanted, actual=tuple(sizes))
    _check_target(target, shape[1], ignore_index)
    if target.dtype is uint8:
        raise ShapeError("expected scalar type Long but found Byte", "loss-shapes", expected="int64", actual="uint8")
    _check_kernel(input, weight, "nll_loss2d_forward_out_frame")
    return wanted


def _check_kernel(input: Tensor, weight: Tensor | None, kernel: str) -> None:
    if not is_computable(input.dtype):
        raise not_implemented(kernel, input.dtype)
    if weight is not None and weight.dtype is not input.dtype:
        raise ShapeError(
            f"expected scalar type {LEGACY_NAMES[input.dtype]} but found {LEGACY_NAMES[weight.dtype]}", "dtype",
            expected=input.dtype.name, actual=weight.dtype.name, operand="the class weights",
        )  # fmt: skip


@operation("F.nll_loss", kind="loss")
def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The negative log likelihood of the target classes.

    Shapes:  input: (C,), (N, C) or (N, C, *); target: (), (N,) or (N, *), int64; weight: (C,); y: () or the target's
    Errors:  the batch sizes or places differ; the target is not int64; the weight is not (C,)
    Source:  aten/src/ATen/native/LossNLL.cpp, nll_loss_nd
    """
    reduction = reduction_of(reduction, size_average, reduce)
    both_tensors(input, target, "nll_loss_nd")
    return reduced(make(_by_class(input, target, weight, ignore_index), input.dtype), reduction)


def _by_probability(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, label_smoothing: float
) -> Tensor:
    """The losses where the target gives a probability for each class."""
    if target.dtype.category != FLOATING:
        message = f"Expected floating point type for target with class probabilities, got {LEGACY_NAMES[target.dtype]}"
        raise ShapeError(
            message, "loss-shapes", expected=input.dtype.name, actual=target.dtype.name,
            operand="the targets (a number for each class)",
        )  # fmt: skip
    if ignore_index >= 0:
        raise ShapeError("ignore_index is not supported for floating point target")
    shape = agreed(input.shape, target.shape)
    class_dim = 0 if len(shape) == 1 else 1
    if class_dim >= len(shape):
        raise ShapeIndexError("Dimension specified as 1 but tensor has no dimensions")
    classes = shape[class_dim]
    if weight is not None and (weight.ndim != 1 or weight.numel() != classes):
        message = f"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of shape: {list(weight.shape)}"
        raise ShapeError(
            message, "loss-shapes", expected=(classes,), actual=tuple(weight.shape), operand="the class weights"
        )
    _check_softmax(input)
    _check_smoothing(label_smoothing)
    operands = (input, target) if weight is None else (input, target, weight)
    return make((*shape[:class_dim], *shape[class_dim + 1 :]), result_dtype(operands))


@operation("F.cross_entropy", kind="loss")
def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """The negative log likelihood of the target classes after a log-softmax.

    Shapes:  input: (C,), (N, C) or (N, C, *); target: class numbers (), (N,), (N, *), int64, or probabilities, as input;
             weight: (C,); y: () or, with reduction none, the target's shape (of probabilities, without C)
    Errors:  the batch sizes or places differ; the target's dtype; the weight is not (C,); label_smoothing over 1
    Source:  aten/src/ATen/native/LossNLL.cpp, cross_entropy_loss
    """
    reduction = reduction_of(reduction, size_average, reduce)
    both_tensors(input, target, "cross_entropy_loss")
    if _gives_probabilities(input, target):
        return reduced(_by_probability(input, target, weight, ignore_index, label_smoothing), reduction)
    _check_smoothing(label_smoothing)
    _check_softmax(input)
    losses = _by_class(input, target, weight, ignore_index)
    if label_smoothing > 0:
        if weight is not None:
            _check_weight_row(weight, len(input.shape))
        _check_smoothed(losses, target, weight is not None and reduction == "mean", ignore_index)
    return reduced(make(losses, input.dtype), reduction)


def _gives_probabilities(input: Tensor, target: Tensor) -> bool:
    """Whether the target has a probability for each class: it is of the input's shape."""
    same: Any = input.shape == target.shape
    if type(same) is Unknown:  # with class numbers it would have a dimension less, or of one sample none or a size of 1
        return input.ndim > 1 or target.dtype.category == FLOATING
    return same  # type: ignore[no-any-return]


def _check_smoothing(label_smoothing: float) -> None:
    if label_smoothing > 1.0:
        raise ShapeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}", "argument")


def _check_smoothed(losses: tuple[int, ...], target: Tensor, gathers: bool, ignore_index: int) -> None:
    """The ignored classes are masked in the smoothed losses, and a weighted mean gathers the weights of the others."""
    _check_fits(losses, target.shape)
    may_ignore_all = ignore_index >= 0 or 0 in target.shape
    if gathers and target.dtype is not int64 and not may_ignore_all:
        raise ShapeError("gather(): Expected dtype int64 for index", "loss-shapes", actual=target.dtype.name)


def _check_weight_row(weight: Tensor, ndim: int) -> None:
    """The smoothed losses see the weight along the classes; of places it may so far have been anything of their number."""
    if weight.ndim == 0:
        raise ShapeIndexError("Dimension specified as 0 but tensor has no dimensions", "loss-shapes", actual=())
    if weight.numel() != weight.shape[0]:
        seen = [1, weight.shape[0], *[1] * (ndim - 2)]
        raise ShapeError(f"shape '{seen}' is invalid for input of size {weight.numel()}", "loss-shapes")


def _check_softmax(input: Tensor) -> None:
    """The log-softmax over the classes: of no elements PyTorch asks no kernel."""
    if input.ndim == 0:
        raise ShapeIndexError(
            "Dimension out of range (expected to be in range of [-1, 0], but got 1)", "dimension-range"
        )
    if not is_computable(input.dtype) and input.numel() != 0:
        raise not_implemented(f"log_softmax{'_lastdim' if input.ndim <= 2 else ''}_kernel_impl", input.dtype)


@operation("F.linear_cross_entropy", kind="loss")
def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """Cross entropy of an affine map of the input.

    Shapes:  input: (in,) or (N, in); linear_weight: (C, *out, in); target: as for cross entropy of (N, C, *out)
    Errors:  the input has more than 2 dimensions; the last sizes differ; the bias is not (C, *out)
    Source:  torch.nn.functional.linear_cross_entropy
    """
    if input.dim() < 1 or input.dim() > 2:
        raise ShapeError(f"expected input with dimensionality 1 or 2, got {input.dim()}", "loss-shapes")
    if linear_weight.dim() < 2:
        raise ShapeError(
            f"expected linear_weight with dimensionality at least 2, got {linear_weight.dim()}", "loss-shapes"
        )
    features = input.shape[-1]
    if features != linear_weight.shape[-1]:
        raise ShapeError(
            f"expected equal input and linear_weight last dimensions (in_features), got {features} and {linear_weight.shape[-1]}, respectively",
            "linear-in-features",
            expected=linear_weight.shape[-1],
            actual=features,
        )
    classes, out_features = linear_weight.shape[0], linear_weight.shape[1:-1]
    if linear_bias is not None and differ(linear_bias.shape, (classes, *out_features)):
        raise ShapeError(
            f"expected linear_bias shape {(classes, *out_features)}, got {tuple(linear_bias.shape)}", "loss-shapes"
        )
    if out_features and input.ndim == 1:
        raise ShapeError(
            f"K-dimensional loss defined by linear_weight shape {tuple(linear_weight.shape)} requires batched input, (N, {features}), "
            f"got unbatched input with shape {tuple(input.shape)}",
            "loss-shapes",
        )
    logits_shape = (*input.shape[:-1], classes, *out_features)
    if target.shape == logits_shape and ignore_index is not None:
        raise ShapeError("ignore_index cannot be specified when target contains probabilities")
    rows = classes
    for extent in out_features:
        rows = rows * extent
    bias = None if linear_bias is None else make((rows,), linear_bias.dtype)
    logits = _linear.linear(input, make((rows, features), linear_weight.dtype), bias)
    return cross_entropy(
        make(logits_shape, logits.dtype),
        target,
        weight=weight,
        reduction=reduction,
        ignore_index=-100 if ignore_index is None else ignore_index,
        label_smoothing=label_smoothing,
    )


# two classes


def _check_fits(shape: tuple[int, ...], other: tuple[int, ...]) -> None:
    """Whether an operand can be applied in place to a loss of `shape`."""
    common = broadcast_shapes(shape, other)
    if differ(common, shape):
        raise ShapeError(
            f"output with shape {list(shape)} doesn't match the broadcast shape {list(common)}", "broadcast"
        )


@operation("F.binary_cross_entropy", kind="loss")
def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Cross entropy of probabilities of two classes.

    Shapes:  input, target: the same; weight: broadcasts to them; y: () or the same
    Errors:  the target has another size or dtype
    Source:  torch.nn.functional.binary_cross_entropy; aten/src/ATen/native/Loss.cpp
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if differ(target.shape, input.shape):
        message = f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) is deprecated. Please ensure they have the same size."
        raise ShapeValueError(message, "loss-shapes", expected=tuple(input.shape), actual=tuple(target.shape))
    if weight is not None:
        with Operand("the weights", f"{tuple(input.shape)} or broadcast to it", tuple(weight.shape)):
            _check_fits(input.shape, weight.shape)
    if target.dtype is not input.dtype:
        message = f"Found dtype {LEGACY_NAMES[target.dtype]} but expected {LEGACY_NAMES[input.dtype]}"
        raise ShapeError(message, "loss-shapes", expected=input.dtype.name, actual=target.dtype.name)
    if not is_computable(input.dtype):
        raise not_implemented("binary_cross_entropy", input.dtype)
    loss = broadcast(input.dtype, input, target)
    loss.shape = agreed(input.shape, target.shape)
    return reduced(loss, reduction)


@operation("F.binary_cross_entropy_with_logits", kind="loss")
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Cross entropy of two classes after a sigmoid.

    Shapes:  input, target: the same; weight, pos_weight: broadcast to them; y: () or the same
    Errors:  the target has another size; the target is of an integer type
    Source:  torch.nn.functional.binary_cross_entropy_with_logits; aten/src/ATen/native/Loss.cpp
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if differ(target.shape, input.shape):
        message = f"Target size ({target.size()}) must be the same as input size ({input.size()})"
        raise ShapeValueError(message, "loss-shapes", expected=tuple(input.shape), actual=tuple(target.shape))
    if not is_computable(input.dtype):
        raise not_implemented("log_sigmoid_cpu", input.dtype)
    if pos_weight is not None:
        with Operand(
            "the weights of the positives (pos_weight)",
            f"{tuple(input.shape)} or broadcast to it",
            tuple(pos_weight.shape),
        ):
            check_subtraction(pos_weight, input)
            positive = broadcast(result_dtype((pos_weight, target)), pos_weight, target)
            _check_stored(input, positive)
    check_subtraction(target, input)
    with Operand("the targets", input.dtype.name, target.dtype.name):
        _check_stored(target, input)
    if weight is not None:
        with Operand("the weights", f"{tuple(input.shape)} or broadcast to it", tuple(weight.shape)):
            _check_stored(target, weight)
    loss = broadcast(target.dtype, target)
    loss.shape = agreed(target.shape, input.shape)
    return reduced(loss, reduction)


def _check_stored(input: Tensor, other: Tensor) -> None:
    """Whether a product of the two can be stored in the first."""
    _check_fits(input.shape, other.shape)
    common = result_dtype((input, other))
    if not can_cast(common, input.dtype):
        raise cannot_cast(common, input.dtype)
