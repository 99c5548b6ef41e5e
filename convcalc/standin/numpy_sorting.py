"""Sorting, searching and counting in arrays, and products of them."""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.dtypes import FLOATING
from convcalc.tensor.values import Values, few, known, overwrite

from .numpy_arithmetic import calculated, matrix_product
from .numpy_arrays import array, asarray, ndarray, of_torch
from .numpy_elementwise import asked_of_tensor
from .numpy_reductions import axes_of, reduced
from .numpy_shapes import array_or_unknown, reshape, wrapped_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def unique(ar: Any, return_index: Any = False, return_inverse: Any = False, return_counts: Any = False, axis: Any = None, **kwargs: Any) -> Any:  # fmt: skip
    """The different elements in order; with their first places, the place of each among them, and how many there are of each."""
    source = array_or_unknown(ar, "unique")
    if type(source) is Unknown:
        return source
    values = known(source._tensor)
    element = source._tensor.dtype
    asked = [flag for flag in (return_index, return_inverse, return_counts) if flag]
    if values is None or axis is not None:
        count = Unknown("the number of different elements", int)
        shape = (count,) if axis is None else (*source.shape[: axes_of(axis, source.ndim)[0]], count, *source.shape[axes_of(axis, source.ndim)[0] + 1 :])  # fmt: skip
        parts = [ndarray(make(shape, element))]
        whole = {
            "index": (count,),
            "inverse": source.shape if axis is None else (source.shape[axis],),
            "counts": (count,),
        }
        parts += [ndarray(make(whole[what], dtypes.int64)) for what, flag in (("index", return_index), ("inverse", return_inverse), ("counts", return_counts)) if flag]  # fmt: skip
        return tuple(parts) if asked else parts[0]
    found = sorted(set(values))
    results = [ndarray(make((len(found),), element, values=Values(found)))]
    if return_index:
        results.append(array([values.index(value) for value in found], int))
    if return_inverse:
        results.append(reshape(array([found.index(value) for value in values], int), source.shape))
    if return_counts:
        results.append(array([values.count(value) for value in found], int))
    return results[0] if not asked else tuple(results)


def bincount(x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    source = array_or_unknown(x, "bincount")
    if type(source) is Unknown:
        return source
    held = source._tensor
    if not isinstance(held.dtype, dtypes.UnknownDType) and held.dtype.category >= FLOATING:
        raise TypeError(f"Cannot cast array data from dtype('{held.dtype.name}') to dtype('int64') according to the rule 'safe'")  # fmt: skip
    if held.ndim != 1:
        raise ValueError("object of too small depth for desired array" if not held.ndim else "object too deep for desired array")  # fmt: skip
    element = dtypes.int64 if weights is None else dtypes.float64
    values = known(held)
    if values is None:
        return ndarray(make((Unknown("the greatest element", int),), element))
    length = max([minlength, *[v + 1 for v in values]])
    counts = Values([values.count(i) for i in range(length)]) if weights is None and few(length) else None
    return ndarray(make((length,), element, values=counts))


def nonzero(a: Any) -> Any:
    """For each dimension the places of what is not zero."""
    source = array_or_unknown(a, "nonzero")
    if type(source) is Unknown:
        return source
    found = of_torch("torch.nonzero", source._tensor, as_tuple=True)
    return tuple(ndarray(part) for part in found) if isinstance(found, tuple) else found


def argwhere(a: Any) -> Any:
    source = array_or_unknown(a, "argwhere")
    return source if type(source) is Unknown else wrapped_view(of_torch("torch.nonzero", source._tensor))


def argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, **kwargs: Any) -> Any:
    source = array_or_unknown(a, "argsort")
    if type(source) is Unknown:
        return source
    values = known(source._tensor) if source.ndim == 1 else None
    places = None if values is None else Values(sorted(range(len(values)), key=values.__getitem__))
    return ndarray(make(source.shape if axis is not None else (source.size,), dtypes.int64, values=places))


def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, **kwargs: Any) -> Any:
    source = array_or_unknown(a, "sort")
    if type(source) is Unknown:
        return source
    values = known(source._tensor) if source.ndim == 1 else None
    ordered = None if values is None else Values(sorted(values))
    return ndarray(make(source.shape if axis is not None else (source.size,), source._tensor.dtype, values=ordered))


def dot(a: Any, b: Any, out: Any = None) -> Any:
    first, second = asarray(a), asarray(b)
    if type(first) is Unknown or type(second) is Unknown:
        return Unknown("numpy.dot(...)")
    if not first.ndim or not second.ndim:
        return calculated(first, second, "mul")
    if first.ndim == second.ndim == 1:
        values = [known(x._tensor) for x in (first, second)]
        if None not in values and len(values[0] or ()) == len(values[1] or ()):
            return reduced("sum", calculated(first, second, "mul"))
    return matrix_product(first, second)


def _sort_in_place(self: Any, *args: Any, **kwargs: Any) -> None:
    overwrite(self._tensor, known(sort(self)._tensor) if self.ndim == 1 else None)


METHODS: dict[str, Any] = {"sort": _sort_in_place, "argsort": argsort, "nonzero": nonzero, "dot": dot}
FUNCTIONS: dict[str, Any] = {
    "unique": unique, "bincount": bincount, "argwhere": argwhere, "sort": sort, "dot": dot,
    "argsort": asked_of_tensor("argsort", argsort), "nonzero": asked_of_tensor("nonzero", nonzero),
}  # fmt: skip
