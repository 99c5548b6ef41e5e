"""Losses that ask for a margin."""

from __future__ import annotations

from convcalc.tensor import (
    ShapeError,
    ShapeIndexError,
    ShapeNotImplementedError,
    ShapeValueError,
    Tensor,
    Unknown,
    make,
)
from convcalc.tensor.dtypes import COMPLEX, LEGACY_NAMES, bool_, can_cast, float32, float64, int64, result_dtype
from convcalc.tensor.size import differ

from . import distance as _distance
from .activation import logsigmoid
from .loss import REDUCTIONS, both_tensors, floating, legacy_reduction, reduced, reduction_of
from .registry import operation
from .results import INVERT_A_MASK, Operand, broadcast, cannot_cast, check_subtraction, not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def _check_clamp(loss: Tensor) -> None:
    """A margin is a clamp, which complex numbers do not have."""
    if loss.dtype.category == COMPLEX:
        raise ShapeNotImplementedError("clamp is not supported for complex types", "dtype", actual=loss.dtype.name)


@operation("F.margin_ranking_loss", kind="loss")
def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, -target * (input1 - input2) + margin).

    Shapes:  input1, input2, target: the same number of dimensions, broadcast; y: () or the common shape
    Errors:  the numbers of dimensions differ
    Source:  torch.nn.functional.margin_ranking_loss; aten/src/ATen/native/Loss.cpp
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if input1.dim() != input2.dim() or input1.dim() != target.dim():
        raise ShapeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.size()}, input2: {input2.size()}, target: {target.size()} ", "loss-shapes",
            expected=tuple(input1.shape), actual=tuple((input2 if input1.dim() != input2.dim() else target).shape),
            operand="input2" if input1.dim() != input2.dim() else "the targets",
        )  # fmt: skip
    difference = broadcast(result_dtype((input1, input2)), input1, input2)
    if target.dtype is bool_:
        message = f"Negation, the `-` operator, on a bool tensor is not supported. {INVERT_A_MASK}"
        raise ShapeError(message, "dtype", actual="bool")
    check_subtraction(input1, input2)
    loss = broadcast(floating(result_dtype((target, difference))), target, difference)
    _check_clamp(loss)
    return reduced(loss, reduction)


@operation("F.hinge_embedding_loss", kind="loss")
def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    reduction = reduction_of(reduction, size_average, reduce)
    both_tensors(input, target, "hinge_embedding_loss")
    check_subtraction(input, make((), bool_ if input.dtype is bool_ else int64))
    loss = broadcast(input.dtype, target, input)
    _check_clamp(loss)
    return reduced(loss, reduction)


