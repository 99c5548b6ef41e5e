"""Factorisations, inverses and solutions of batches of matrices: shapes and types.

Source: aten/src/ATen/native/BatchLinearAlgebra.cpp, LinearAlgebra.cpp
"""

from __future__ import annotations

from convcalc.tensor import DType, ShapeError, Tensor, Unknown, make
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES, int32, int64, result_dtype
from convcalc.tensor.size import lesser
from convcalc.tensor.strides import unknown_strides

from .arguments import broadcast_shapes
from .elementwise import to_out
from .named import named_result
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _matrices(A: Tensor, function: str, name: str = "A") -> None:
    if A.ndim < 2:
        raise ShapeError(f"{function}: The input tensor {name} must have at least 2 dimensions.")


def _floating(A: Tensor, function: str) -> None:
    if A.dtype.category < FLOATING:
        raise ShapeError(
            f"{function}: Expected a floating point or complex tensor as input. Got {LEGACY_NAMES[A.dtype]}", "dtype"
        )
    if A.dtype.itemsize == 2:
        raise ShapeError(f"{function}: Low precision dtypes not supported. Got {LEGACY_NAMES[A.dtype]}", "dtype")


def _square(A: Tensor, function: str, name: str = "A") -> None:
    _matrices(A, function, name)
    if A.shape[-2] != A.shape[-1]:
        raise ShapeError(
            f"{function}: {name} must be batches of square matrices, but they are {A.shape[-2]} by {A.shape[-1]} matrices",
            "matmul",
        )


def _columns(shape: tuple[Any, ...], dtype: DType) -> Tensor:
    """A matrix as LAPACK writes it: column by column."""
    from .rearranging import transpose

    return transpose(make((*shape[:-2], shape[-1], shape[-2]), dtype), -2, -1)


def _least(A: Tensor) -> Any:
    return lesser(*A.shape[-2:])


@operation("linalg.inv", "torch.inverse", "Tensor.inverse")
def inv(A: Tensor, *, out: Any = None) -> Tensor:
    """The inverses of square matrices."""
    _square(A, "linalg.inv")
    _floating(A, "linalg.inv")
    return to_out(out, _columns(A.shape, A.dtype))


@operation("linalg.inv_ex")
def inv_ex(A: Tensor, *, check_errors: bool = False, out: Any = None) -> Any:
    """The inverses of square matrices, and whether there are any."""
    _square(A, "linalg.inv_ex")
    _floating(A, "linalg.inv_ex")
    return to_out(
        out, named_result("linalg_inv_ex", inverse=_columns(A.shape, A.dtype), info=make(A.shape[:-2], int32))
    )


@operation("linalg.det", "torch.det", "Tensor.det")
def det(A: Tensor, *, out: Any = None) -> Tensor:
    """The determinants of square matrices."""
    _square(A, "linalg.det")
    _floating(A, "linalg.det")
    return to_out(out, make(A.shape[:-2], A.dtype))


@operation("torch.logdet", "Tensor.logdet")
def logdet(input: Tensor) -> Tensor:
    """The logarithms of the determinants of square matrices."""
    _square(input, "linalg.det")
    _floating(input, "logdet")
    return make(input.shape[:-2], input.dtype)


@operation("linalg.slogdet", "torch.slogdet", "Tensor.slogdet")
def slogdet(A: Tensor, *, out: Any = None) -> Any:
    """The signs and the logarithms of determinants."""
    _square(A, "linalg.slogdet")
    _floating(A, "linalg.slogdet")
    return to_out(
        out,
        named_result(
            "linalg_slogdet", sign=make(A.shape[:-2], A.dtype), logabsdet=make(A.shape[:-2], A.dtype.to_real())
        ),
    )


@operation("linalg.cholesky")
def cholesky(A: Tensor, *, upper: bool = False, out: Any = None) -> Tensor:
    """The Cholesky factors of square matrices."""
    _square(A, "linalg.cholesky")
    _floating(A, "linalg.cholesky")
    return to_out(out, _columns(A.shape, A.dtype))


