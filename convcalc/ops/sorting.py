"""Order and counting: sort, topk, unique, searchsorted, bincount and their kin.

Source: aten/src/ATen/native/Sorting.cpp, Unique.cpp, Bucketization.cpp, SummaryOps.cpp
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeValueError, Tensor, Unknown, UnknownValue, make, wrap_dim
from convcalc.tensor.dtypes import FLOATING, bool_, default_dtype, int32, int64
from convcalc.tensor.size import differ
from convcalc.tensor.values import Values, known

from .arguments import int_of
from .elementwise import to_out
from .layout import preserved_strides
from .named import named_result
from .reduction import not_implemented, reduced_shape
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@operation("torch.sort", "Tensor.sort")
def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: Any = None, *, out: Any = None) -> Any:
    """The elements along `dim` in order, and where they were."""
    wrap_dim(dim, input.ndim)
    if input.dtype.is_complex:
        raise ShapeError("Sort currently does not support complex dtypes on CPU", "dtype")
    strides = preserved_strides(input)
    values, indices = make(input.shape, input.dtype, strides), make(input.shape, int64, strides)
    held = known(input)
    if held is not None and input.ndim == 1 and input.dtype.name != "bool":
        order = sorted(range(len(held)), key=held.__getitem__, reverse=descending)
        values.values = Values([held[i] for i in order])
        if len(set(held)) == len(held):
            indices.values = Values(order)
    return to_out(out, named_result("sort", values=values, indices=indices), cast=False)


@operation("torch.msort", "Tensor.msort")
def msort(input: Tensor, *, out: Any = None) -> Tensor:
    """The elements along the first dimension in order."""
    return to_out(out, sort(input, 0)[0])  # type: ignore[no-any-return]


@operation("torch.argsort", "Tensor.argsort")
def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """Where the elements in order were."""
    return sort(input, dim, descending)[1]  # type: ignore[no-any-return]


@operation("torch.topk", "Tensor.topk")
def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True, *, out: Any = None) -> Any:
    """The k greatest (or least) elements along a dimension, and where they are.

    Errors:  k is greater than the dimension
    """
    k = int_of(k, "topk", "k")
    at = wrap_dim(dim, input.ndim)
    size = input.shape[at] if input.ndim else 1
    if k < 0 or k > size:
        raise ShapeError("selected index k out of range", "index-range", expected=size, actual=k)
    if input.dtype.is_complex or input.dtype is bool_:
        raise not_implemented("topk_cpu", input.dtype)
    shape = (*input.shape[:at], k, *input.shape[at + 1 :]) if input.ndim else ()
    return to_out(out, named_result("topk", values=make(shape, input.dtype), indices=make(shape, int64)), cast=False)


@operation("torch.kthvalue", "Tensor.kthvalue")
def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False, *, out: Any = None) -> Any:
    """The k-th least element along a dimension, and where it is."""
    at = wrap_dim(dim, input.ndim)
    size = input.shape[at] if input.ndim else 1
    if input.ndim and size == 0:
        raise ShapeError(f"kthvalue(): Expected reduction dim {at} to have non-zero size.")
    if k <= 0 or k > size:
        raise ShapeError("kthvalue(): selected number k out of range for dimension " + str(at))
    shape = reduced_shape(input.shape, (at,) if input.ndim else (), keepdim)
    return to_out(
        out, named_result("kthvalue", values=make(shape, input.dtype), indices=make(shape, int64)), cast=False
    )


def _unique(name: str) -> None:
    def rule(
        input: Tensor,
        *args: Any,
        return_inverse: bool = False,
        return_counts: bool = False,
        dim: int | None = None,
        sorted: bool = True,
    ) -> Any:
        order = (
            ("sorted", "return_inverse", "return_counts", "dim")
            if name == "unique"
            else ("return_inverse", "return_counts", "dim")
        )
        given = dict(zip(order, args))
        return_inverse = given.get("return_inverse", return_inverse)
        return_counts = given.get("return_counts", return_counts)
        dim = given.get("dim", dim)
        count: Any = Unknown("the number of unique elements", int)
        values = known(input)
        kept: Any = None
        places: Any = None
        if dim is None:
            if values is not None:
                kept, places = _distinct(values, name == "unique")
                count = len(kept)
            elif input.numel() == 0:
                count = 0
            unique = make((count,), input.dtype, values=None if kept is None else Values(kept))
            inverse = make(input.shape, int64, values=None if places is None else Values(places))
        else:
            at = wrap_dim(dim, input.ndim)
            unique = make((*input.shape[:at], count, *input.shape[at + 1 :]), input.dtype)
            inverse = make((input.shape[at],), int64)
        times = None if places is None else Values([places.count(i) for i in range(len(kept))])
        counts = make((count,), int64, values=times)
        parts = [unique, *([inverse] if return_inverse else []), *([counts] if return_counts else [])]
        return parts[0] if len(parts) == 1 else tuple(parts)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}`: how many elements remain, is known for small constants only."
    operation(f"torch.{name}", f"Tensor.{name}")(rule)


def _distinct(values: list[Any], in_order: bool) -> tuple[list[Any], list[int]]:
    """The elements that remain, and for each element the place of its like among them."""
    if in_order:
        kept = sorted(set(values))
        place = {value: i for i, value in enumerate(kept)}
        return kept, [place[value] for value in values]
    kept, places = [], []
    for value in values:
        if not kept or kept[-1] != value:
            kept.append(value)
        places.append(len(kept) - 1)
    return kept, places


_unique("unique")
_unique("unique_consecutive")


def _check_boundaries(boundaries: Tensor, input: Any) -> None:
    if boundaries.ndim == 0:
        raise ShapeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but got boundaries tensor dim(0)"
            if not isinstance(input, Tensor)
            else "torch.searchsorted(): boundaries tensor should have positive dimension, but got 0 dimension"
        )


@operation("torch.searchsorted")
def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Any = None,
    out: Any = None,
) -> Tensor:
    """Where values would stand in sorted sequences.

    Shapes:  sorted_sequence: (n) or (*, n); input: any, or (*, m); y: that of input
    """
    for given in (sorted_sequence, input):
        if isinstance(given, Unknown):
            return Unknown(f"torch.searchsorted({given.reason})")  # type: ignore[return-value]
    _check_boundaries(sorted_sequence, input)
    if side is not None and side not in ("left", "right"):
        raise ShapeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    if side == "left" and right:
        raise ShapeError(
            "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True"
        )
    shape: tuple[Any, ...] = tuple(input.shape) if isinstance(input, Tensor) else ()
    if isinstance(input, Tensor):
        if sorted_sequence.ndim > 1 and (
            sorted_sequence.ndim != input.ndim or differ(sorted_sequence.shape[:-1], shape[:-1])
        ):
            raise ShapeError(
                f"torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor {list(sorted_sequence.shape)} and input value tensor {list(shape)}"
            )
        if input.dtype is not sorted_sequence.dtype:
            raise ShapeError("torch.searchsorted(): boundary and input value tensors should have same dtype", "dtype")
    elif sorted_sequence.ndim != 1:
        raise ShapeError(
            f"torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries tensor dim({sorted_sequence.ndim}) and input value's dim(0) numel(1)"
        )
    if sorter is not None:
        if differ(sorter.shape, sorted_sequence.shape):
            raise ShapeError(
                f"torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor {list(sorted_sequence.shape)}and got sorter tensor {list(sorter.shape)}"
            )
        if sorter.dtype is not int64:
            raise ShapeError("torch.searchsorted(): sorter must be a tensor of long dtype", "dtype")
    return to_out(out, make(shape, int32 if out_int32 else int64), cast=False)


@operation("torch.bucketize")
def bucketize(
    input: Tensor | Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False, out: Any = None
) -> Tensor:
    """Which interval between the boundaries each value lies in."""
    if boundaries.ndim != 1:
        raise ShapeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right, out=out)


@operation("torch.histc", "Tensor.histc")
def histc(input: Tensor, bins: int = 100, min: Any = 0, max: Any = 0, *, out: Any = None) -> Tensor:
    """How many elements fall in each of `bins` intervals."""
    if bins <= 0:
        raise ShapeError("bins must be > 0")
    if input.dtype.category != FLOATING:
        raise not_implemented("histogram_cpu", input.dtype)
    return to_out(out, make((bins,), input.dtype))


@operation("torch.histogram", "Tensor.histogram")
def histogram(
    input: Tensor, bins: Any, *, range: Any = None, weight: Tensor | None = None, density: bool = False, out: Any = None
) -> Any:
    """How many elements fall in each interval, and the intervals' bounds."""
    if isinstance(bins, Tensor):
        if bins.ndim != 1:
            raise ShapeError(
                f"torch.histogramdd(): bins tensor should have one dimension, but got {bins.ndim} dimensions in the bins tensor for dimension 0"
            )
        count = bins.shape[0] - 1
    else:
        count = bins
        if count <= 0:
            raise ShapeError(f"torch.histogramdd(): bins must be > 0, but got {count} for dimension 0")
    return to_out(
        out, named_result("histogram", hist=make((count,), input.dtype), bin_edges=make((count + 1,), input.dtype))
    )


