"""`numpy.linalg`: of matrices, and of stacks of them in the last two dimensions. Whether a matrix can be inverted, its elements decide: nobody knows that here."""

from __future__ import annotations

from itertools import pairwise

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.strides import unknown_strides

from ..numpy_arrays import ndarray, wrapped
from ..numpy_types import all_together, together
from . import operands as of
from .registry import NotModelled, enter, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.tensor.dtypes import DType


class LinAlgError(ValueError):
    """`numpy.linalg.LinAlgError`."""

    __module__ = "numpy.linalg"


enter("linalg.LinAlgError", LinAlgError)


def answer(shape: Any, element: DType) -> Any:
    """A new array or number; how LAPACK leaves it in memory is not told."""
    made = make(shape, element, unknown_strides(shape))
    return ndarray(made) if len(shape) else wrapped(make((), element))


def computed_with(*held: Tensor) -> DType:
    """The type that LAPACK computes with: whole numbers become doubles; it has no halves."""
    element = dtypes.float32
    for t in held:
        if t.dtype is dtypes.float16:
            raise TypeError("array type float16 is unsupported in linalg")
        own = t.dtype if t.dtype.category >= dtypes.FLOATING else dtypes.float64
        element = together(element, own)
    return element


def matrices(a: Any, square: bool = False) -> Tensor:
    held = of.tensor_of(a)
    if held.ndim < 2:
        raise LinAlgError(f"{held.ndim}-dimensional array given. Array must be at least two-dimensional")
    if square and _differ(held.shape[-1], held.shape[-2]):
        raise LinAlgError("Last 2 dimensions of the array must be square")
    return held


def _differ(a: Any, b: Any) -> bool:
    return a is not b and type(a) is not Unknown and type(b) is not Unknown and bool(a != b)


@rule("linalg.inv")
def inv(a: Any) -> Any:
    held = matrices(a, True)
    return answer(held.shape, computed_with(held))


@rule("linalg.cholesky")
def cholesky(a: Any, /, *, upper: Any = False) -> Any:
    held = matrices(a, True)
    return answer(held.shape, computed_with(held))


@rule("linalg.det")
def det(a: Any) -> Any:
    held = matrices(a, True)
    return answer(held.shape[:-2], computed_with(held))


class Named(tuple):  # type: ignore[type-arg]
    """Several results with names."""

    names: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:
        if name in type(self).names:
            return self[type(self).names.index(name)]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


def _named(name: str, *names: str) -> type:
    return type(name, (Named,), {"names": names, "__module__": "numpy.linalg"})


EigResult = _named("EigResult", "eigenvalues", "eigenvectors")
EighResult = _named("EighResult", "eigenvalues", "eigenvectors")
QRResult = _named("QRResult", "Q", "R")
SlogdetResult = _named("SlogdetResult", "sign", "logabsdet")
SVDResult = _named("SVDResult", "U", "S", "Vh")


@rule("linalg.slogdet")
def slogdet(a: Any) -> Any:
    held = matrices(a, True)
    element = computed_with(held)
    return SlogdetResult((answer(held.shape[:-2], element), answer(held.shape[:-2], element.to_real())))


def _eigen_type(element: DType) -> DType:
    """Of a real matrix they are real or complex, as its elements are."""
    if element.category == dtypes.COMPLEX:
        return element
    return dtypes.one_of((element, element.to_complex()))


@rule("linalg.eig")
def eig(a: Any) -> Any:
    held = matrices(a, True)
    element = _eigen_type(computed_with(held))
    return EigResult((answer(held.shape[:-1], element), answer(held.shape, element)))


@rule("linalg.eigvals")
def eigvals(a: Any) -> Any:
    held = matrices(a, True)
    return answer(held.shape[:-1], _eigen_type(computed_with(held)))


@rule("linalg.eigh")
def eigh(a: Any, UPLO: Any = "L") -> Any:
    _check_triangle(UPLO)
    held = matrices(a, True)
    element = computed_with(held)
    return EighResult((answer(held.shape[:-1], element.to_real()), answer(held.shape, element)))


@rule("linalg.eigvalsh")
def eigvalsh(a: Any, UPLO: Any = "L") -> Any:
    _check_triangle(UPLO)
    held = matrices(a, True)
    return answer(held.shape[:-1], computed_with(held).to_real())


def _check_triangle(name: Any) -> None:
    if not isinstance(name, str) or name.upper() not in ("L", "U"):
        raise ValueError("UPLO argument must be 'L' or 'U'")


