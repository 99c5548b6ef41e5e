"""LU, LDL and QR by parts, least squares, and the older forms of linear algebra: shapes and types.

Source: aten/src/ATen/native/BatchLinearAlgebra.cpp, LinearAlgebra.cpp; torch/_lowrank.py
"""

from __future__ import annotations

import math

from convcalc.tensor import ShapeError, ShapeValueError, Tensor, Unknown, make
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES, int32, int64
from convcalc.tensor.size import differ, lesser

from .arguments import broadcast_shapes
from .elementwise import to_out
from .linear_algebra import _columns, _floating, _least, _square
from .linear_algebra import svd as _svd
from .named import named_result
from .registry import operation
from .results import not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _same_type(message: str, a: Tensor, b: Tensor) -> None:
    if a.dtype is not b.dtype:
        raise ShapeError(message.format(LEGACY_NAMES[a.dtype], LEGACY_NAMES[b.dtype]), "dtype")


def _batch(what: str, whose: str, tensor: Tensor, input: Tensor, ends: int) -> None:
    batch = tensor.shape[: tensor.ndim - ends]
    if differ(batch, input.shape[:-2]):
        raise ShapeError(
            f"{whose}: Expected batch dimensions of {what} to be equal to input.shape[:-2], but got {list(batch)}",
            "matmul",
        )


# LU


def _check_lu(A: Tensor, pivot: bool) -> None:
    if A.ndim < 2:
        raise ShapeError(
            f"torch.lu_factor: Expected tensor with 2 or more dimensions. Got size: {list(A.shape)} instead"
        )
    if not pivot:
        raise ShapeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")
    if A.dtype.category < FLOATING or A.dtype.itemsize == 2:
        raise not_implemented("lu_cpu", A.dtype)


@operation("linalg.lu_factor_ex")
def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False, out: Any = None) -> Any:
    """A compact LU factorisation, its pivots, and whether it is one."""
    _check_lu(A, pivot)
    parts = {
        "LU": _columns(A.shape, A.dtype),
        "pivots": make((*A.shape[:-2], _least(A)), int32),
        "info": make(A.shape[:-2], int32),
    }
    return to_out(out, named_result("linalg_lu_factor_ex", **parts))


@operation("torch.lu", "Tensor.lu")
def lu(A: Tensor, pivot: bool = True, get_infos: bool = False, out: Any = None) -> Any:
    """A compact LU factorisation and its pivots; with `get_infos` whether it is one."""
    found = lu_factor_ex(A, pivot=pivot)
    return to_out(out, tuple(found) if get_infos else tuple(found[:2]))


@operation("torch.lu_unpack")
def lu_unpack(
    LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True, *, out: Any = None
) -> Any:
    """P, L and U of a compact factorisation.

    Shapes:  LU_data: (*, m, n); P: (*, m, m); L: (*, m, k); U: (*, k, n), k = min(m, n); what is not wanted: (0,)
    """
    if LU_data.ndim < 2:
        raise ShapeError(
            f"torch.lu_unpack: Expected tensor with 2 or more dimensions. Got size: {list(LU_data.shape)} instead"
        )
    if unpack_pivots and LU_pivots.dtype is not int32:
        raise ShapeError(
            "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.\n"
            "Note: this function is intended to be used with the output produced by torch.linalg.lu_factor",
            "dtype",
        )
    batch, (rows, columns), k = LU_data.shape[:-2], LU_data.shape[-2:], _least(LU_data)
    nothing, dtype = (0,), LU_data.dtype
    return to_out(
        out,
        named_result(
            "lu_unpack",
            P=make((*batch, rows, rows) if unpack_pivots else nothing, dtype),
            L=make((*batch, rows, k) if unpack_data else nothing, dtype),
            U=make((*batch, k, columns) if unpack_data else nothing, dtype),
        ),
    )