@operation("linalg.cholesky_ex")
def cholesky_ex(A: Tensor, *, upper: bool = False, check_errors: bool = False, out: Any = None) -> Any:
    """The Cholesky factors of square matrices, and whether there are any."""
    _square(A, "linalg.cholesky")
    _floating(A, "linalg.cholesky")
    return to_out(out, named_result("linalg_cholesky_ex", L=_columns(A.shape, A.dtype), info=make(A.shape[:-2], int32)))


@operation("linalg.qr")
def qr(A: Tensor, mode: str = "reduced", *, out: Any = None) -> Any:
    """Q and R of matrices.

    Shapes:  A: (*, m, n); Q: (*, m, k); R: (*, k, n), k = min(m, n), or k = m with mode 'complete'
    """
    _matrices(A, "linalg.qr")
    if mode not in ("reduced", "complete", "r"):
        raise ShapeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    _floating(A, "linalg.qr")
    rows, columns = A.shape[-2:]
    k = rows if mode == "complete" else _least(A)
    q = make((0,), A.dtype) if mode == "r" else _columns((*A.shape[:-2], rows, k), A.dtype)
    return to_out(out, named_result("linalg_qr", Q=q, R=_columns((*A.shape[:-2], k, columns), A.dtype)))


@operation("torch.qr", "Tensor.qr")
def _qr(input: Tensor, some: bool = True, *, out: Any = None) -> Any:
    """Q and R of matrices, as `linalg.qr` gives them; all columns of Q without `some`."""
    return qr(input, "reduced" if some else "complete", out=out)


@operation("linalg.svd")
def svd(A: Tensor, full_matrices: bool = True, *, driver: Any = None, out: Any = None) -> Any:
    """Singular values and vectors.

    Shapes:  A: (*, m, n); U: (*, m, m or k); S: (*, k); Vh: (*, n or k, n), k = min(m, n)
    """
    _matrices(A, "linalg.svd")
    _floating(A, "linalg.svd")
    rows, columns = A.shape[-2:]
    k = _least(A)
    u = _columns((*A.shape[:-2], rows, rows if full_matrices else k), A.dtype)
    vh = _columns((*A.shape[:-2], columns if full_matrices else k, columns), A.dtype)
    return to_out(out, named_result("linalg_svd", U=u, S=make((*A.shape[:-2], k), A.dtype.to_real()), Vh=vh))


@operation("linalg.svdvals")
def svdvals(A: Tensor, *, driver: Any = None, out: Any = None) -> Tensor:
    """Singular values."""
    _matrices(A, "linalg.svd")
    _floating(A, "linalg.svd")
    return to_out(out, make((*A.shape[:-2], _least(A)), A.dtype.to_real()))


@operation("linalg.eig")
def eig(A: Tensor, *, out: Any = None) -> Any:
    """Eigenvalues and eigenvectors, complex."""
    _square(A, "linalg.eig")
    _floating(A, "linalg.eig")
    dtype = A.dtype.to_complex()
    return to_out(
        out, named_result("linalg_eig", eigenvalues=make(A.shape[:-1], dtype), eigenvectors=_columns(A.shape, dtype))
    )


@operation("linalg.eigvals")
def eigvals(A: Tensor, *, out: Any = None) -> Tensor:
    """Eigenvalues, complex."""
    _square(A, "linalg.eigvals")
    _floating(A, "linalg.eigvals")
    return to_out(out, make(A.shape[:-1], A.dtype.to_complex()))


@operation("linalg.eigh")
def eigh(A: Tensor, UPLO: str = "L", *, out: Any = None) -> Any:
    """Eigenvalues and eigenvectors of symmetric matrices."""
    _square(A, "linalg.eigh")
    _floating(A, "linalg.eigh")
    _check_triangle(UPLO)
    return to_out(
        out,
        named_result(
            "linalg_eigh", eigenvalues=make(A.shape[:-1], A.dtype.to_real()), eigenvectors=_columns(A.shape, A.dtype)
        ),
    )


