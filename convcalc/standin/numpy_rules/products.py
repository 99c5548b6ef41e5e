"""Products of whole arrays: `dot`, `inner`, `outer`, `tensordot`, `einsum`, `kron`, `cross`; and `convolve`, `correlate`."""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.strides import unknown_strides

from ..numpy_arithmetic import calculated
from ..numpy_arrays import ndarray, wrapped
from ..numpy_types import all_together, together
from . import operands as of
from .operands import to_out
from .registry import NotModelled, rule
from .shapes import reshaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def answer(held: Tensor) -> Any:
    return ndarray(held) if held.ndim else wrapped(held)


def _differ(a: Any, b: Any) -> bool:
    return a is not b and type(a) is not Unknown and type(b) is not Unknown and bool(a != b)


def _pair(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    first, second = of.tensor_of(a), of.tensor_of(b)
    for x, held in ((a, first), (b, second)):
        if not isinstance(x, ndarray) and held.ndim and type(held.shape[-1]) is int and held.shape[-1] == 0:
            raise NotModelled  # an empty list takes the other's type
    return first, second


def _summed(first: Tensor, second: Tensor) -> Any:
    """The sum of products of two vectors, where their elements are known."""
    values = [of.values_of(t) for t in (first, second)]
    element = together(first.dtype, second.dtype)
    if values[0] is None or values[1] is None or element is dtypes.bool_:
        return None
    return of.finite(of.held_values([sum(x * y for x, y in zip(*values))], element), element)


def _scaled(first: Tensor, second: Tensor, element: Any) -> Any:
    """The product of an array and a number."""
    shape = of.broadcast([first.shape, second.shape])
    return answer(make(shape, element, of.layout(shape, first, second)))


@rule("np.dot", "ndarray.dot")
def dot(a: Any, b: Any, out: Any = None) -> Any:
    """Over the last axis of the first and the last but one of the second; of a number the product with it."""
    first, second = _pair(a, b)
    element = together(first.dtype, second.dtype)
    if not first.ndim or not second.ndim:
        return to_out(out, _scaled(first, second, element), "dot")
    at = max(0, second.ndim - 2)
    if _differ(first.shape[-1], second.shape[at]):
        raise ValueError(f"shapes {tuple(first.shape)} and {tuple(second.shape)} not aligned: {first.shape[-1]} (dim {first.ndim - 1}) != {second.shape[at]} (dim {at})")  # fmt: skip
    shape = (*first.shape[:-1], *second.shape[:at], *second.shape[at + 1 :])
    values = _summed(first, second) if first.ndim == second.ndim == 1 else None
    return to_out(out, answer(make(shape, element, values=values)), "dot")


@rule("np.vdot")
def vdot(a: Any, b: Any, /) -> Any:
    first, second = _pair(a, b)
    sizes = [of.count_of(t.shape) for t in (first, second)]
    if _differ(*sizes):
        raise ValueError(f"cannot reshape array of size {sizes[1]} into shape ({sizes[0]},)")
    return wrapped(make((), together(first.dtype, second.dtype)))


@rule("np.inner")
def inner(a: Any, b: Any, /) -> Any:
    first, second = _pair(a, b)
    element = together(first.dtype, second.dtype)
    if not first.ndim or not second.ndim:
        return _scaled(first, second, element)
    if _differ(first.shape[-1], second.shape[-1]):
        raise ValueError(f"shapes {tuple(first.shape)} and {tuple(second.shape)} not aligned: {first.shape[-1]} (dim {first.ndim - 1}) != {second.shape[-1]} (dim {second.ndim - 1})")  # fmt: skip
    values = _summed(first, second) if first.ndim == second.ndim == 1 else None
    return answer(make((*first.shape[:-1], *second.shape[:-1]), element, values=values))


@rule("np.outer")
def outer(a: Any, b: Any, out: Any = None) -> Any:
    first, second = [reshaped(t, (-1,))._tensor for t in _pair(a, b)]
    column = ndarray(make((first.shape[0], 1), first.dtype, values=first.values))
    made = calculated(column, ndarray(make((1, second.shape[0]), second.dtype, values=second.values)), "multiply")
    return to_out(out, made, "outer")


@rule("linalg.outer")
def linalg_outer(x1: Any, x2: Any, /) -> Any:
    for held in _pair(x1, x2):
        if held.ndim != 1:
            raise ValueError(f"Input arrays must be one-dimensional, but they are {held.ndim=}")
    return outer(x1, x2)


@rule("linalg.matmul")
def matmul(x1: Any, x2: Any, /) -> Any:
    from ..numpy_arithmetic import matrix_product

    if x1.__class__ in (bool, int, float, complex) or x2.__class__ in (bool, int, float, complex):
        raise NotModelled
    return matrix_product(ndarray(of.tensor_of(x1)), ndarray(of.tensor_of(x2)))


@rule("linalg.vecdot")
def vecdot(x1: Any, x2: Any, /, *, axis: Any = -1) -> Any:
    if axis != -1 or x1.__class__ in (bool, int, float, complex) or x2.__class__ in (bool, int, float, complex):
        raise NotModelled
    from .ufuncs import _vecdot

    return _vecdot(x1, x2)


@rule("np.tensordot")
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """The sum of products over several axes of both; so many of the last and of the first."""
    first, second = _pair(a, b)
    if isinstance(axes, (tuple, list)):
        if len(axes) != 2:
            raise ValueError(
                "not enough values to unpack" if len(axes) < 2 else "too many values to unpack (expected 2)"
            )
        mine, theirs = [
            [of.known_whole(x) for x in part] if isinstance(part, (tuple, list)) else [of.known_whole(part)]
            for part in axes
        ]
    else:
        count = of.known_whole(axes)
        mine, theirs = list(range(-count, 0)), list(range(count))
        if count < 0:
            raise NotModelled
    if len(mine) != len(theirs):
        raise ValueError("shape-mismatch for sum")
    for i, j in zip(mine, theirs):
        if not -first.ndim <= i < first.ndim or not -second.ndim <= j < second.ndim:
            raise IndexError("tuple index out of range")
        if _differ(first.shape[i], second.shape[j]):
            raise ValueError("shape-mismatch for sum")
    mine, theirs = [d % first.ndim for d in mine] if mine else [], [d % second.ndim for d in theirs] if theirs else []
    if len(set(mine)) != len(mine) or len(set(theirs)) != len(theirs):
        raise NotModelled
    shape = [n for d, n in enumerate(first.shape) if d not in mine] + [
        n for d, n in enumerate(second.shape) if d not in theirs
    ]
    return ndarray(make(shape, together(first.dtype, second.dtype)))


@rule("linalg.tensordot")
def linalg_tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    return tensordot(x1, x2, axes)


@rule("np.einsum")
def einsum(*operands: Any, out: Any = None, optimize: Any = False, **kwargs: Any) -> Any:
    if not operands or not isinstance(operands[0], str) or kwargs:
        raise NotModelled
    held = [of.tensor_of(x) for x in operands[1:]]
    if not held:
        raise ValueError("must specify the einstein sum subscripts string and at least one operand, or at least one operand and its corresponding subscripts list")  # fmt: skip
    text = operands[0]
    if "..." in text or not all(c.isalpha() or c in ",-> " for c in text):
        raise NotModelled
    from_text, _, result = text.replace(" ", "").partition("->")
    terms = from_text.split(",")
    if len(terms) != len(held):
        raise ValueError("fewer operands provided to einstein sum function than specified in the subscripts string" if len(terms) > len(held) else "more operands provided to einstein sum function than specified in the subscripts string")  # fmt: skip
    sizes: dict[str, Any] = {}
    for term, t in zip(terms, held):
        if len(term) != t.ndim:
            raise ValueError(
                f"einstein sum subscripts string contains too {'many' if len(term) > t.ndim else 'few'} subscripts for operand"
            )
        for letter, size in zip(term, t.shape):
            known = sizes.get(letter)
            if known is None or (type(known) is int and known == 1) or type(known) is Unknown:
                sizes[letter] = (
                    size if known is None or type(size) is not int or size != 1 or type(known) is int else known
                )
            elif type(size) is not Unknown and size != 1 and size != known:
                raise ValueError("operands could not be broadcast together with remapped shapes")
    if "->" not in text:
        result = "".join(sorted(letter for letter in sizes if from_text.count(letter) == 1))
    if len(set(result)) != len(result):
        raise ValueError("einstein sum subscripts string includes output subscript multiple times")
    if any(letter not in sizes for letter in result):
        raise ValueError("einstein sum subscripts string included output subscript which never appeared in an input")
    element = all_together([t.dtype for t in held])
    shape = [sizes[letter] for letter in result]
    if len(held) == 1 and shape and held[0].values is not None:  # it may be a view
        return to_out(out, of.view_of(held[0], shape, unknown_strides(shape)), "einsum")
    made = make(shape, element, unknown_strides(shape))
    return to_out(out, answer(made), "einsum")


@rule("np.kron")
def kron(a: Any, b: Any) -> Any:
    first, second = _pair(a, b)
    if not first.ndim or not second.ndim:
        return _scaled(first, second, together(first.dtype, second.dtype))
    ndim = max(first.ndim, second.ndim)
    shapes = [(1,) * (ndim - t.ndim) + tuple(t.shape) for t in (first, second)]
    made = [p * q for p, q in zip(*shapes)]
    return ndarray(
        make(made, together(first.dtype, second.dtype), of.layout(made, first, second) if ndim > 1 else None)
    )


@rule("np.cross")
def cross(a: Any, b: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1, axis: Any = None) -> Any:
    """Of vectors of three (numpy no longer takes two)."""
    if axis is not None:
        axisa = axisb = axisc = axis
    first, second = _pair(a, b)
    if not first.ndim or not second.ndim:
        raise ValueError("At least one array has zero dimension")
    at, other = of.axis_of(axisa, first.ndim), of.axis_of(axisb, second.ndim)
    sizes = (first.shape[at], second.shape[other])
    if any(type(size) is not int or size == 2 for size in sizes):
        raise NotModelled
    if any(size != 3 for size in sizes):
        raise ValueError("incompatible dimensions for cross product\n(dimension must be 2 or 3)")
    shape = of.broadcast(
        [[n for d, n in enumerate(first.shape) if d != at], [n for d, n in enumerate(second.shape) if d != other]]
    )
    place = of.axis_of(axisc, len(shape) + 1)
    element = together(first.dtype, second.dtype)
    if element is dtypes.bool_:
        raise NotModelled
    made = [*shape]
    made.insert(place, 3)
    return ndarray(make(made, element, None if place == len(shape) else unknown_strides(made)))


@rule("linalg.cross")
def linalg_cross(x1: Any, x2: Any, /, *, axis: Any = -1) -> Any:
    first, second = _pair(x1, x2)
    if not first.ndim or not second.ndim:
        raise IndexError("tuple index out of range")
    if axis == -1 and first.ndim and second.ndim and (_differ(first.shape[-1], 3) or _differ(second.shape[-1], 3)):
        raise ValueError("Both input arrays must be (arrays of) 3-dimensional vectors")
    return cross(x1, x2, axis=axis)


def _slid(name: str, a: Any, v: Any, mode: Any) -> Any:
    first, second = _pair(a, v)
    if name == "convolve" or (first.ndim and second.ndim):
        first, second = [make((1,), t.dtype, values=t.values) if not t.ndim else t for t in (first, second)]
    sizes = [t.shape[0] if t.ndim else 1 for t in (first, second)]
    empty = [type(size) is int and size == 0 for size in sizes]
    if name == "convolve":
        for which, is_empty in zip("av", empty):
            if is_empty:
                raise ValueError(f"{which} cannot be empty")
    if isinstance(mode, str) and mode not in ("full", "same", "valid"):
        if mode[:1] in "fsvFSV":
            raise NotModelled
        raise ValueError(f"mode must be one of 'valid', 'same', or 'full' (got {mode!r})")
    if not isinstance(mode, str):
        raise NotModelled
    if first.ndim != 1 or second.ndim != 1:
        if not (first.ndim and second.ndim):
            raise ValueError("object of too small depth for desired array")
        raise ValueError("object too deep for desired array")
    if any(empty):
        raise ValueError(
            "first array argument cannot be empty" if empty[0] else "second array argument cannot be empty"
        )
    from convcalc.tensor.size import greater, lesser

    if mode == "full":
        size = sizes[0] + sizes[1] - 1
    elif mode == "same":
        size = greater(*sizes)
    else:
        size = greater(*sizes) - lesser(*sizes) + 1
    return ndarray(make((size,), together(first.dtype, second.dtype)))


@rule("np.convolve")
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    return _slid("convolve", a, v, mode)


@rule("np.correlate")
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    return _slid("correlate", a, v, mode)
