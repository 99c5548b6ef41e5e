"""Sparse tensors: how they are made, taken apart and made dense; their products stand in `sparse_rules`.

Source: aten/src/ATen/native/sparse/SparseTensor.cpp, SparseCsrTensor.cpp
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, Size, Tensor, Unknown, UnknownValue, dtype_of, make
from convcalc.tensor.dtypes import int64
from convcalc.tensor.sparse import COO, CSC, CSR, Sparse, as_sparse, dense, facts, sparse, unknown_count
from convcalc.tensor.values import known

from .creation import as_tensor
from .registry import operation
from .strangers import sparse_rule_finder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .registry import Operation


def _rule_for(operation: Operation) -> Callable[..., Any]:
    from .sparse_rules import sparse_rule

    return sparse_rule(operation)


sparse_rule_finder[:] = [_rule_for]
_as_tensor: Any = as_tensor.__wrapped__  # type: ignore[attr-defined]
LAYOUTS = {COO: "Sparse", CSR: "SparseCsr", CSC: "SparseCsc"}


def _given(value: Any, dtype: Any = None) -> Tensor:
    """Indices or values, as a tensor."""
    if type(value) is Unknown:
        raise UnknownValue(value.reason)
    found: Tensor = _as_tensor(value)
    if dtype is not None and found.dtype is not dtype_of(dtype):
        found = make(found.shape, dtype_of(dtype))
    return found


def _flagged(tensor: Tensor, requires_grad: Any) -> Tensor:
    if requires_grad is True:
        tensor._grad = True
    return tensor


@operation("torch.sparse_coo_tensor")
def sparse_coo_tensor(
    indices: Any = None, values: Any = None, size: Any = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    check_invariants: Any = None, is_coalesced: Any = None, pin_memory: Any = None, layout: Any = None,
) -> Tensor:  # fmt: skip
    """A sparse tensor of coordinates.

    Shapes:  indices: (sparse_dim, nnz); values: (nnz, *dense); y: size, of sparse_dim + len(dense) dimensions
    Errors:  another number of values than of indices; a size of another number of dimensions
    """
    if values is None:
        shape = Size(indices if size is None else size)
        return _flagged(sparse(shape, dtype_of(dtype), Sparse(COO, len(shape), 0, True)), requires_grad)
    at, held = _given(indices), _given(values, dtype)
    if held.ndim == 0:
        held = make((1,), held.dtype)
    if at.ndim != 2:
        raise ShapeError(
            f"indices must be sparse_dim x nnz, but got: {list(at.shape)}", "argument", actual=tuple(at.shape)
        )
    dims, count = at.shape
    inner = tuple(held.shape[1:])
    if size is not None:
        size = Size(size)
        if type(dims) is int and len(size) != dims + len(inner):
            raise ShapeError(
                f"'len(size) == sparse_dim + dense_dim' is not satisfied: len(size) = {len(size)}, sparse_dim = {dims}, dense_dim = {len(inner)}",
                "argument", expected=dims + len(inner), actual=len(size),
            )  # fmt: skip
    if type(count) is not Unknown and type(held.shape[0]) is not Unknown and count != held.shape[0]:
        raise ShapeError(
            f"indices and values must have same nnz, but got nnz from indices: {count}, nnz from values: {held.shape[0]}", "argument",
            expected=count, actual=held.shape[0],
        )  # fmt: skip
    shape = Size(_extent(at, dims) + inner) if size is None else size
    return _flagged(sparse(shape, held.dtype, Sparse(COO, dims, count, is_coalesced is True)), requires_grad)


def _extent(indices: Tensor, dims: Any) -> tuple[Any, ...]:
    """The size of what has these indices: one more than the largest of each dimension."""
    if type(dims) is not int:
        raise UnknownValue("how many dimensions a sparse tensor has")
    values = known(indices)
    if not values:
        return tuple(Unknown("the largest index of a sparse tensor", int) for _ in range(dims))
    count = len(values) // dims
    return tuple(int(max(values[i * count : (i + 1) * count])) + 1 for i in range(dims))


@operation("torch.sparse_csr_tensor")
def sparse_csr_tensor(
    crow_indices: Any, col_indices: Any, values: Any, size: Any = None, *, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = None, requires_grad: bool = False, check_invariants: Any = None,
) -> Tensor:  # fmt: skip
    """A sparse tensor of compressed rows.

    Shapes:  crow_indices: (*batch, rows + 1); col_indices, values: (*batch, nnz); y: size, or (*batch, rows, largest column + 1)
    """
    rows, columns, held = _given(crow_indices), _given(col_indices), _given(values, dtype)
    if size is None:
        listed = known(columns)
        width = max(listed) + 1 if listed else Unknown("the largest column of a sparse tensor", int)
        size = (*rows.shape[:-1], rows.shape[-1] - 1, width)
    return _flagged(sparse(Size(size), held.dtype, Sparse(CSR, 2, columns.shape[-1], True)), requires_grad)


@operation("Tensor.to_sparse", "Tensor.to_sparse_coo")
def to_sparse(
    self: Tensor, sparse_dim: Any = None, *, layout: Any = None, blocksize: Any = None, dense_dim: Any = None
) -> Tensor:
    """The elements that are not zero, which nobody counts."""
    if layout is not None and layout != COO:
        raise UnknownValue(f"a tensor of the layout {layout}")
    dims = self.ndim if sparse_dim is None else sparse_dim
    if type(dims) is int and not 0 <= dims <= self.ndim:
        raise ShapeError(
            f"dense_to_sparse: sparse_dim argument must be in [0,{self.ndim}] range, but {dims} is given",
            "argument",
            actual=dims,
        )
    held = facts(self)
    return as_sparse(
        dense(self), held if held is not None and held.layout == COO else Sparse(COO, dims, unknown_count(), True)
    )


@operation("Tensor.to_sparse_csr")
def to_sparse_csr(self: Tensor, dense_dim: Any = None) -> Tensor:
    if self.ndim < 2:
        raise UnknownValue("a compressed tensor of less than two dimensions")
    held = facts(self)
    return as_sparse(dense(self), Sparse(CSR, 2, unknown_count() if held is None else held.nnz, True))


@operation("Tensor.to_dense")
def to_dense(self: Tensor, dtype: Any = None, *, masked_grad: Any = None) -> Tensor:
    found = self if facts(self) is None else dense(self)
    if dtype is None or dtype_of(dtype) is self.dtype:
        return found
    return make(self.shape, dtype_of(dtype))


@operation("Tensor.coalesce")
def coalesce(self: Tensor) -> Tensor:
    """The same with each index once."""
    held = _of(self, "coalesce", COO)
    if held.is_coalesced:
        return self
    return as_sparse(dense(self), Sparse(COO, held.dims, unknown_count(), True))


def _of(tensor: Tensor, name: str, layout: str) -> Sparse:
    """How a tensor is sparse, where it is of that layout."""
    held = facts(tensor)
    if held is None or held.layout != layout:
        wanted = "sparse coordinate" if layout == COO else "sparse row compressed"
        got = "Strided" if held is None else LAYOUTS[held.layout]
        raise ShapeError(
            f"{name} expected {wanted} tensor layout but got {got}", "argument", expected=layout, actual=got
        )
    return held


def _coalesced(tensor: Tensor, name: str) -> Sparse:
    held = _of(tensor, name, COO)
    if not held.is_coalesced:
        raise ShapeError(
            f"Cannot get {name} on an uncoalesced tensor, please call .coalesce() first", "argument", actual=name
        )
    return held


@operation("Tensor.indices")
def indices(self: Tensor) -> Tensor:
    held = _coalesced(self, "indices")
    return make((held.dims, held.nnz), int64)


@operation("Tensor.values")
def values(self: Tensor) -> Tensor:
    found = facts(self)
    if found is not None and found.layout != COO:
        return make((*self.shape[:-2], found.nnz), self.dtype)
    held = _coalesced(self, "values")
    return make((held.nnz, *self.shape[held.dims :]), self.dtype)


@operation("Tensor._indices")
def _indices(self: Tensor) -> Tensor:
    held = _of(self, "_indices", COO)
    return make((held.dims, held.nnz), int64)


@operation("Tensor._values")
def _values(self: Tensor) -> Tensor:
    held = _of(self, "_values", COO)
    found = make((held.nnz, *self.shape[held.dims :]), self.dtype)
    found._grad = None
    return found


@operation("Tensor.crow_indices")
def crow_indices(self: Tensor) -> Tensor:
    _of(self, "crow_indices", CSR)
    return make((*self.shape[:-2], self.shape[-2] + 1), int64)


@operation("Tensor.col_indices")
def col_indices(self: Tensor) -> Tensor:
    held = _of(self, "col_indices", CSR)
    return make((*self.shape[:-2], held.nnz), int64)


@operation("Tensor._nnz")
def _nnz(self: Tensor) -> Any:
    held = facts(self)
    if held is None:
        raise UnknownValue("_nnz() of a dense tensor")
    return held.nnz


@operation("Tensor.is_coalesced")
def is_coalesced(self: Tensor) -> bool:
    return _of(self, "is_coalesced", COO).is_coalesced


@operation("Tensor.sparse_dim")
def sparse_dim(self: Tensor) -> Any:
    held = facts(self)
    return 0 if held is None else held.dims


@operation("Tensor.dense_dim")
def dense_dim(self: Tensor) -> Any:
    held = facts(self)
    return self.ndim if held is None else self.ndim - held.dims


@operation("Tensor.sparse_mask")
def sparse_mask(self: Tensor, mask: Tensor) -> Tensor:
    """The elements at the places where the mask has some."""
    held = facts(mask)
    if held is None:
        raise ShapeError("sparse_mask: mask must be a sparse tensor", "argument")
    if self.ndim != mask.ndim or (self.shape == mask.shape) is False:
        raise ShapeError(
            f"sparse_mask(): operands have incompatible sizes; self has size {list(self.shape)} but mask has size {list(mask.shape)}",
            "broadcast", expected=tuple(mask.shape), actual=tuple(self.shape),
        )  # fmt: skip
    return as_sparse(dense(self), held)