@operation("linalg.lu_solve")
def lu_solve(
    LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False, out: Any = None
) -> Tensor:
    """X of A X = B (or X A = B), A given by its LU factorisation.

    Shapes:  LU: (*, n, n); pivots: (*, n); B: (*, n, k), or (*, k, n); y: that of B, broadcast
    """
    _floating(LU, "torch.linalg.lu_solve")
    _same_type(
        "linalg.lu_solve: Expected LU and B to have the same dtype, but found LU of type {} and B of type {} instead",
        LU,
        B,
    )
    if pivots.dtype is not int32:
        raise ShapeError("linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32", "dtype")
    _square(LU, "torch.linalg.lu_solve")
    if B.ndim < 2:
        raise ShapeError("linalg.lu_solve: The input tensor B must have at least 2 dimensions.")
    if B.shape[-2 if left else -1] != LU.shape[-1]:
        equation = "AX = B" if left else "XA = B"
        sizes = f"{LU.shape[-2]}x{LU.shape[-1]} and {B.shape[-2]}x{B.shape[-1]}"
        raise ShapeError(
            f"linalg.lu_solve: Incompatible shapes of A and B for the equation {equation} ({sizes})", "matmul"
        )
    _check_pivots("linalg.lu_solve: Expected LU.shape[:-1]", LU, pivots)
    shape = (*broadcast_shapes(LU.shape[:-2], B.shape[:-2]), *B.shape[-2:])
    return to_out(out, _columns(shape, B.dtype) if left else make(shape, B.dtype))


def _check_pivots(start: str, LU: Tensor, pivots: Tensor) -> None:
    if differ(LU.shape[:-1], pivots.shape):
        raise ShapeError(
            f"{start} and pivots.shape to be the same, but got pivots with shape {list(pivots.shape)} instead", "matmul"
        )


@operation("torch.lu_solve", "Tensor.lu_solve")
def torch_lu_solve(b: Tensor, LU_data: Tensor, LU_pivots: Tensor, *, out: Any = None) -> Any:
    """`linalg.lu_solve` with its arguments in the older order."""
    return lu_solve(LU_data, LU_pivots, b, out=out)


# LDL


def _ldl(A: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    _square(A, "torch.linalg.ldl_factor_ex")
    _floating(A, "torch.linalg.ldl_factor_ex")
    return _columns(A.shape, A.dtype), make(A.shape[:-1], int32), make(A.shape[:-2], int32)


@operation("linalg.ldl_factor")
def ldl_factor(A: Tensor, *, hermitian: bool = False, out: Any = None) -> Any:
    """A compact LDL factorisation and its pivots."""
    factors, pivots, _ = _ldl(A)
    return to_out(out, named_result("linalg_ldl_factor", LD=factors, pivots=pivots))


@operation("linalg.ldl_factor_ex")
def ldl_factor_ex(A: Tensor, *, hermitian: bool = False, check_errors: bool = False, out: Any = None) -> Any:
    """A compact LDL factorisation, its pivots, and whether it is one."""
    factors, pivots, info = _ldl(A)
    return to_out(out, named_result("linalg_ldl_factor_ex", LD=factors, pivots=pivots, info=info))


@operation("linalg.ldl_solve")
def ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, *, hermitian: bool = False, out: Any = None) -> Tensor:
    """X of A X = B, A given by its LDL factorisation."""
    _square(LD, "torch.linalg.ldl_solve", "LD")
    _check_pivots("torch.linalg.ldl_solve: Expected LD.shape[:-1]", LD, pivots)
    return to_out(out, _columns(_old_solution("torch.linalg.ldl_solve", B, LD), B.dtype))


def _old_solution(function: str, b: Tensor, A: Tensor) -> tuple[Any, ...]:
    """The shape of A⁻¹ b, with the refusals of the older functions."""
    _same_type("Expected b and A to have the same dtype, but found b of type {} and A of type {} instead.", b, A)
    if b.shape[-2] != A.shape[-1]:
        sizes = f"each A matrix is {A.shape[-2]} by {A.shape[-1]} but each b matrix is {b.shape[-2]} by {b.shape[-1]}"
        raise ShapeError(f"Incompatible matrix sizes for {function}: {sizes}", "matmul")
    return (*broadcast_shapes(b.shape[:-2], A.shape[:-2]), *b.shape[-2:])


# QR by parts


def _check_reflectors(function: str, input: Tensor, tau: Tensor) -> None:
    if tau.ndim != input.ndim - 1:
        raise ShapeError(
            f"{function}: Expected tau to have one dimension less than input, but got tau.ndim equal to {tau.ndim} and input.ndim is equal to {input.ndim}"
        )
    _batch("tau", function, tau, input, 1)