def _check_triangle(name: str) -> None:
    if name.upper() not in ("U", "L"):
        raise ShapeError(f"Expected UPLO argument to be 'L' or 'U', but got {name}")


@operation("linalg.eigvalsh")
def eigvalsh(A: Tensor, UPLO: str = "L", *, out: Any = None) -> Tensor:
    """Eigenvalues of symmetric matrices."""
    _square(A, "linalg.eigh")
    _floating(A, "linalg.eigh")
    _check_triangle(UPLO)
    return to_out(out, make(A.shape[:-1], A.dtype.to_real()))


@operation("linalg.matrix_power", "torch.matrix_power", "Tensor.matrix_power")
def matrix_power(A: Tensor, n: int, *, out: Any = None) -> Tensor:
    """Powers of square matrices."""
    _square(A, "linalg.matrix_power")
    if n < 0:
        _floating(A, "linalg.inv")
    if isinstance(n, Unknown):
        return to_out(out, make(A.shape, A.dtype, unknown_strides(A.shape)))
    result = _columns(A.shape, A.dtype) if n == -1 else make(A.shape, A.dtype, A._strides if n == 1 else None)
    return to_out(out, result)


@operation("linalg.matrix_exp", "torch.matrix_exp", "Tensor.matrix_exp")
def matrix_exp(A: Tensor) -> Tensor:
    """Exponentials of square matrices."""
    _square(A, "linalg.matrix_exp")
    if A.dtype.category < FLOATING:
        raise ShapeError(
            f"linalg.matrix_exp: Expected a floating point or complex tensor as input. Got {LEGACY_NAMES[A.dtype]}",
            "dtype",
        )
    return make(A.shape, A.dtype)


@operation("linalg.matrix_rank")
def matrix_rank(
    A: Tensor, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None, out: Any = None
) -> Tensor:
    """The ranks of matrices."""
    _matrices(A, "linalg.matrix_rank")
    bounds = [x.shape for x in (tol, atol, rtol) if isinstance(x, Tensor)]
    return to_out(out, make(broadcast_shapes(A.shape[:-2], *bounds), int64))


@operation("linalg.pinv", "torch.pinverse", "Tensor.pinverse")
def pinv(
    A: Tensor, rcond: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None, out: Any = None
) -> Tensor:
    """Pseudo-inverses: (*, m, n) gives (*, n, m)."""
    _matrices(A, "linalg.pinv")
    _floating(A, "linalg.pinv")
    return to_out(out, make((*A.shape[:-2], A.shape[-1], A.shape[-2]), A.dtype))


@operation("linalg.cond")
def cond(A: Tensor, p: Any = None, *, out: Any = None) -> Tensor:
    """Condition numbers of matrices."""
    _matrices(A, "linalg.cond")
    if p is not None and p not in (2, -2):
        _square(A, "linalg.cond")
        if isinstance(p, str) and p not in ("fro", "nuc"):
            raise ShapeError(f"linalg.cond got an invalid norm type: {p}")
    return to_out(out, make(A.shape[:-2], A.dtype.to_real()))


@operation("linalg.solve")
def solve(A: Tensor, B: Tensor, *, left: bool = True, out: Any = None) -> Tensor:
    """X of A X = B, or of X A = B.

    Shapes:  A: (*, n, n); B: (*, n, k), (*, n) or (n); y: that of B, broadcast
    """
    shape = _solution(A, B, left, "linalg.solve")
    return to_out(out, _solved(A, shape, left))


def _is_vector(A: Tensor, B: Tensor) -> bool:
    return B.ndim == 1 or (A.ndim - 1 == B.ndim and tuple(B.shape) == tuple(A.shape[:-1]))


def _solved(A: Tensor, shape: tuple[Any, ...], left: bool) -> Tensor:
    return _columns(shape, A.dtype) if left and len(shape) > 1 else make(shape, A.dtype)


