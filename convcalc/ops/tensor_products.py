"""Products over chosen dimensions: tensordot, chains of matrices, Kronecker and cross products.

Source: aten/src/ATen/native/Linear.cpp, LinearAlgebra.cpp, Cross.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    ShapeError,
    Tensor,
    Unknown,
    UnknownValue,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import (
    result_dtype,
)

from .arguments import broadcast_shapes
from .elementwise import pointwise, to_out
from .products import _legacy
from .registry import operation
from .reshaping import _reshape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


@operation("torch.chain_matmul", "linalg.multi_dot")
def multi_dot(*matrices: Any, tensors: Any = None, out: Tensor | None = None) -> Tensor:
    """The product of a chain of matrices, in the order that costs least.

    Units:   macs of the cheapest order
    Errors:  fewer than two; not matrices, save a vector at either end; inner sizes that differ
    """
    items = list(
        tensors
        if tensors is not None
        else matrices[0]
        if len(matrices) == 1 and isinstance(matrices[0], (tuple, list))
        else matrices
    )
    if len(items) < 2:
        if len(items) == 1 and tensors is None and isinstance(matrices[0], Tensor):
            return items[0]  # type: ignore[no-any-return]
        raise ShapeError("multi_dot(): expected at least 2 tensors but got " + str(len(items)))
    for i, item in enumerate(items):
        if item.ndim != 2 and not (item.ndim == 1 and i in (0, len(items) - 1)):
            where = (
                "the first tensor must be 1D or 2D"
                if i == 0
                else "the last tensor must be 1D or 2D"
                if i == len(items) - 1
                else f"tensor {i} must be 2D"
            )
            raise ShapeError(f"multi_dot(): {where} but got {item.ndim}D" + (" tensor" if i else ""))
        if item.dtype is not items[0].dtype:
            raise ShapeError(
                f"multi_dot(): all tensors must have be the same dtype but tensor 0 is {_legacy(items[0])} and tensor {i} {_legacy(item)}",
                "dtype",
            )
    shapes = _chain(items)
    for i in range(len(shapes) - 1):
        if shapes[i][1] != shapes[i + 1][0]:
            raise ShapeError(
                f"multi_dot(): tensors {i} and {i + 1} with shapes {list(items[i].shape)} and {list(items[i + 1].shape)} cannot be multiplied",
                "matmul",
            )
    head = (items[0].shape[0],) if items[0].ndim == 2 else ()
    tail = (items[-1].shape[1],) if items[-1].ndim == 2 else ()
    return to_out(out, make((*head, *tail), items[0].dtype))


def _chain(items: Sequence[Tensor]) -> list[tuple[Any, Any]]:
    first, last = items[0], items[-1]
    middle = [tuple(item.shape) for item in items]
    if first.ndim == 1:
        middle[0] = (1, first.shape[0])
    if last.ndim == 1:
        middle[-1] = (last.shape[0], 1)
    return middle


@multi_dot.cost  # type: ignore[attr-defined, untyped-decorator]
def _multi_dot_macs(output: Tensor, *matrices: Any, tensors: Any = None, **kwargs: Any) -> Any:
    items = list(
        tensors if tensors is not None else matrices[0] if isinstance(matrices[0], (tuple, list)) else matrices
    )
    shapes = _chain(items)
    sizes = [shapes[0][0], *[s[1] for s in shapes]]
    best: dict[tuple[int, int], Any] = {(i, i): 0 for i in range(len(items))}
    for length in range(2, len(items) + 1):
        for i in range(len(items) - length + 1):
            j = i + length - 1
            best[i, j] = min(
                [best[i, k] + best[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)]
            )
    return best[0, len(items) - 1]


@operation("linalg.vecdot")
def vecdot(x: Tensor, y: Tensor, *, dim: int = -1, out: Tensor | None = None) -> Tensor:
    """The scalar products of vectors along a dimension."""
    shape = broadcast_shapes(x.shape, y.shape)
    at = wrap_dim(dim, len(shape))
    if x.dtype is not y.dtype:
        raise ShapeError(
            f"linalg.vecdot: Expected x and y to have the same dtype, but found x of type {_legacy(x)} and y of type {_legacy(y)} instead"
            if x.dtype.is_complex
            else f"expected scalar type {_legacy(x)} but found {_legacy(y)}",
            "dtype",
        )
    return to_out(out, make((*shape[:at], *shape[at + 1 :]), x.dtype))


vecdot.cost(lambda output, x, y, dim=-1, **kwargs: math.prod(broadcast_shapes(x.shape, y.shape)))  # type: ignore[attr-defined]


@operation("torch.tensordot")
def tensordot(a: Tensor, b: Tensor, dims: Any = 2, out: Tensor | None = None) -> Tensor:
    """The product over pairs of dimensions: the last of `a` with the first of `b`, or those listed.

    Units:   macs = numel(y) * product of the contracted sizes
    """
    first, second = _contracted(a, b, dims)
    for i, j in zip(first, second):
        if a.shape[i] != b.shape[j] and a.shape[i] != 1 and b.shape[j] != 1:
            raise ShapeError(
                f"contracted dimensions need to match, but first has size {a.shape[i]} in dim {i} and second has size {b.shape[j]} in dim {j}",
                "matmul",
            )
    if a.dtype is not b.dtype:
        raise ShapeError(f"expected both vectors to have same dtype, but found {_legacy(a)} and {_legacy(b)}", "dtype")
    shape = (
        *[s for d, s in enumerate(a.shape) if d not in first],
        *[s for d, s in enumerate(b.shape) if d not in second],
    )
    return to_out(out, make(shape, a.dtype))


def _contracted(a: Tensor, b: Tensor, dims: Any) -> tuple[list[int], list[int]]:
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0:
            raise ShapeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.ndim, b.ndim):
            raise ShapeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        return list(range(a.ndim - dims, a.ndim)), list(range(dims))
    first, second = ([d] if isinstance(d, int) else list(d) for d in dims)
    if len(first) != len(second):
        raise ShapeError("both dimension lists should have same length")
    return [wrap_dim(d, a.ndim) for d in first], [wrap_dim(d, b.ndim) for d in second]


@tensordot.cost  # type: ignore[attr-defined, untyped-decorator]
def _tensordot_macs(output: Tensor, a: Tensor, b: Tensor, dims: Any = 2, out: Any = None) -> Any:
    first, second = _contracted(a, b, dims)
    return output.numel() * math.prod([min(a.shape[i], b.shape[j]) for i, j in zip(first, second)])


@operation("torch.kron", "Tensor.kron")
def kron(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Kronecker product: every size is the product of the two."""
    ndim = max(input.ndim, other.ndim)
    shapes = [(1,) * (ndim - x.ndim) + tuple(x.shape) for x in (input, other)]
    steps = [(0,) * (ndim - x.ndim) + x.strides for x in (input, other)]
    spread = []
    for own, (sizes, strides, x) in enumerate(zip(shapes, steps, (input, other))):
        pairs = [((n, s), (1, 0)) if own == 0 else ((1, 0), (n, s)) for n, s in zip(sizes, strides)]
        spread.append(
            make([n for pair in pairs for n, _ in pair], x.dtype, tuple([s for pair in pairs for _, s in pair]))
        )
    product = pointwise(spread, result_dtype((input, other)))
    return to_out(out, _reshape(product, tuple([s * t for s, t in zip(*shapes)])))


@operation("linalg.cross")
def linalg_cross(input: Tensor, other: Tensor, *, dim: int = -1, out: Tensor | None = None) -> Tensor:
    """The cross products of vectors of 3 along a dimension."""
    if input.ndim != other.ndim:
        raise ShapeError("linalg.cross: inputs must have the same number of dimensions.")
    at = wrap_dim(dim, input.ndim)
    if input.shape[at] != 3 or other.shape[at] != 3:
        raise ShapeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.shape[at]} and {other.shape[at]}"
        )
    made = pointwise((input, other), input.dtype)
    made._strides = None
    return to_out(out, made)


@operation("torch.cross", "Tensor.cross")
def cross(input: Tensor, other: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """The cross products along `dim`, or along the first dimension of size 3."""
    if dim is None:
        dim = _first_of_three(input)
    return linalg_cross(input, other, dim=dim, out=out)


def _first_of_three(input: Tensor) -> int:
    for d, size in enumerate(input.shape):
        if type(size) is Unknown:
            raise UnknownValue(size.reason)
        if size == 3:
            return d
    raise ShapeError("no dimension of size 3 in input")