@rule("linalg.qr")
def qr(a: Any, mode: Any = "reduced") -> Any:
    from convcalc.tensor.size import lesser

    held = matrices(a)
    element = computed_with(held)
    if mode not in ("reduced", "complete", "r", "raw"):
        if mode in ("f", "full", "e", "economic"):
            raise NotModelled
        raise ValueError(f"Unrecognized mode '{mode}'")
    if mode == "raw":
        raise NotModelled
    *lead, m, n = held.shape
    k = lesser(m, n) if mode != "complete" else m
    right = answer((*lead, k, n), element)
    return right if mode == "r" else QRResult((answer((*lead, m, k), element), right))


@rule("linalg.svd")
def svd(a: Any, full_matrices: Any = True, compute_uv: Any = True, hermitian: Any = False) -> Any:
    from convcalc.tensor.size import lesser

    held = matrices(a, of.flag(hermitian))
    element = computed_with(held)
    *lead, m, n = held.shape
    k = lesser(m, n)
    single = answer((*lead, k), element.to_real())
    if not of.flag(compute_uv):
        return single
    full = of.flag(full_matrices)
    return SVDResult(
        (answer((*lead, m, m if full else k), element), single, answer((*lead, n if full else k, n), element))
    )


@rule("linalg.svdvals")
def svdvals(x: Any, /) -> Any:
    return svd(x, compute_uv=False)


@rule("linalg.pinv")
def pinv(a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None) -> Any:
    if (rcond is not None and not isinstance(rcond, float)) or rtol is not None or of.flag(hermitian):
        raise NotModelled
    held = matrices(a)
    *lead, m, n = held.shape
    return answer((*lead, n, m), computed_with(held))


@rule("linalg.matrix_rank")
def matrix_rank(A: Any, tol: Any = None, hermitian: Any = False, *, rtol: Any = None) -> Any:
    held = of.tensor_of(A)
    if tol is not None or rtol is not None or held.ndim < 2 or of.flag(hermitian) or held.dtype is dtypes.float16:
        raise NotModelled
    if any(type(size) is int and size == 0 for size in held.shape):
        raise NotModelled
    return answer(held.shape[:-2], dtypes.int64)


@rule("linalg.cond")
def cond(x: Any, p: Any = None) -> Any:
    held = matrices(x)
    if p not in (None, 2, -2) or any(type(size) is int and size == 0 for size in held.shape):
        raise NotModelled
    return answer(held.shape[:-2], computed_with(held).to_real())


@rule("linalg.solve")
def solve(a: Any, b: Any) -> Any:
    first = matrices(a, True)
    second = of.tensor_of(b)
    element = computed_with(first, second)
    n = first.shape[-1]
    if second.ndim == 1:
        if _differ(second.shape[0], n):
            raise ValueError(f"solve1: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (m,m),(m)->(m) (size {second.shape[0]} is different from {n})")  # fmt: skip
        return answer((*first.shape[:-2], n), element)
    if second.ndim == 0:
        raise ValueError(
            "solve: Input operand 1 does not have enough dimensions (has 0, gufunc core with signature (m,m),(m,n)->(m,n) requires 2)"
        )
    if _differ(second.shape[-2], n):
        raise ValueError(f"solve: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (m,m),(m,n)->(m,n) (size {second.shape[-2]} is different from {n})")  # fmt: skip
    lead = of.broadcast([first.shape[:-2], second.shape[:-2]])
    return answer((*lead, n, second.shape[-1]), element)


@rule("linalg.lstsq")
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    first, second = of.tensor_of(a), of.tensor_of(b)
    if first.ndim != 2:
        raise LinAlgError(f"{first.ndim}-dimensional array given. Array must be two-dimensional")
    if second.ndim not in (1, 2):
        raise LinAlgError(f"{second.ndim}-dimensional array given. Array must be two-dimensional")
    m, n = first.shape
    if _differ(m, second.shape[0]):
        raise LinAlgError("Incompatible dimensions")
    if any(type(size) is int and size == 0 for size in (m, n, *second.shape)):
        raise NotModelled
    from convcalc.tensor.size import lesser

    element = computed_with(first, second)
    rest = Unknown("how many residuals there are", int)
    made = answer((n, *second.shape[1:]), element)
    return (
        made,
        answer((rest,), element.to_real()),
        wrapped(make((), dtypes.int32)),
        answer((lesser(m, n),), element.to_real()),
    )


