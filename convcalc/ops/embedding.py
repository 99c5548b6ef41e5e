"""Tables looked up by index."""

from __future__ import annotations

from convcalc.tensor import (
    ShapeAssertionError,
    ShapeError,
    ShapeIndexError,
    ShapeNotImplementedError,
    ShapeValueError,
    Tensor,
    Unknown,
    make,
)
from convcalc.tensor.dtypes import BOOL, COMPLEX, INTEGER, LEGACY_NAMES, int32, int64, promote
from convcalc.tensor.size import differ
from convcalc.trace.recorder import warn

from .arguments import int_of, tensor_argument
from .registry import operation
from .results import is_computable, not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _type_name(tensor: Tensor) -> str:
    return "CPUBoolType" if tensor.dtype.category == BOOL else f"torch.{LEGACY_NAMES[tensor.dtype]}Tensor"


def _check_indices(indices: Tensor, function: str, place: int = 1) -> None:
    if indices.dtype is int64 or indices.dtype is int32:
        return
    raise ShapeError(
        f"Expected tensor for argument #{place} 'indices' to have one of the following scalar types: Long, Int; "
        f"but got {_type_name(indices)} instead (while checking arguments for {function})",
        "embedding-dtype",
        expected="int64",
        actual=indices.dtype.name,
    )


def _embedding(weight: Tensor, indices: Tensor) -> Tensor:
    tensor_argument(weight, "embedding", 1, "weight")
    tensor_argument(indices, "embedding", 2, "indices")
    if weight.ndim != 2:
        raise ShapeError("'weight' must be 2-D", "argument", actual=weight.ndim)
    _check_indices(indices, "embedding")
    _check_values(indices, weight.shape[0])
    return make((*indices.shape, weight.shape[1]), weight.dtype)


def _check_values(indices: Tensor, rows: int) -> None:
    """Where the indices are known, each is a row of the table."""
    if indices.values is not None:
        for value in indices.values:
            if value < 0 or value >= rows:
                raise ShapeIndexError("index out of range in self", "embedding-index", expected=rows, actual=value)