@operation("linalg.householder_product", "torch.orgqr", "Tensor.orgqr")
def householder_product(input: Tensor, tau: Tensor, *, out: Any = None) -> Tensor:
    """The first columns of a product of Householder reflections."""
    function = "torch.linalg.householder_product"
    if input.ndim < 2:
        raise ShapeError(f"{function}: input must have at least 2 dimensions.")
    if input.shape[-2] < input.shape[-1]:
        raise ShapeError(f"{function}: input.shape[-2] must be greater than or equal to input.shape[-1]", "matmul")
    if input.shape[-1] < tau.shape[-1]:
        raise ShapeError(f"{function}: input.shape[-1] must be greater than or equal to tau.shape[-1]", "matmul")
    _check_reflectors(function, input, tau)
    if tau.dtype is not input.dtype:
        names = LEGACY_NAMES[tau.dtype], LEGACY_NAMES[input.dtype]
        raise ShapeError(f"{function}: tau dtype {names[0]} does not match input dtype {names[1]}", "dtype")
    return to_out(out, _columns(input.shape, input.dtype))


@operation("torch.geqrf", "Tensor.geqrf")
def geqrf(input: Tensor, *, out: Any = None) -> Any:
    """The reflections of a QR factorisation and their scales."""
    if input.ndim < 2:
        raise ShapeError("torch.geqrf: input must have at least 2 dimensions.")
    if input.dtype.category < FLOATING or input.dtype.itemsize == 2:
        raise not_implemented("geqrf_cpu", input.dtype)
    tau = make((*input.shape[:-2], _least(input)), input.dtype)
    return to_out(out, named_result("geqrf", a=_columns(input.shape, input.dtype), tau=tau))


@operation("torch.ormqr", "Tensor.ormqr")
def ormqr(
    input: Tensor, tau: Tensor, other: Tensor, left: bool = True, transpose: bool = False, *, out: Any = None
) -> Tensor:
    """A product of Householder reflections times a matrix."""
    if input.ndim < 2:
        raise ShapeError("torch.ormqr: input must have at least 2 dimensions.")
    if other.ndim < 2:
        raise ShapeError("torch.ormqr: other must have at least 2 dimensions.")
    side = -2 if left else -1
    rows = other.shape[side]
    if tau.shape[-1] != lesser(rows, input.shape[-1]):
        raise ShapeError(
            f"torch.ormqr: tau.shape[-1] must be equal to min(other.shape[{side}], input.shape[-1])", "matmul"
        )
    if rows != input.shape[-2]:
        raise ShapeError(f"torch.ormqr: other.shape[{side}] must be equal to input.shape[-2]", "matmul")
    if tau.ndim != input.ndim - 1:
        _check_reflectors("torch.ormqr", input, tau)
    if other.ndim != input.ndim:
        raise ShapeError(
            f"torch.ormqr: Expected other to have the same number of dimensions as input, but got other.ndim equal to {other.ndim} and input.ndim is equal to {input.ndim}"
        )
    _batch("tau", "torch.ormqr", tau, input, 1)
    _batch("other", "torch.ormqr", other, input, 2)
    _same_type(
        "torch.ormqr: Expected input and tau to have the same dtype, but input has dtype{} and tau has dtype {}",
        input,
        tau,
    )
    _same_type(
        "torch.ormqr: Expected input and other to have the same dtype, but input has dtype{} and other has dtype {}",
        input,
        other,
    )
    return to_out(out, _columns(other.shape, other.dtype))


# Cholesky and triangular matrices


@operation("torch.cholesky_inverse", "Tensor.cholesky_inverse")
def cholesky_inverse(input: Tensor, upper: bool = False, *, out: Any = None) -> Tensor:
    """The inverse of a matrix given by its Cholesky factor."""
    _square(input, "cholesky_inverse")
    if input.dtype.category < FLOATING or input.dtype.itemsize == 2:
        raise not_implemented("cholesky_inverse_out_cpu", input.dtype)
    return to_out(out, _columns(input.shape, input.dtype))