def _solution(A: Tensor, B: Tensor, left: bool, function: str) -> tuple[Any, ...]:
    _square(A, function)
    _floating(A, function)
    if A.dtype is not B.dtype:
        raise ShapeError(
            f"linalg.solve: Expected A and B to have the same dtype, but found A of type {LEGACY_NAMES[A.dtype]} and B of type {LEGACY_NAMES[B.dtype]} instead",
            "dtype",
        )
    vector = _is_vector(A, B)
    if vector and not left:
        raise ShapeError(
            "linalg.solve: Vector broadcasting of the left hand side is not supported for left=False. In this case linalg.solve is equivalent to B / A.squeeze(-1)"
        )
    if not vector and B.ndim < 2:
        raise ShapeError("linalg.solve: The input tensor B must have at least 2 dimensions.")
    own = B.shape[-1] if vector else B.shape[-2 if left else -1]
    if own != A.shape[-1]:
        raise ShapeError(
            f"linalg.solve: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} ({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2] if not vector else own}x{1 if vector else B.shape[-1]})",
            "matmul",
        )
    if vector:
        return (*broadcast_shapes(A.shape[:-2], B.shape[:-1]), own) if B.ndim > 1 else (*A.shape[:-2], own)
    return (*broadcast_shapes(A.shape[:-2], B.shape[:-2]), *B.shape[-2:])


@operation("linalg.solve_ex")
def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False, out: Any = None) -> Any:
    """`solve`, and whether there is a solution."""
    shape = _solution(A, B, left, "linalg.solve")
    return to_out(out, named_result("linalg_solve_ex", result=_solved(A, shape, left), info=make(A.shape[:-2], int32)))


@operation("torch.cholesky", "Tensor.cholesky")
def torch_cholesky(input: Tensor, upper: bool = False, *, out: Any = None) -> Tensor:
    """The Cholesky factors of square matrices."""
    _square(input, "cholesky")
    _floating(input, "cholesky")
    return to_out(out, _columns(input.shape, input.dtype))


@operation("torch.dist", "Tensor.dist")
def dist(input: Tensor, other: Tensor, p: Any = 2) -> Tensor:
    """The p-norm of a difference."""
    broadcast_shapes(input.shape, other.shape)
    return make((), result_dtype((input, other)).to_real())


@operation("linalg.lu_factor")
def lu_factor(A: Tensor, *, pivot: bool = True, out: Any = None) -> Any:
    """A compact LU factorisation and its pivots."""
    _matrices(A, "linalg.lu_factor")
    _floating(A, "torch.linalg.lu_factor")
    return to_out(
        out,
        named_result("linalg_lu_factor", LU=_columns(A.shape, A.dtype), pivots=make((*A.shape[:-2], _least(A)), int32)),
    )


@operation("linalg.lu")
def lu(A: Tensor, *, pivot: bool = True, out: Any = None) -> Any:
    """P, L and U of matrices."""
    _matrices(A, "linalg.lu")
    _floating(A, "linalg.lu")
    rows, columns = A.shape[-2:]
    k = _least(A)
    parts = {
        "P": make((*A.shape[:-2], rows, rows) if pivot else (0,), A.dtype),
        "L": make((*A.shape[:-2], rows, k), A.dtype),
    }
    return to_out(out, named_result("linalg_lu", **parts, U=make((*A.shape[:-2], k, columns), A.dtype)))


@operation("linalg.solve_triangular")
def solve_triangular(
    A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False, out: Any = None
) -> Tensor:
    """X of A X = B for triangular A, or of X A = B."""
    _square(A, "linalg.solve_triangular")
    _matrices(B, "linalg.solve_triangular", "B")
    inner = B.shape[-2 if left else -1]
    if inner != A.shape[-1]:
        raise ShapeError(
            f"linalg.solve_triangular: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} ({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})",
            "matmul",
        )
    shape = (*broadcast_shapes(A.shape[:-2], B.shape[:-2]), *B.shape[-2:])
    return to_out(out, _columns(shape, A.dtype))