@operation("F.embedding", kind="embedding")
def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` at the indices `input`.

    Shapes:  input: (*), integers; weight: (V, D); y: (*, D)
    Errors:  the indices are not int32 or int64; padding_idx is no row
    Source:  aten/src/ATen/native/Embedding.cpp
    """
    if padding_idx is not None and (
        (padding_idx > 0 and padding_idx >= weight.size(0)) or (padding_idx < 0 and padding_idx < -weight.size(0))
    ):
        raise ShapeAssertionError("Padding_idx must be within num_embeddings")
    _check_norm(weight, input, max_norm)
    return _embedding(weight, input)


def _check_norm(weight: Tensor, indices: Tensor, max_norm: Any) -> None:
    """Rows are renormed before they are looked up, where a greatest norm is given."""
    if max_norm is None:
        return
    _check_indices(indices, "embedding_renorm_", 2)
    if 0 not in indices.shape and weight.dtype.category <= INTEGER:
        raise ShapeError(
            f"norm(): input dtype should be either floating point or complex. Got {LEGACY_NAMES[weight.dtype]} instead.",
            "dtype",
        )


@operation("torch.embedding")
def _torch_embedding(
    weight: Tensor, indices: Tensor, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Tensor:
    return _embedding(weight, indices)


MODES = {"sum": 0, "mean": 1, "max": 2}


def _bag(
    weight: Tensor,
    indices: Tensor,
    offsets: Tensor,
    per_sample_weights: Any,
    include_last_offset: Any,
    padding_idx: Any,
) -> Tensor:
    """The checks of `torch.embedding_bag`; offsets has one entry a bag, and one more with `include_last_offset`."""
    _check_indices(make((), promote(indices.dtype, offsets.dtype)), "embedding_bag")
    if not is_computable(weight.dtype):
        raise ShapeError(
            "Expected tensor for argument #1 'weight' to have one of the following scalar types: Half, BFloat16, Float, Double; "
            f"but got {_type_name(weight)} instead (while checking arguments for embedding_bag)",
            "dtype",
        )
    if per_sample_weights is not None and per_sample_weights.dtype is not weight.dtype:
        raise ShapeError(
            "Expected tensor for argument #1 'weight' to have the same type as tensor for argument #1 'per_sample_weights'; but type "
            f"torch.{LEGACY_NAMES[weight.dtype]}Tensor does not equal torch.{LEGACY_NAMES[per_sample_weights.dtype]}Tensor (while checking arguments for embedding_bag)",
            "dtype",
        )
    bags = offsets.shape[0]
    if include_last_offset:
        if bags < 1:
            raise ShapeError("include_last_offset: number of offset should be at least 1")
        bags = bags - 1
    rows = weight.shape[0]
    if padding_idx is not None and (padding_idx < -rows or padding_idx >= rows):
        raise ShapeError(
            f"padding_idx must be within the number of embeddings, -{rows} through {rows - 1}, but got {padding_idx}"
        )
    return make((bags, weight.shape[1]), weight.dtype)


@operation("F.embedding_bag")
def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Sums, means or maxima of bags of rows of `weight`.

    Shapes:  input: (B, N), or (N) with offsets (B); weight: (V, D); y: (B, D)
    Errors:  input is not 1-D or 2-D; offsets with 2-D input, or none with 1-D; weights per sample with a mode other than sum
    Source:  torch.nn.functional.embedding_bag; aten/src/ATen/native/EmbeddingBag.cpp
    """
    tensor_argument(input, "embedding_bag", 1, "input")
    tensor_argument(weight, "embedding_bag", 2, "weight")
    if weight.dtype is int64 and input.is_floating_point():
        warn("embedding_bag takes the indices first and the weight second")
        weight, input = input, weight
    if per_sample_weights is not None and differ(input.shape, per_sample_weights.shape):
        raise ShapeValueError(
            f"embedding_bag: If per_sample_weights ({per_sample_weights.shape}) is not None, then it must have the same shape as the input ({input.shape})",
            "embedding-bag",
        )
    if weight.ndim != 2:
        raise ShapeValueError(
            f"weight has to be a 2D Tensor, but got Tensor of dimension {weight.ndim}",
            "argument",
            actual=weight.ndim,
        )
    bagged = input.ndim == 1  # only then do offsets come from the caller
    input, offsets = _flat(input, offsets)
    if mode not in MODES and not isinstance(mode, Unknown):
        raise ShapeValueError("mode has to be one of sum, mean or max")
    if mode == "max" and scale_grad_by_freq:
        raise ShapeValueError("max mode does not support scaling the gradient by the frequency")
    if mode == "max" and sparse:
        raise ShapeValueError("max mode does not support sparse weights")
    _check_norm(weight, input, max_norm)
    if per_sample_weights is not None and mode != "sum":
        raise ShapeNotImplementedError(
            "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' "
            f"(got mode='{mode}'). Please open a feature request on GitHub.",
            "embedding-bag",
        )
    return _bag(weight, input, offsets, per_sample_weights, bagged and include_last_offset, padding_idx)


def _flat(input: Tensor, offsets: Tensor | None) -> tuple[Tensor, Tensor]:
    """Indices in one row, and where each bag begins."""
    if input.ndim == 2:
        if offsets is not None:
            raise ShapeValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. "
                "However, found offsets of type <class 'torch.Tensor'>",
                "embedding-bag",
            )
        if input.dtype.category in (BOOL, COMPLEX):
            raise not_implemented("arange_cpu", input.dtype)
        if input.shape[1] == 0:
            raise ShapeError("step must be nonzero")
        return make((input.numel(),), input.dtype), make((input.shape[0],), input.dtype)
    if input.ndim != 1:
        raise ShapeValueError(
            f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}",
            "embedding-bag",
            actual=input.ndim,
        )
    if offsets is None:
        raise ShapeValueError("offsets has to be a 1D Tensor but got None", "embedding-bag")
    if offsets.ndim != 1:
        raise ShapeValueError("offsets has to be a 1D Tensor", "embedding-bag")
    return input, offsets


@operation("torch.embedding_bag")
def _torch_embedding_bag(
    weight: Tensor,
    indices: Tensor,
    offsets: Tensor,
    scale_grad_by_freq: bool = False,
    mode: int = 0,
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    result = _bag(weight, indices, offsets, per_sample_weights, include_last_offset, padding_idx)
    index = offsets.dtype
    if mode == MODES["max"]:
        return result, make(indices.shape, index), make(offsets.shape, index), make(result.shape, index)
    return result, make((0,), index), make(offsets.shape, index), make(offsets.shape, index)


@operation("F.one_hot")
def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """A 1 at each class and 0 elsewhere.

    Shapes:  x: (*), int64; y: (*, num_classes)
    Errors:  x is not int64; num_classes cannot be told from an empty tensor
    Source:  aten/src/ATen/native/Onehot.cpp
    """
    tensor_argument(tensor, "one_hot", 1, "tensor")
    num_classes = int_of(num_classes, "one_hot", "num_classes")
    if tensor.dtype is not int64:
        raise ShapeError(
            "one_hot is only applicable to index tensor of type LongTensor.",
            "embedding-dtype",
            actual=tensor.dtype.name,
        )
    if 0 in tensor.shape:
        if num_classes <= 0:
            raise ShapeError("Can not infer total number of classes from empty tensor.")
    elif num_classes == -1:
        classes: Any = max(tensor.values) + 1 if tensor.values else Unknown("the greatest class of a one_hot", int)
        return make((*tensor.shape, classes), int64)
    elif num_classes < 1 or (tensor.values and max(tensor.values) >= num_classes):
        raise ShapeError("Class values must be smaller than num_classes.")
    return make((*tensor.shape, num_classes), int64)