@operation("torch.cholesky_solve", "Tensor.cholesky_solve")
def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False, *, out: Any = None) -> Tensor:
    """X of A X = B, A given by its Cholesky factor."""
    for name, tensor in (("b", B), ("u", L)):
        if tensor.ndim < 2:
            raise ShapeError(f"{name} should have at least 2 dimensions, but has {tensor.ndim} dimensions instead")
    _check_square(L)
    return to_out(out, _columns(_old_solution("cholesky_solve", B, L), B.dtype))


def _check_square(A: Tensor) -> None:
    if A.shape[-1] != A.shape[-2]:
        raise ShapeError(
            f"A must be batches of square matrices, but they are {A.shape[-2]} by {A.shape[-1]} matrices", "matmul"
        )


@operation("torch.triangular_solve", "Tensor.triangular_solve")
def triangular_solve(
    b: Tensor, A: Tensor, upper: bool = True, transpose: bool = False, unitriangular: bool = False, *, out: Any = None
) -> Any:
    """X of A X = b for a triangular A, and a copy of A."""
    for name, tensor in (("b", b), ("A", A)):
        if tensor.ndim < 2:
            raise ShapeError(
                f"torch.triangular_solve: Expected {name} to have at least 2 dimensions, but it has {tensor.ndim} dimensions instead"
            )
    _check_square(A)
    shape = _old_solution("triangular_solve", b, A)
    copy = _columns((*shape[:-2], *A.shape[-2:]), A.dtype)
    return to_out(out, named_result("triangular_solve", solution=_columns(shape, b.dtype), cloned_coefficient=copy))


# singular values


@operation("torch.svd", "Tensor.svd")
def svd(input: Tensor, some: bool = True, compute_uv: bool = True, *, out: Any = None) -> Any:
    """Singular values and vectors: U, S and V, where `linalg.svd` gives the transpose of V."""
    if input.ndim < 2:
        raise ShapeError(
            f"linalg.svd: input should have at least 2 dimensions, but has {input.ndim} dimensions instead"
        )
    u, s, vh = _svd(input, full_matrices=not some or not compute_uv)
    if compute_uv:
        v = make((*input.shape[:-2], *vh.shape[:-3:-1]), input.dtype)
    else:
        u, v = make(u.shape, input.dtype), make(vh.shape, input.dtype)
    return to_out(out, named_result("svd", U=u, S=s, V=v))


def _low_rank(A: Tensor, q: Any) -> tuple[Tensor, Tensor, Tensor]:
    rows, columns = A.shape[-2:]
    return (
        make((*A.shape[:-2], rows, q), A.dtype),
        make((*A.shape[:-2], q), A.dtype.to_real()),
        make((*A.shape[:-2], columns, q), A.dtype),
    )


@operation("torch.svd_lowrank")
def svd_lowrank(A: Tensor, q: int | None = 6, niter: int | None = 2, M: Tensor | None = None) -> Any:
    """The q largest singular values and their vectors, approximately.

    Shapes:  A: (*, m, n); U: (*, m, q); S: (*, q); V: (*, n, q), q at most min(m, n)
    """
    if A.ndim < 2:
        raise ShapeValueError(f"not enough values to unpack (expected 2, got {A.ndim})")
    q = 6 if q is None else q
    least = _least(A)
    if M is not None:
        broadcast_shapes(A.shape, M.shape)
    return _low_rank(A, lesser(q, least))


@operation("torch.pca_lowrank")
def pca_lowrank(A: Tensor, q: int | None = None, center: bool = True, niter: int = 2) -> Any:
    """The q principal components, approximately; q is min(6, m, n) unless it is given."""
    if A.ndim < 2:
        raise ShapeValueError(f"not enough values to unpack (expected 2, got {A.ndim})")
    least = _least(A)
    if q is None:
        q = lesser(6, least)
    elif q < 0 or q > least:
        raise ShapeValueError(f"q(={q}) must be non-negative integer and not greater than min(m, n)={least}")
    if niter < 0:
        raise ShapeValueError(f"niter(={niter}) must be non-negative integer")
    if A.dtype.category < FLOATING:
        raise ShapeError(
            f"mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {LEGACY_NAMES[A.dtype]}",
            "dtype",
        )
    return _low_rank(A, q)