@operation("F.soft_margin_loss", kind="loss")
def soft_margin_loss(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Tensor:
    reduction = reduction_of(reduction, size_average, reduce)
    both_tensors(input, target, "soft_margin_loss")
    loss = broadcast(input.dtype, input, target)
    if differ(loss.shape, input.shape):
        message = f"output with shape {list(input.shape)} doesn't match the broadcast shape {list(loss.shape)}"
        raise ShapeError(message, "loss-shapes", expected=tuple(input.shape), actual=tuple(target.shape))
    if target.dtype is bool_ and input.dtype is bool_:
        raise ShapeError(
            f"Negation, the `-` operator, on a bool tensor is not supported. {INVERT_A_MASK}", "dtype", actual="bool"
        )
    common = floating(result_dtype((input, target)))
    if input.dtype is not floating(input.dtype) or not can_cast(common, input.dtype):
        raise cannot_cast(common, input.dtype)
    return reduced(loss, reduction)


# many classes


def _frames(input: Tensor) -> int:
    """The number of samples of a (C,) or (N, C) input; classes there must be, samples need not."""
    shape = input.shape
    if len(shape) > 2 or (len(shape) > 0 and shape[-1] == 0):
        message = f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {list(shape)}"
        raise ShapeError(message, "loss-shapes", shape=tuple(shape))
    return shape[0] if len(shape) == 2 else 1


def _check_class_type(target: Tensor, function: str = "") -> None:
    if function and target.dtype.category == COMPLEX:
        raise not_implemented(function, target.dtype)
    if target.dtype is not int64:
        message = f"expected scalar type Long but found {LEGACY_NAMES[target.dtype]}"
        raise ShapeError(message, "loss-shapes", expected="int64", actual=target.dtype.name)


@operation("F.multilabel_margin_loss", kind="loss")
def multilabel_margin_loss(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Tensor:
    """A margin between the classes that hold and those that do not.

    Shapes:  input: (C,) or (N, C); target: the same, int64, padded with -1; y: () or (N,)
    Errors:  the target has another size or dtype; no class
    Source:  aten/src/ATen/native/LossMultiLabelMargin.cpp
    """
    reduction = reduction_of(reduction, size_average, reduce)
    both_tensors(input, target, "multilabel_margin_loss")
    frames = _frames(input)
    if input.ndim == 2:
        differs = differ(target.shape, input.shape)
    else:
        differs = target.ndim > 1 or target.numel() != input.numel()
    if differs:
        message = f"inconsistent target size: {list(target.shape)} for input of size: {list(input.shape)}"
        raise ShapeError(message, "loss-shapes", expected=tuple(input.shape), actual=tuple(target.shape))
    if input.dtype is not float32 and input.dtype is not float64:
        raise not_implemented("multilabel_margin_loss_forward_out_frame", input.dtype)
    _check_class_type(target, "min_all")
    return reduced(make((frames,) if input.ndim == 2 else (), input.dtype), reduction)


@operation("F.multi_margin_loss", kind="loss")
def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """A margin between the target class and the others.

    Shapes:  input: (C,) or (N, C); target: () or (N,), int64; weight: (C,); y: () or (N,)
    Errors:  the target has another size or dtype; the weight is not (C,); p is neither 1 nor 2
    Source:  aten/src/ATen/native/LossMultiMargin.cpp
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if p != 1 and p != 2:
        raise ShapeValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.dim() != 1:
        raise ShapeValueError("weight must be one-dimensional", "loss-shapes")
    both_tensors(input, target, "multi_margin_loss")
    frames = _frames(input)
    if target.ndim > 1 or target.numel() != frames:
        raise ShapeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch size). "
            f"Expected target size [{frames}], but got {list(target.shape)}. Input has shape {list(input.shape)}.",
            "loss-shapes",
            expected=(frames,),
            actual=tuple(target.shape),
        )
    classes = input.shape[-1] if input.ndim else 1
    if weight is not None and weight.numel() != classes:
        raise ShapeError(
            f"inconsistent weight size, expected {classes} but got {list(weight.shape)}",
            "loss-shapes",
            expected=(classes,),
            actual=tuple(weight.shape),
            operand="the class weights",
        )
    if input.dtype is not float32 and input.dtype is not float64:
        raise not_implemented("multi_margin_loss_cpu_kernel", input.dtype)
    _check_class_type(target)
    if weight is not None and weight.dtype is not input.dtype:
        raise ShapeError(
            f"expected scalar type {LEGACY_NAMES[input.dtype]} but found {LEGACY_NAMES[weight.dtype]}", "dtype",
            expected=input.dtype.name, actual=weight.dtype.name, operand="the class weights",
        )  # fmt: skip
    return reduced(make(target.shape, input.dtype), reduction)


@operation("F.multilabel_soft_margin_loss", kind="loss")
def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over the classes of the cross entropy of each.

    Shapes:  input, target: (N, C) or broadcast; weight: broadcasts; y: () or (N,)
    Errors:  the shapes do not broadcast; a scalar input; a bool target
    Source:  torch.nn.functional.multilabel_soft_margin_loss
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    both_tensors(input, target, "multilabel_soft_margin_loss")
    positive = logsigmoid(input)
    loss = broadcast(result_dtype((target, positive)), target, positive)
    check_subtraction(positive, target)
    if weight is not None:
        loss = broadcast(result_dtype((loss, weight)), loss, weight)
    class_dim = input.ndim - 1
    if class_dim < 0:
        raise ShapeIndexError("Dimension specified as -1 but tensor has no dimensions")
    if reduction not in REDUCTIONS:
        raise ShapeValueError(f"{reduction} is not valid", "argument")
    return reduced(make((*loss.shape[:class_dim], *loss.shape[class_dim + 1 :]), loss.dtype), reduction)


# pairs and triplets of vectors


@operation("F.cosine_embedding_loss", kind="loss")
def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Similar vectors where the target is 1, dissimilar ones where it is -1.

    Shapes:  input1, input2: (N, D) with target (N,), or (D,) with target (); y: () or (N,)
    Errors:  other numbers of dimensions; sizes that do not broadcast
    Source:  aten/src/ATen/native/Loss.cpp, cosine_embedding_loss
    """
    reduction = reduction_of(reduction, size_average, reduce)
    for position, x in enumerate((input1, input2), 1):
        both_tensors(x, target, f"cosine_embedding_loss (input{position})")
    if target.ndim > 1:
        raise ShapeError(
            "0D or 1D target tensor expected, multi-target not supported", "loss-shapes", expected=tuple(input1.shape[:-1]),
            actual=tuple(target.shape), operand="the targets (1 or -1 for each pair of vectors)",
        )  # fmt: skip
    wanted = target.ndim + 1
    if input1.ndim != wanted or input2.ndim != wanted:
        message = f"{target.ndim}D target tensor expects {wanted}D input tensors, but found inputs with sizes {list(input1.shape)} and {list(input2.shape)}."
        odd = 1 if input1.ndim != wanted else 2
        raise ShapeError(
            message, "loss-shapes", expected=f"{wanted}-dimensional, as the targets {tuple(target.shape)} ask", operand=f"input{odd}",
            actual=tuple((input1, input2)[odd - 1].shape),
        )  # fmt: skip
    dtype = floating(result_dtype((input1, input2)))
    vectors = broadcast(dtype, input1, input2)
    _check_clamp(vectors)
    similarity = make(vectors.shape[:-1], dtype)
    with Operand("the targets", tuple(similarity.shape), tuple(target.shape)):
        return reduced(broadcast(dtype, target, similarity), reduction)


def _check_triplet(anchor: Tensor, positive: Tensor, negative: Tensor) -> None:
    dims = anchor.ndim, positive.ndim, negative.ndim
    if dims[0] != dims[1] or dims[1] != dims[2]:
        usual = dims[1] if dims[1] == dims[2] else dims[0]
        odd = next(i for i, ndim in enumerate(dims) if ndim != usual)
        raise ShapeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {dims[0]}D, positive {dims[1]}D, and negative {dims[2]}D inputs", "loss-shapes",
            expected=f"{usual}-dimensional, as the others", operand=f"the {('anchor', 'positive', 'negative')[odd]}",
            actual=tuple((anchor, positive, negative)[odd].shape),
        )  # fmt: skip


def _of_distances(near: Tensor, far: Tensor) -> Tensor:
    return broadcast(floating(result_dtype((near, far))), near, far)


@operation("F.triplet_margin_loss", kind="loss")
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin).

    Shapes:  anchor, positive, negative: (*, D), broadcast; y: () or (*)
    Errors:  the numbers of dimensions differ; margin is not positive
    Source:  torch.nn.functional.triplet_margin_loss; aten/src/ATen/native/Loss.cpp
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if margin <= 0:
        raise ShapeValueError(f"margin must be greater than 0, got {margin}")
    _check_triplet(anchor, positive, negative)
    near = _distance.pairwise_distance(anchor, positive, p, eps)
    far = _distance.pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = _of_distances(far, _distance.pairwise_distance(positive, negative, p, eps))
    return reduced(_of_distances(near, far), reduction)


@operation("F.triplet_margin_with_distance_loss", kind="loss")
def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    if reduction not in REDUCTIONS:
        raise ShapeValueError(f"{reduction} is not a valid value for reduction", "argument")
    if margin <= 0:
        raise ShapeValueError(f"margin must be greater than 0, got {margin}")
    _check_triplet(anchor, positive, negative)
    distance = distance_function or _distance.pairwise_distance
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        other = distance(positive, negative)
        far = (
            _of_distances(far, other)
            if isinstance(far, Tensor) and isinstance(other, Tensor)
            else Unknown("a distance")
        )
    if not isinstance(near, Tensor) or not isinstance(far, Tensor):
        return Unknown("a loss of the user's own distance")
    return reduced(_of_distances(near, far), reduction)