@rule("linalg.matrix_power")
def matrix_power(a: Any, n: Any) -> Any:
    held = matrices(a, True)
    try:
        power = of.known_whole(n)
    except TypeError:
        raise TypeError("exponent must be an integer") from None
    if power < 0:
        return answer(held.shape, computed_with(held))
    return answer(held.shape, held.dtype)


@rule("linalg.multi_dot")
def multi_dot(arrays: Any, *, out: Any = None) -> Any:
    held = of.tensors_of(arrays)
    if len(held) < 2:
        raise ValueError("Expecting at least two arrays.")
    if out is not None or len(held) == 2:
        from .products import dot

        return dot(arrays[0], arrays[1], out) if len(held) == 2 else Unknown("numpy.linalg.multi_dot(...)")
    ends = [held[0].ndim, held[-1].ndim]
    shapes = [t.shape for t in held]
    if ends[0] == 1:
        shapes[0] = (1, *held[0].shape)  # type: ignore[call-overload]
    if ends[1] == 1:
        shapes[-1] = (*held[-1].shape, 1)  # type: ignore[call-overload]
    for shape in shapes:
        if len(shape) != 2:
            raise LinAlgError(f"{len(shape)}-dimensional array given. Array must be two-dimensional")
    for before, after in pairwise(shapes):
        if _differ(before[1], after[0]):
            raise ValueError(
                f"shapes {tuple(before)} and {tuple(after)} not aligned: {before[1]} (dim 1) != {after[0]} (dim 0)"
            )
    element = all_together([t.dtype for t in held])
    made = (*([] if ends[0] == 1 else [shapes[0][0]]), *([] if ends[1] == 1 else [shapes[-1][1]]))
    return answer(made, element)


@rule("linalg.norm")
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    """Of a vector, of a matrix, or along an axis or two; of all elements in a row where neither order nor axis is given."""
    held = of.tensor_of(x)
    element = (held.dtype if held.dtype.category >= dtypes.FLOATING else dtypes.float64).to_real()
    kept = of.flag(keepdims)
    if type(ord) is Unknown:
        raise NotModelled
    plain = of.number(ord)
    if axis is None:
        if plain is None or (held.ndim == 2 and plain in ("f", "fro")) or (held.ndim == 1 and plain == 2):
            values = _euclidean(held, element) if plain in (None, 2, "f", "fro") else None
            made = make((1,) * held.ndim if kept else (), element, values=values)
            return ndarray(made) if kept and held.ndim else wrapped(made)
        axes = tuple(range(held.ndim))
    else:
        if not isinstance(axis, tuple):
            try:
                axis = (of.known_whole(axis),)
            except TypeError:
                raise TypeError("'axis' must be None, an integer or a tuple of integers") from None
        axes = axis
    if len(axes) not in (1, 2):
        raise ValueError("Improper number of dimensions to norm.")
    if len(axes) == 1:
        if isinstance(plain, str):
            raise ValueError(f"Invalid norm order '{plain}' for vectors")
        places = of.axis_tuple(axes, held.ndim)
        if plain in (float("inf"), float("-inf")) and held.shape[places[0]] == 0:
            raise NotModelled
    else:
        places = of.axis_tuple(axes, held.ndim, duplicates=True)
        if places[0] == places[1]:
            raise ValueError("Duplicate axes given.")
        if plain not in (None, "fro", "f", "nuc", 1, -1, 2, -2, float("inf"), float("-inf")):
            raise ValueError("Invalid norm order for matrices.")
        if plain not in (None, "fro", "f") and any(type(held.shape[d]) is int and held.shape[d] == 0 for d in places):
            raise NotModelled
        if plain in (2, -2, "nuc") and element is dtypes.float16:
            raise TypeError("array type float16 is unsupported in linalg")
    shape = [1 if d in places else size for d, size in enumerate(held.shape) if kept or d not in places]
    return answer(shape, element)


def _euclidean(held: Tensor, element: DType) -> Any:
    values = of.values_of(held)
    if values is None:
        return None
    return of.finite(of.held_values([sum(abs(v) ** 2 for v in values) ** 0.5], element), element)


@rule("linalg.vector_norm")
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    if axis is None or isinstance(axis, tuple) or not isinstance(ord, (int, float)):
        raise NotModelled
    return norm(x, ord, axis, keepdims)


@rule("linalg.matrix_norm")
def matrix_norm(x: Any, /, *, keepdims: Any = False, ord: Any = "fro") -> Any:
    of.axis_tuple((-2, -1), of.tensor_of(x).ndim)
    return norm(x, ord, (-2, -1), keepdims)
