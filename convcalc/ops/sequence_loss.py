"""The loss of sequences: connectionist temporal classification."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeTypeError, Tensor, make
from convcalc.tensor.dtypes import INTEGER, float32, float64

from .loss import both_tensors, reduced, reduction_of
from .registry import operation
from .results import not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@operation("F.ctc_loss", kind="loss")
def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor,
    target_lengths: Tensor,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """The likelihood of a sequence of labels under all alignments.

    Shapes:  log_probs: (T, N, C) or (T, C); targets: (N, S) or (sum of target_lengths); lengths: (N,); y: () or (N,)
    Errors:  the numbers of lengths are not N; the targets are too short; blank is no label
    Source:  aten/src/ATen/native/LossCTC.cpp
    """
    reduction = reduction_of(reduction)
    both_tensors(log_probs, targets, "ctc_loss")
    inputs, outputs = _lengths(input_lengths, "input_lengths"), _lengths(target_lengths, "target_lengths")
    batched = log_probs.ndim == 3
    where = "(while checking arguments for ctc_loss_allocate_outputs)"
    if log_probs.ndim not in (2, 3):
        raise ShapeError(
            f"Expected 3-dimensional tensor, but got {log_probs.ndim + 1}-dimensional tensor for argument #1 'log_probs' {where}",
            "loss-shapes",
        )
    shown = f"log_probs {tuple(log_probs.shape)}, which are (time, batch, classes)"
    steps, labels = log_probs.shape[0], log_probs.shape[-1]
    batch = log_probs.shape[1] if batched else 1
    if 0 in log_probs.shape:
        raise ShapeError("log_probs tensor must not be empty", "loss-shapes")
    if log_probs.dtype is not float32 and log_probs.dtype is not float64:
        raise not_implemented("ctc_loss_cpu", log_probs.dtype)
    if blank < 0 or blank >= labels:
        raise ShapeError("blank must be in label range", "class-count", expected=labels, actual=blank)
    for name, lengths in (("input_lengths", inputs), ("target_lengths", outputs)):
        if lengths[0] != batch:
            raise ShapeError(
                f"{name} must be of size batch_size", "loss-shapes", expected=f"{batch}, one for each sequence of {shown}",
                actual=lengths[0], operand=f"the number of {name}",
            )  # fmt: skip
    _check_labels(targets, batch, outputs[1], batched, where)
    for length in inputs[1] or ():
        if length > steps:
            raise ShapeError(
                f"Expected input_lengths to have value at most {steps}, but got value {length} {where}", "loss-shapes",
                expected=f"at most {steps}, the time of {shown}", actual=length, operand="the input_lengths",
            )  # fmt: skip
    return reduced(make((batch,) if batched else (), log_probs.dtype), reduction)


def _check_labels(targets: Tensor, batch: int, lengths: Any, batched: bool, where: str) -> None:
    """Labels in one row, as many as the lengths add up to, or a row for each sample."""
    shape = targets.shape if batched or targets.ndim != 1 else (1, *targets.shape)
    ending = f"for argument #2 'targets' {where}"
    if len(shape) == 1:
        if lengths is not None and sum(lengths) != shape[0]:
            raise ShapeError(
                f"Expected tensor to have size {sum(lengths)} at dimension 0, but got size {shape[0]} {ending}", "loss-shapes",
                expected=f"({sum(lengths)},), as many as the target_lengths add up to", actual=tuple(shape), operand="the targets",
            )  # fmt: skip
    elif len(shape) == 2:
        if shape[0] != batch:
            raise ShapeError(
                f"Expected tensor to have size {batch} at dimension 0, but got size {shape[0]} {ending}", "loss-shapes",
                expected=f"{batch} rows, one for each sequence", actual=tuple(shape), operand="the targets",
            )  # fmt: skip
        if lengths and max(lengths) > shape[1]:
            raise ShapeError(
                f"Expected tensor to have size at least {max(lengths)} at dimension 1, but got size {shape[1]} {ending}", "loss-shapes",
                expected=f"at most {shape[1]}, the length of the targets {tuple(shape)}", actual=max(lengths), operand="the target_lengths",
            )  # fmt: skip
    else:
        raise ShapeError(f"Expected 1 to 2 dimensions, but got {len(shape)}-dimensional tensor {ending}", "loss-shapes")


def _lengths(lengths: Any, name: str) -> tuple[int, Any]:
    """How many lengths there are, and their values where they are known."""
    if isinstance(lengths, Tensor):
        if lengths.dtype.category > INTEGER:
            raise ShapeError(
                f"{name} must be integral", "dtype", expected="int64", actual=lengths.dtype.name, operand=f"the {name}"
            )
        return lengths.numel(), lengths.values
    if isinstance(lengths, (tuple, list)):
        return len(lengths), lengths if all(type(n) is int for n in lengths) else None
    raise ShapeTypeError(
        f"ctc_loss() received an invalid combination of arguments: '{name}' must be Tensor or tuple of ints, not {type(lengths).__name__}"
    )