# least squares


@operation("linalg.lstsq")
def lstsq(input: Tensor, b: Tensor, rcond: Any = None, *, driver: str | None = None, out: Any = None) -> Any:
    """The solution of a linear system in the sense of least squares.

    Shapes:  input: (*, m, n); b: (*, m, k) or (*, m); solution: (*, n, k) or (*, n)
    """
    start = "torch.linalg.lstsq"
    if input.ndim < 2:
        raise ShapeError(f"{start}: input must have at least 2 dimensions.")
    if b.ndim < 1:
        raise ShapeError(f"{start}: other must have at least 1 dimension.")
    if input.dtype is not b.dtype:
        names = LEGACY_NAMES[input.dtype], LEGACY_NAMES[b.dtype]
        raise ShapeError(
            f"{start}: Expected input and other to have the same dtype, but got input's dtype {names[0]} and other's dtype {names[1]}",
            "dtype",
        )
    if not 0 <= input.ndim - b.ndim <= 1:
        raise ShapeError(
            f"{start}: input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1"
        )
    vector = input.ndim - b.ndim == 1
    rows, columns = input.shape[-2:]
    if b.shape[-1 if vector else -2] != rows:
        raise ShapeError(f"{start}: input.size(-2) should match other.size({-1 if vector else -2})", "matmul")
    if driver not in (None, "gels", "gelsy", "gelsd", "gelss"):
        raise ShapeError(f"{start}: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)")
    _floating(input, start)
    batch = broadcast_shapes(input.shape[:-2], b.shape[: -1 if vector else -2])
    driver = driver or "gelsy"
    real = input.dtype.to_real()
    ends: tuple[Any, ...] = (1,) if vector else (b.shape[-1],)
    solution = make((*batch, columns) if vector else (*batch, columns, b.shape[-1]), input.dtype)
    residuals: Any = make((0,), real)
    if driver != "gelsy" and (type(rows) is Unknown or type(columns) is Unknown):
        residuals = Unknown("the residuals, of which there are none unless there are more rows than columns")
    elif rows > columns and driver != "gelsy":  # the drivers that find the rank leave them out where it is not full
        residuals = (
            make((*batch, *ends), real) if driver == "gels" else Unknown("the residuals, which depend on the rank")
        )
    return to_out(
        out,
        named_result(
            "linalg_lstsq",
            solution=solution,
            residuals=residuals,
            rank=make((0,) if driver == "gels" else input.shape[:-2], int64),
            singular_values=make((*input.shape[:-2], _least(input)) if driver in ("gelsd", "gelss") else (0,), real),
        ),
    )


# tensors as matrices


@operation("linalg.tensorinv")
def tensorinv(A: Tensor, ind: int = 2, *, out: Any = None) -> Tensor:
    """The inverse of a tensor taken as a matrix: its first `ind` dimensions are the rows."""
    if ind <= 0:
        raise ShapeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    rows, columns = math.prod(A.shape[:ind]), math.prod(A.shape[ind:])
    if columns != rows:
        raise ShapeError(
            f"Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got {columns} != {rows}",
            "matmul",
        )
    _floating(A, "linalg.inv")
    return to_out(out, make((*A.shape[ind:], *A.shape[:ind]), A.dtype))


@operation("linalg.tensorsolve")
def tensorsolve(A: Tensor, B: Tensor, dims: Any = None, *, out: Any = None) -> Tensor:
    """X of tensordot(A, X, X.ndim) = B; `dims` of A are moved to its end first."""
    if dims is not None:
        from .rearranging import movedim

        A = movedim(A, tuple(dims), tuple(range(A.ndim - len(dims), A.ndim)))
    rows, columns = math.prod(A.shape[: B.ndim]), math.prod(A.shape[B.ndim :])
    if columns != rows:
        raise ShapeError(
            f"Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), but got {columns} != {rows}",
            "matmul",
        )
    if math.prod(B.shape) != rows:
        raise ShapeError(f"shape '[{rows}]' is invalid for input of size {math.prod(B.shape)}", "view-size")
    _floating(A, "linalg.solve")
    return to_out(out, make(A.shape[B.ndim :], A.dtype))