@operation("torch.histogramdd")
def histogramdd(
    input: Tensor, bins: Any, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> Any:
    """A histogram of points with several coordinates."""
    if input.ndim < 2:
        raise ShapeError("torch.histogramdd: input tensor should have at least 2 dimensions")
    if isinstance(bins, int):
        bins = [bins] * input.shape[-1]
    counts = [b.shape[0] - 1 if isinstance(b, Tensor) else b for b in bins]
    if len(counts) != input.shape[-1]:
        raise ShapeError(
            f"torch.histogramdd(): expected {input.shape[-1]} sequences of bin edges for a {input.shape[-1]}-dimensional histogram but got {len(counts)}"
        )
    return named_result(
        "histogramdd",
        hist=make(tuple(counts), input.dtype),
        bin_edges=tuple([make((c + 1,), input.dtype) for c in counts]),
    )


@operation("torch.bincount", "Tensor.bincount")
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each whole number occurs: how many there are, is known for small constants only."""
    if input.ndim != 1 or input.dtype.category >= FLOATING or input.dtype is bool_:
        if input.dtype.category >= FLOATING or input.dtype is bool_:
            raise not_implemented("bincount_cpu", input.dtype)
        if input.ndim != 1:
            raise ShapeError("bincount only supports 1-d non-negative integral inputs.")
    if minlength < 0:
        raise ShapeError("minlength should be >= 0")
    if weights is not None and differ(weights.shape, input.shape):
        raise ShapeError("weights should be 1-d and have the same length as input")
    values = known(input)
    size: Any = Unknown("the greatest element", int)
    if values is not None:
        size = max([minlength, *[v + 1 for v in values]])
    elif input.numel() == 0:
        size = minlength
    dtype = int64 if weights is None else _weight_dtype(weights)
    return make((size,), dtype)


def _weight_dtype(weights: Tensor) -> Any:
    from convcalc.tensor.dtypes import float64

    return weights.dtype if weights.dtype.name == "float32" else float64


@operation("torch.isin")
def isin(
    elements: Tensor | Any,
    test_elements: Tensor | Any,
    *,
    assume_unique: bool = False,
    invert: bool = False,
    out: Any = None,
) -> Tensor:
    """Whether each element is one of the others."""
    if not isinstance(elements, Tensor) and not isinstance(test_elements, Tensor):
        raise ShapeValueError("isin() needs a tensor")
    return to_out(out, make(elements.shape if isinstance(elements, Tensor) else (), bool_), cast=False)


@operation("torch.cov", "Tensor.cov")
def cov(input: Tensor, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Tensor:
    """The covariances of the rows."""
    if input.ndim > 2:
        raise ShapeError(
            f"cov(): expected input to have two or fewer dimensions but got an input with {input.ndim} dimensions"
        )
    for name, weights in (("fweights", fweights), ("aweights", aweights)):
        if weights is not None and weights.ndim > 1:
            raise ShapeError(
                f"cov(): expected {name} to have one or fewer dimensions but got {name} with {weights.ndim} dimensions"
            )
        if weights is not None and weights.numel() != (input.shape[-1] if input.ndim else 1):
            raise ShapeError(
                f"cov(): expected {name} to have the same numel as there are observations in the input but got {weights.numel()} != {input.shape[-1] if input.ndim else 1}"
            )
        if weights is not None and (weights.dtype.category == FLOATING) != (name == "aweights"):
            raise ShapeError(
                f"cov(): expected {name} to have {'integral' if name == 'fweights' else 'floating point'} dtype but got {name} with {weights.dtype.name} dtype",
                "dtype",
            )
    if input.dtype is bool_:
        raise ShapeError("cov(): bool dtype is not supported for input", "dtype")
    return make(_of_pairs(input), input.dtype if input.dtype.category >= FLOATING else default_dtype())


def _of_pairs(input: Tensor) -> tuple[Any, ...]:
    """The shape of what is said of each pair of rows: one number if there is one row."""
    if input.ndim < 2:
        return ()
    rows = input.shape[0]
    if type(rows) is Unknown:
        raise UnknownValue(rows.reason)
    return (rows, rows) if rows != 1 else ()


@operation("torch.corrcoef", "Tensor.corrcoef")
def corrcoef(input: Tensor) -> Tensor:
    """The correlations of the rows."""
    if input.ndim > 2:
        raise ShapeError(
            f"corrcoef(): expected input to have two or fewer dimensions but got an input with {input.ndim} dimensions"
        )
    return make(_of_pairs(input), input.dtype if input.dtype.category >= FLOATING else default_dtype())
