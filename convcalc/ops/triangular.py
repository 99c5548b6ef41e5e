"""Triangles, diagonals and traces of matrices.

Source: aten/src/ATen/native/TriangularOps.cpp, TensorShape.cpp
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, Tensor, Unknown, make, wrap_dim
from convcalc.tensor.dtypes import FLOATING, int64
from convcalc.tensor.values import Values, known

from .elementwise import into, to_out
from .layout import copied
from .rearranging import diagonal
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def _triangle(name: str, inside: Callable[[int, int, int], bool]) -> None:
    def rule(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
        if input.ndim < 2:
            raise ShapeError(f"{name}: input tensor must have at least 2 dimensions")
        result = make(input.shape, input.dtype, None, input.device)
        values = known(input)
        if values is not None:
            rows, columns = input.shape[-2:]
            result.values = Values(
                [v if inside(n // columns % rows, n % columns, diagonal) else type(v)(0) for n, v in enumerate(values)]
                if values
                else []
            )
        return to_out(out, result)

    def in_place(self: Tensor, diagonal: int = 0) -> Tensor:
        return into(self, rule(self, diagonal))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"The matrices with zeros outside a triangle: `{name}`."
    in_place.__name__, in_place.__doc__ = name + "_", f"`{name}`, in place."
    operation(f"torch.{name}", f"Tensor.{name}")(rule)
    operation(f"Tensor.{name}_")(in_place)


_triangle("tril", lambda i, j, k: j - i <= k)
_triangle("triu", lambda i, j, k: j - i >= k)


@operation("torch.diag", "Tensor.diag")
def diag(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """A vector as the diagonal of a square matrix, or the diagonal of a matrix."""
    if input.ndim not in (1, 2):
        raise ShapeError(f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D")
    if input.ndim == 1:
        return to_out(out, diag_embed(input, diagonal))
    return to_out(out, copied(_diagonal(input, diagonal)))


def _diagonal(input: Tensor, offset: int) -> Tensor:
    return diagonal(input, offset)


@operation("torch.diag_embed", "Tensor.diag_embed")
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The last dimension as the diagonals of matrices."""
    ndim = input.ndim + 1
    a, b = wrap_dim(dim1, ndim), wrap_dim(dim2, ndim)
    if a == b:
        raise ShapeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    size = input.shape[-1] + abs(offset)
    rest = iter(input.shape[:-1])
    return make([size if d in (a, b) else next(rest) for d in range(ndim)], input.dtype, None, input.device)


@operation("torch.diagflat", "Tensor.diagflat")
def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """All elements as the diagonal of a square matrix."""
    size = input.numel() + abs(offset)
    return make((size, size), input.dtype, None, input.device)


@operation("torch.trace", "Tensor.trace")
def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix."""
    if isinstance(input, Unknown):
        return Unknown(f"torch.trace({input.reason})")
    if input.ndim != 2:
        raise ShapeError("trace: expected a matrix")
    return make((), input.dtype if input.dtype.category >= FLOATING else int64)
