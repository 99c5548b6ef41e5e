"""Sparse tensors: tensors of a shape as any other, that say of themselves how few elements they hold.

What is known of a layout lies in the tensor's own table, so that dense tensors carry nothing of it. While a program has a sparse tensor, operations
look for one among their arguments (`ops.strangers`).
"""

from __future__ import annotations

from .tensor import Tensor, make, method_finder
from .unknown import Unknown, strangers
from .values import LOST, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .dtypes import DType

COO, CSR, CSC = "sparse_coo", "sparse_csr", "sparse_csc"


class Sparse:
    """How a sparse tensor lies in memory: its layout, over how many dimensions it is sparse, how many elements it holds, whether each once."""

    __slots__ = ("dims", "is_coalesced", "layout", "nnz")

    def __init__(self, layout: str, dims: int, nnz: Any, is_coalesced: bool) -> None:
        self.layout = layout
        self.dims = dims
        self.nnz = nnz
        self.is_coalesced = is_coalesced


class Elements(Values):
    """The elements of a sparse tensor, which nobody knows; called, as `x.values()` is, they are the tensor of what it holds."""

    __slots__ = ("of",)

    of: Any

    def __init__(self, of: Any) -> None:
        super().__init__([LOST])
        self.of = of.of if isinstance(of, Elements) else of

    def __call__(self) -> Any:
        found: Any = method_finder[0]("values")
        return found(self.of)


def unknown_count() -> Unknown:
    return Unknown("how many elements a sparse tensor holds", int)


def facts(tensor: Any) -> Sparse | None:
    """How a tensor is sparse; None for a dense one."""
    return tensor.__dict__.get("_sparse") if isinstance(tensor, Tensor) else None


def as_sparse(tensor: Tensor, held: Sparse) -> Tensor:
    """A tensor, from here on with a sparse layout."""
    if Sparse not in strangers:
        strangers.append(Sparse)
    tensor._strides = (0,) * len(tensor.shape) if held.layout == COO else None  # as PyTorch says of them
    tensor.values = Elements(tensor)
    tensor.__dict__.update(
        _sparse=held, layout=held.layout, is_sparse=held.layout == COO, is_sparse_csr=held.layout == CSR
    )
    return tensor


def sparse(shape: Sequence[Any], dtype: DType, held: Sparse) -> Tensor:
    """A fresh sparse tensor."""
    return as_sparse(make(shape, dtype), held)


def dense(tensor: Tensor) -> Tensor:
    """A dense tensor of the same shape, type and history."""
    twin = make(tensor.shape, tensor.dtype, None, tensor.device, None, tensor.origin)
    twin._grad = tensor._grad
    return twin
