"""Sparse matrices of scipy, as far as shapes go: what encoders give, and `scipy.sparse`."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.symbols import part_of

from .numpy_arrays import asarray, ndarray
from .numpy_rules.registry import NotModelled, answering
from .numpy_types import element_of, is_other, of_element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Matrix:
    """A sparse matrix: a shape and an element type."""

    __module__ = "scipy.sparse"
    ndim = 2

    def __init__(self, shape: Any, element: Any) -> None:
        self.shape = tuple(shape)
        self._element = element
        self._count: Any = None

    @property
    def dtype(self) -> Any:
        return of_element(self._element)

    @property
    def nnz(self) -> Any:
        if self._count is None:
            self._count = part_of(self.shape[0] * self.shape[1], "nonzero", "how many elements a sparse matrix has")
        return self._count

    @property
    def data(self) -> Any:
        return ndarray(make((self.nnz,), self._element))

    @property
    def row(self) -> Any:
        return ndarray(make((self.nnz,), dtypes.int32))

    col = indices = row

    @property
    def indptr(self) -> Any:
        return ndarray(make((self.shape[0] + 1,), dtypes.int32))

    @property
    def T(self) -> Any:
        return Matrix(self.shape[::-1], self._element)

    def transpose(self, *args: Any, **kwargs: Any) -> Any:
        return self.T

    def toarray(self, *args: Any, **kwargs: Any) -> Any:
        return ndarray(make(self.shape, self._element))

    def tocoo(self, *args: Any, **kwargs: Any) -> Any:
        return Matrix(self.shape, self._element)

    tocsr = tocsc = tolil = todok = copy = tocoo

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        return Matrix(self.shape, element_of(dtype))

    def todense(self, *args: Any, **kwargs: Any) -> Any:
        return Unknown("a numpy.matrix")

    def __len__(self) -> Any:
        raise TypeError("sparse array length is ambiguous; use getnnz() or shape[0]")

    def __getitem__(self, key: Any) -> Any:
        made = self.toarray()[key]
        if type(made) is ndarray and made.ndim == 2 and (type(key) is not tuple or len(key) == 2):
            return Matrix(made.shape, self._element)
        return Unknown("a part of a sparse matrix")

    def __add__(self, other: Any) -> Any:
        return Unknown("what is calculated of a sparse matrix")

    __radd__ = __mul__ = __rmul__ = __sub__ = __matmul__ = __rmatmul__ = __truediv__ = __add__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Unknown(f"scipy.sparse.{name}")


def _matrix(name: str) -> Any:
    def made(arg: Any, shape: Any = None, dtype: Any = None, copy: Any = False) -> Any:
        """Of an array, of a shape, of `(data, (row, col))`, of another matrix."""
        element = None if dtype is None else element_of(dtype)
        if isinstance(arg, Matrix):
            return Matrix(arg.shape, arg._element if element is None else element)
        if isinstance(arg, tuple) and len(arg) == 2 and all(x.__class__ is int for x in arg):
            return Matrix(arg, dtypes.float64 if element is None else element)
        if isinstance(arg, tuple):
            data = asarray(arg[0])
            if type(data) is not ndarray or is_other(data._tensor.dtype):
                raise NotModelled
            if shape is None:
                shape = (Unknown("the size of a sparse matrix", int), Unknown("the size of a sparse matrix", int))
            return Matrix(shape, data._tensor.dtype if element is None else element)
        held = asarray(arg)
        if type(held) is not ndarray or is_other(held._tensor.dtype) or held.ndim != 2:
            raise NotModelled
        return Matrix(held.shape, held._tensor.dtype if element is None else element)

    made.__name__ = name
    return answering(f"scipy.sparse.{name}", made)


def _eye(m: Any, n: Any = None, k: Any = 0, dtype: Any = float, format: Any = None) -> Any:
    return Matrix((m, m if n is None else n), element_of(dtype))


def _issparse(x: Any) -> Any:
    return Unknown("whether something is sparse", bool) if type(x) is Unknown else isinstance(x, Matrix)


def _random(m: Any, n: Any, density: Any = 0.01, format: Any = "coo", dtype: Any = None, **others: Any) -> Any:
    return Matrix((m, n), dtypes.float64 if dtype is None else element_of(dtype))


STANDS_FOR: dict[str, dict[str, Any]] = {
    "scipy.sparse": {
        **{f"{kind}_{form}": _matrix(f"{kind}_{form}") for kind in ("csr", "csc", "coo", "lil", "dok") for form in ("matrix", "array")},
        "eye": answering("scipy.sparse.eye", _eye), "random": answering("scipy.sparse.random", _random), "issparse": _issparse, "isspmatrix": _issparse,
    },
}  # fmt: skip
