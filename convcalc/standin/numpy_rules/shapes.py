"""The elements of one array in another shape or order: mostly PyTorch's rules under numpy's names."""

from __future__ import annotations

import math

from convcalc.tensor import Size, Tensor, Unknown, dtypes, make
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.values import Values, known, picked

from ..numpy_arrays import ndarray, of_torch
from ..numpy_layout import in_order
from ..numpy_types import is_other
from . import operands as of
from .registry import NotModelled, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def viewed(made: Any) -> Any:
    return ndarray(made) if isinstance(made, Tensor) else made


def _order(order: Any) -> str:
    if not isinstance(order, str) or order.upper()[:1] not in ("C", "F", "A", "K"):
        raise ValueError(f"order must be one of 'C', 'F', 'A', or 'K' (got {order!r})")
    return order.upper()[0]


def reshaped(held: Tensor, sizes: Any, order: Any = "C") -> Any:
    """`reshape`: ValueError where the elements do not fit."""
    told = [of.whole(size) for size in sizes]
    try:
        made = of_torch("Tensor.reshape", held, tuple(told))
    except ValueError:
        if all(type(size) is int for size in (*told, *held.shape)):
            count = of.count_of(held.shape)
            if sum(size < 0 for size in told) > 1:
                raise ValueError("can only specify one unknown dimension") from None
            shown = tuple(told) if len(told) != 1 else f"({told[0]},)"
            raise ValueError(f"cannot reshape array of size {count} into shape {shown}") from None
        raise
    if not isinstance(made, Tensor):
        raise NotModelled
    if _order(order) == "C" or (held.ndim < 2 and made.ndim < 2):
        return viewed(made)
    if order.upper()[:1] == "A" and of.is_plain(held):
        return viewed(made)
    values = known(held)
    found = None
    if values is not None and all(type(size) is int for size in (*held.shape, *made.shape)):
        found = _in_columns(values, held.shape, made.shape)
    return ndarray(make(made.shape, made.dtype, unknown_strides(made.shape) if made.ndim > 1 else None, values=found))


def _in_columns(values: list[Any], old: Any, new: Any) -> Values:
    """The elements read and written with the first index running fastest."""
    read = picked(values, tuple(old)[::-1], _steps(old)[::-1])
    back = in_order(new, "F") or (1,) * len(new)
    return Values(picked(read, tuple(new), back)) if math.prod(new) else Values()


def _steps(shape: Any) -> list[int]:
    return [math.prod(shape[d + 1 :]) for d in range(len(shape))]


@rule("np.reshape")
def reshape(a: Any, /, shape: Any = None, order: Any = "C", *, newshape: Any = None, copy: Any = None) -> Any:
    if isinstance(a, Tensor):
        return of.asked_of(a, "reshape", reshape, shape)
    given = shape if shape is not None else newshape
    if given is None:
        raise TypeError("reshape() missing 1 required positional argument: 'shape'")
    return reshaped(of.tensor_of(a, other=True), _sizes(given), order)


def _sizes(given: Any) -> Any:
    if type(given) is Unknown and given.__class__ is not int:
        raise NotModelled(given.reason)
    return (
        tuple(given) if isinstance(given, (tuple, list, range)) or (type(given) is ndarray and given.ndim) else (given,)
    )


@rule("ndarray.reshape")
def reshape_method(self: Any, *shape: Any, order: Any = "C", copy: Any = None) -> Any:
    sizes = _sizes(shape[0]) if len(shape) == 1 and shape[0] is not None else shape
    if len(shape) == 1 and shape[0] is None:
        raise NotModelled
    return reshaped(self._tensor, sizes, order)


@rule("np.ravel")
def ravel(a: Any, order: Any = "C") -> Any:
    return reshaped(
        of.tensor_of(a, other=True), (-1,), order if _order(order) != "K" else _kept(of.tensor_of(a, other=True))
    )


def _kept(held: Tensor) -> str:
    if not of.is_plain(held):
        raise NotModelled
    return "C"


@rule("ndarray.ravel")
def ravel_method(self: Any, order: Any = "C") -> Any:
    return reshaped(self._tensor, (-1,), order if _order(order) != "K" else _kept(self._tensor))


@rule("ndarray.flatten")
def flatten(self: Any, order: Any = "C") -> Any:
    made = ravel_method(self, order)
    return (
        ndarray(
            make(
                made.shape,
                made._tensor.dtype,
                values=None if made._tensor.values is None else Values(made._tensor.values),
            )
        )
        if type(made) is ndarray
        else made
    )


def permuted(held: Tensor, axes: Any, turned: frozenset[int] = frozenset()) -> Any:
    order = tuple(range(held.ndim))[::-1] if axes is None else tuple(axes)
    if len(order) != held.ndim:
        raise ValueError("axes don't match array")
    order = tuple([of.axis_of(axis, held.ndim) for axis in order])
    if len(set(order)) != len(order):
        raise ValueError("repeated axis in transpose")
    made = viewed(of_torch("torch.permute", held, order)) if held.ndim else ndarray(held)
    if turned and type(made) is ndarray:
        made._backwards = frozenset(at for at, axis in enumerate(order) if axis in turned)
    return made


@rule("np.transpose", "np.permute_dims")
def transpose(a: Any, axes: Any = None) -> Any:
    if isinstance(a, Tensor):
        return of.asked_of(a, "transpose", transpose, axes)
    if isinstance(axes, int) and not isinstance(axes, bool):
        axes = (axes,)
    return of.as_given(a, permuted(of.tensor_of(a, other=True), axes, _turned(a)))


@rule("ndarray.transpose")
def transpose_method(self: Any, *axes: Any) -> Any:
    if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list)) or type(axes[0]) is ndarray):
        return permuted(self._tensor, None if axes[0] is None else tuple(axes[0]), self._backwards)
    return permuted(self._tensor, axes or None, self._backwards)


@rule("np.matrix_transpose", "linalg.matrix_transpose")
def matrix_transpose(x: Any, /) -> Any:
    held = of.tensor_of(x, other=True)
    if held.ndim < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {held.ndim}")
    return swapaxes(ndarray(held), -1, -2)


@rule("np.swapaxes", "ndarray.swapaxes")
def swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    if isinstance(a, Tensor):
        return of.asked_of(a, "swapaxes", swapaxes, axis1, axis2)
    held = of.tensor_of(a, other=True)
    order = list(range(held.ndim))
    first, second = of.known_whole(axis1), of.known_whole(axis2)
    i, j = of.axis_of(first, held.ndim), of.axis_of(second, held.ndim)
    order[i], order[j] = order[j], order[i]
    return permuted(held, order)


@rule("np.moveaxis")
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    held = of.tensor_of(a, other=True)
    sources = of.axis_tuple(source, held.ndim, "source")
    places = of.axis_tuple(destination, held.ndim, "destination")
    if len(sources) != len(places):
        raise ValueError("`source` and `destination` arguments must have the same number of elements")
    order = [d for d in range(held.ndim) if d not in sources]
    for place, moved in sorted(zip(places, sources)):
        order.insert(place, moved)
    return permuted(held, order)


@rule("np.rollaxis")
def rollaxis(a: Any, axis: Any, start: Any = 0) -> Any:
    of.needs_array(a)
    held = of.tensor_of(a, other=True)
    at = of.axis_of(axis, held.ndim)
    first = of.known_whole(start)
    if first < 0:
        first += held.ndim
    if not 0 <= first <= held.ndim:
        raise of.AxisError(f"'start' arg requires -{held.ndim} <= start < {held.ndim + 1}, but {first} was passed in")
    if at < first:
        first -= 1
    order = [d for d in range(held.ndim) if d != at]
    order.insert(first, at)
    return permuted(held, order)


@rule("np.squeeze", "ndarray.squeeze")
def squeeze(a: Any, axis: Any = None) -> Any:
    if isinstance(a, Tensor):
        return a.squeeze() if axis is None else a.squeeze(axis=axis)
    held = of.tensor_of(a, other=True)
    if axis is None:
        if any(type(size) is Unknown for size in held.shape):
            raise NotModelled
        axes = tuple([d for d, size in enumerate(held.shape) if size == 1])
    else:
        axes = () if not held.ndim and axis in (0, -1) else of.axes_of(axis, held.ndim)
        if any(type(held.shape[d]) is not Unknown and held.shape[d] != 1 for d in axes):
            raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
    kept = [d for d in range(held.ndim) if d not in axes]
    strides = None if held._strides is None else tuple(held._strides[d] for d in kept)
    return of.as_given(a, ndarray(make([held.shape[d] for d in kept], held.dtype, strides, values=held.values)))


@rule("np.expand_dims")
def expand_dims(a: Any, axis: Any) -> Any:
    held = of.tensor_of(a, other=True)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    ndim = held.ndim + len(axes)
    places = of.axis_tuple(tuple(axes), ndim)
    made: Any = held
    for place in sorted(places):
        made = of_torch("torch.unsqueeze", made, place)
    return viewed(made)


def _at_least(count: int) -> Any:
    def one(a: Any) -> Any:
        held = of.tensor_of(a, other=True)
        if held.ndim >= count:
            return ndarray(held) if type(a) is not ndarray else a
        missing = count - held.ndim
        if count == 3:
            before, after = {0: (3, 0), 1: (1, 1), 2: (0, 1)}[held.ndim]
        else:
            before, after = missing, 0
        made: Any = held
        for _ in range(before):
            made = of_torch("torch.unsqueeze", made, 0)
        for _ in range(after):
            made = of_torch("torch.unsqueeze", made, made.ndim)
        return viewed(made)

    def function(*arys: Any) -> Any:
        return one(arys[0]) if len(arys) == 1 else tuple(map(one, arys))

    return function


for _count in (1, 2, 3):
    rule(f"np.atleast_{_count}d")(_at_least(_count))


@rule("np.broadcast_to")
def broadcast_to(array: Any, shape: Any, subok: Any = False) -> Any:
    held = of.tensor_of(array, other=True)
    sizes = of.sizes_of(shape)
    return spread(held, sizes)


def _spread_step(size: Any, step: Any, wanted: Any) -> Any:
    """The stride of a dimension that is seen in another size."""
    if type(size) is Unknown:
        return Unknown("how an array lies in memory", int)
    return 0 if type(size) is int and size == 1 and not (type(wanted) is int and wanted == 1) else step


def spread(held: Tensor, sizes: Any) -> Any:
    """An array seen in a larger shape."""
    lead = len(sizes) - held.ndim
    if lead < 0:
        raise ValueError("input operand has more dimensions than allowed by the axis remapping")
    for size, wanted in zip(held.shape, sizes[lead:]):
        if type(size) is int and size != 1 and type(wanted) is int and size != wanted:
            raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: {tuple(held.shape)}  and requested shape {tuple(sizes)}")  # fmt: skip
    if tuple(held.shape) == tuple(sizes):
        return ndarray(held)
    own = (0,) * lead + tuple(map(_spread_step, held.shape, held.stride(), sizes[lead:]))
    values = None
    if known(held) is not None and of.is_few(sizes) and all(type(s) is int for s in held.shape):
        from convcalc.ops.elementwise import broadcast_values

        values = list(broadcast_values(known(held) or [], held.shape, sizes))
    return of.view_of(held, sizes, own, values)


@rule("np.broadcast_arrays")
def broadcast_arrays(*args: Any, subok: Any = False) -> Any:
    held = [of.tensor_of(x, other=True) for x in args]
    shape = of.broadcast([t.shape for t in held])
    return tuple(spread(t, shape) for t in held)


@rule("np.broadcast_shapes")
def broadcast_shapes(*args: Any) -> Any:
    return tuple(of.broadcast([of.sizes_of(shape) for shape in args])) if args else ()


# backwards, around, turned


def backwards(held: Tensor, axes: Any, source: frozenset[int] = frozenset()) -> Any:
    """Along the axes from the end: numpy's view has negative strides, which tensors do not have."""
    values = known(held)
    found = None
    if values is not None and all(type(size) is int for size in held.shape) and math.prod(held.shape) == len(values):
        steps = _steps(held.shape)
        start = sum((held.shape[d] - 1) * steps[d] for d in axes if held.shape[d])
        strides = [-step if d in axes else step for d, step in enumerate(steps)]
        found = picked(values, tuple(held.shape), strides, start) if values else []
    made = of.view_of(held, held.shape, unknown_strides(held.shape), found)
    made._backwards = frozenset(source) ^ frozenset(axes)
    return made


def _turned(array: Any) -> frozenset[int]:
    """The axes along which an array runs backwards."""
    return array._backwards if type(array) is ndarray else frozenset()


@rule("np.flip")
def flip(m: Any, axis: Any = None) -> Any:
    if isinstance(m, Tensor):
        raise NotModelled
    held = of.tensor_of(m, other=True)
    if axis is None:
        return backwards(held, range(held.ndim), _turned(m)) if held.ndim else of.wrapped(held)
    return backwards(held, of.axis_tuple(axis, held.ndim), _turned(m))


@rule("np.fliplr")
def fliplr(m: Any) -> Any:
    held = of.tensor_of(m, other=True)
    if held.ndim < 2:
        raise ValueError("Input must be >= 2-d.")
    return backwards(held, (1,), _turned(m))


@rule("np.flipud")
def flipud(m: Any) -> Any:
    held = of.tensor_of(m, other=True)
    if held.ndim < 1:
        raise ValueError("Input must be >= 1-d.")
    return backwards(held, (0,), _turned(m))


@rule("np.rot90")
def rot90(m: Any, k: Any = 1, axes: Any = (0, 1)) -> Any:
    held = of.tensor_of(m, other=True)
    given = tuple(axes)
    if len(given) != 2:
        raise ValueError("len(axes) must be 2.")
    if given[0] == given[1] or abs(given[0] - given[1]) == held.ndim:
        raise ValueError("Axes must be different.")
    if any(not -held.ndim <= axis < held.ndim for axis in given):
        raise ValueError(f"Axes={given} out of range for array of ndim={held.ndim}.")
    times = of.known_whole(k) % 4
    i, j = [axis % held.ndim for axis in given]
    order = list(range(held.ndim))
    order[i], order[j] = order[j], order[i]
    if times == 0:
        return ndarray(held)
    if times == 2:
        return backwards(held, (i, j))
    if times == 1:
        return permuted(backwards(held, (j,))._tensor, order)
    return backwards(permuted(held, order)._tensor, (j,))


@rule("np.roll")
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    held = of.tensor_of(a, other=True)
    shifts = of.tensor_of(shift)
    if shifts.dtype.category > dtypes.INTEGER:
        raise NotModelled
    values = None
    if axis is None:
        by = of.values_of(shifts)
        own = of.values_of(held)
        if own is not None and by is not None and len(by) == 1 and own:
            at = -by[0] % len(own)
            values = Values(own[at:] + own[:at])
    else:
        of.axis_tuple(axis, held.ndim, duplicates=True)
        if shifts.ndim > 1:
            raise ValueError("'shift' and 'axis' should be scalars or 1D sequences")
        if shifts.ndim and isinstance(axis, (tuple, list)):
            of.broadcast([shifts.shape, (len(axis),)])
    return ndarray(make(held.shape, held.dtype, of.layout(held.shape, held), values=values))


@rule("np.repeat", "ndarray.repeat")
def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """Each element so often, along an axis or of all in a row."""
    if isinstance(a, Tensor):
        return of.asked_of(a, "repeat", repeat, repeats, axis=axis)
    held = of.tensor_of(a, other=True)
    counts = of.tensor_of(repeats)
    if counts.dtype.category > dtypes.INTEGER:
        if not (counts.numel() == 0 and counts.ndim == 1):
            raise TypeError(
                f"Cannot cast array data from dtype('{counts.dtype.name}') to dtype('int64') according to the rule 'safe'"
            )
    if counts.dtype is dtypes.uint64:
        raise TypeError("Cannot cast array data from dtype('uint64') to dtype('int64') according to the rule 'safe'")
    if counts.ndim > 1:
        raise ValueError("object too deep for desired array")
    at = None if axis is None else of.axis_of(axis, max(held.ndim, 1))
    size = of.count_of(held.shape) if at is None or not held.ndim else held.shape[at]
    times = of.values_of(counts)
    if times is not None and any(n < 0 for n in times):
        if type(of.count_of(held.shape)) is not int or not of.count_of(held.shape):
            raise NotModelled
        raise ValueError("repeats may not contain negative values.")
    one = counts.ndim == 0 or (type(counts.shape[0]) is int and counts.shape[0] == 1)
    if not one and type(size) is int and type(counts.shape[0]) is int and counts.shape[0] != size:
        raise ValueError(f"operands could not be broadcast together with shape ({size},) ({counts.shape[0]},)")
    total: Any
    if one:
        single = (
            times[0]
            if times is not None
            else of.whole(repeats)
            if repeats.__class__ is int
            else Unknown("how often an element is repeated", int)
        )
        total = size * int(single) if type(single) is not Unknown else size * single
    else:
        total = sum(times) if times is not None else Unknown("how often elements are repeated", int)
    shape = (total,) if at is None or not held.ndim else (*held.shape[:at], total, *held.shape[at + 1 :])
    values = None
    own = of.values_of(held)
    if own is not None and times is not None and of.is_few(shape):
        inner = 1 if at is None else math.prod(held.shape[at + 1 :])
        each = [own[i : i + inner] for i in range(0, len(own), inner)] if inner else []
        length = len(each) if at is None else size
        values = Values(
            [v for i, part in enumerate(each) for _ in range(times[0] if one else times[i % length]) for v in part]
        )
    return ndarray(make(shape, held.dtype, values=values))


@rule("np.tile")
def tile(A: Any, reps: Any) -> Any:
    """The whole array so often along each axis."""
    held = of.tensor_of(A, other=True)
    times = of.sizes_of(
        tuple(reps) if isinstance(reps, (tuple, list)) or (type(reps) is ndarray and reps.ndim) else (reps,)
    )
    sizes = (1,) * (len(times) - held.ndim) + tuple(held.shape)
    all_times = (1,) * (len(sizes) - len(times)) + tuple(times)
    shape = [n * size for n, size in zip(all_times, sizes)]
    values = None
    own = of.values_of(held)
    if own is not None and of.is_few(shape):
        values = Values(own)
        for d in range(len(sizes) - 1, -1, -1):
            block = math.prod(shape[d + 1 :]) * sizes[d]
            parts = [values[i : i + block] for i in range(0, len(values), block)] if block else []
            values = Values([v for part in parts for v in part * all_times[d]])
    plain = all(type(n) is int and n == 1 for n in all_times)
    return ndarray(make(shape, held.dtype, of.layout(shape, held) if plain else None, values=values))


@rule("np.resize")
def resize(a: Any, new_shape: Any) -> Any:
    held = of.tensor_of(a, other=True)
    sizes = of.sizes_of(new_shape)
    return of.array(sizes, held.dtype)


# parts of matrices


@rule("np.diag")
def diag(v: Any, k: Any = 0) -> Any:
    held = of.tensor_of(v, other=True)
    at = of.known_whole(k)
    if held.ndim == 1:
        size = held.shape[0] + abs(at)
        values = of.values_of(held)
        found = None
        if values is not None and of.is_few((size, size)) and not is_other(held.dtype):
            flat: list[Any] = [0] * (size * size)
            for i, value in enumerate(values):
                flat[(i + max(0, -at)) * size + i + max(0, at)] = value
            found = of.held_values(flat, held.dtype)
        return of.array((size, size), held.dtype, found)
    if held.ndim == 2:
        return diagonal_of(held, at, 0, 1)
    raise ValueError("Input must be 1- or 2-d.")


def diagonal_of(held: Tensor, offset: int, axis1: Any, axis2: Any) -> Any:
    axis1, axis2 = of.known_whole(axis1), of.known_whole(axis2)
    if held.ndim < 2:
        raise ValueError("diag requires an array of at least two dimensions")
    i, j = of.axis_of(axis1, held.ndim), of.axis_of(axis2, held.ndim)
    if i == j:
        raise ValueError("axis1 and axis2 cannot be the same")
    rows, columns = held.shape[i], held.shape[j]
    if type(rows) is int and type(columns) is int:
        size: Any = max(0, min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns))
    elif offset == 0 and rows is columns:
        size = rows
    else:
        size = Unknown("the length of a diagonal", int)
    shape = [n for d, n in enumerate(held.shape) if d not in (i, j)] + [size]
    values = None
    if held.ndim == 2 and known(held) is not None and type(size) is int:
        own = known(held) or []
        steps = _steps(held.shape)
        start = max(0, -offset) * steps[i] + max(0, offset) * steps[j]
        values = [own[start + n * (steps[i] + steps[j])] for n in range(size)]
    return of.view_of(held, shape, unknown_strides(shape), values)


@rule("np.diagonal", "ndarray.diagonal")
def diagonal(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    return diagonal_of(of.tensor_of(a, other=True), of.known_whole(offset), axis1, axis2)


@rule("linalg.diagonal")
def linalg_diagonal(x: Any, /, *, offset: Any = 0) -> Any:
    return diagonal_of(of.tensor_of(x, other=True), of.known_whole(offset), -2, -1)


@rule("np.trace", "ndarray.trace")
def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1, dtype: Any = None, out: Any = None) -> Any:
    from .reductions import reduced

    cut = diagonal_of(of.tensor_of(a), of.known_whole(offset), axis1, axis2)
    return reduced("sum", cut, -1, dtype, out)


@rule("linalg.trace")
def linalg_trace(x: Any, /, *, offset: Any = 0, dtype: Any = None) -> Any:
    return trace(x, offset, -2, -1, dtype)


@rule("np.diagflat")
def diagflat(v: Any, k: Any = 0) -> Any:
    held = of.tensor_of(v)
    size = of.count_of(held.shape) + abs(of.known_whole(k))
    return of.array((size, size), held.dtype)


def _triangle(lower: bool) -> Any:
    def function(m: Any, k: Any = 0) -> Any:
        held = of.tensor_of(m)
        at = of.whole(k)
        shape = held.shape
        if held.ndim == 1:
            shape = Size((shape[0], shape[0]))
        elif not held.ndim:
            raise TypeError("tri() missing 1 required positional argument: 'N'")
        values = of.values_of(held) if held.ndim == 2 and type(at) is int else None
        found = None
        if values is not None:
            rows, columns = held.shape
            keeps: Any = (lambda i, j: j - i <= at) if lower else (lambda i, j: j - i >= at)
            found = of.held_values(
                [values[i * columns + j] if keeps(i, j) else 0 for i in range(rows) for j in range(columns)], held.dtype
            )
        return ndarray(make(shape, held.dtype, of.layout(shape, held), values=found))

    return function


rule("np.tril")(_triangle(True))
rule("np.triu")(_triangle(False))


def _triangle_indices(lower: bool) -> Any:
    def function(n: Any, k: Any = 0, m: Any = None) -> Any:
        rows, columns = [
            max(0, size) if type(size) is int else size for size in map(of.whole, (n, n if m is None else m))
        ]
        return _places(rows, columns, of.whole(k), lower)

    return function


def _is_unknown(size: Any) -> bool:
    return type(size) is Unknown


def _places(rows: Any, columns: Any, k: Any, lower: bool) -> Any:
    if all(type(x) is int for x in (rows, columns, k)) and rows * columns <= 100_000:
        found = [(i, j) for i in range(rows) for j in range(columns) if (j - i <= k if lower else j - i >= k)]
        return tuple(
            of.array((len(found),), dtypes.int64, of.held_values([place[d] for place in found], dtypes.int64))
            for d in (0, 1)
        )
    if rows is columns and rows.__class__ is int and type(k) is int and k in (-1, 0, 1) and not _is_unknown(rows):
        whole = k == 0
        count: Any = (
            rows * (rows + 1) // 2
            if whole
            else rows * (rows - 1) // 2
            if (k == 1) != lower
            else rows * (rows + 1) // 2 + rows - 1
        )
        if whole or (k == 1) != lower:
            return tuple(of.array((count,), dtypes.int64) for _ in (0, 1))
    count = Unknown("how many places a triangle has", int)
    return tuple(of.array((count,), dtypes.int64) for _ in (0, 1))


rule("np.tril_indices")(_triangle_indices(True))
rule("np.triu_indices")(_triangle_indices(False))


def _triangle_indices_from(lower: bool) -> Any:
    def function(arr: Any, k: Any = 0) -> Any:
        of.needs_array(arr)
        held = of.tensor_of(arr, other=True)
        if held.ndim != 2:
            raise ValueError("input array must be 2-d")
        return _places(held.shape[0], held.shape[1], of.whole(k), lower)

    return function


rule("np.tril_indices_from")(_triangle_indices_from(True))
rule("np.triu_indices_from")(_triangle_indices_from(False))


@rule("np.diag_indices")
def diag_indices(n: Any, ndim: Any = 2) -> Any:
    from .creation import arange

    return (arange(n),) * of.known_whole(ndim)


@rule("np.diag_indices_from")
def diag_indices_from(arr: Any) -> Any:
    held = of.tensor_of(arr, other=True)
    if held.ndim < 2:
        raise ValueError("input array must be at least 2-d")
    if any(type(size) is int and type(held.shape[0]) is int and size != held.shape[0] for size in held.shape):
        raise ValueError("All dimensions of input must be of equal length")
    return diag_indices(held.shape[0], held.ndim)


# what an array is


@rule("np.shape")
def shape(a: Any) -> Any:
    if isinstance(a, Tensor):
        return a.shape
    return tuple(of.tensor_of(a, other=True).shape)


@rule("np.ndim")
def ndim(a: Any) -> Any:
    return of.tensor_of(a, other=True).ndim


@rule("np.size")
def size(a: Any, axis: Any = None) -> Any:
    held = of.tensor_of(a, other=True)
    if axis is None:
        return of.count_of(held.shape)
    count = 1
    for at in of.axis_tuple(axis, held.ndim):
        count = count * held.shape[at]
    return count


@rule("np.isfortran")
def isfortran(a: Any) -> Any:
    held = of.tensor_of(a, other=True)
    return False if of.is_plain(held) else Unknown("how an array lies in memory", bool)


@rule("stride_tricks.sliding_window_view")
def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: Any = False, writeable: Any = False
) -> Any:
    """Every window of an array: the axes become the places, behind them stand the windows."""
    held = of.tensor_of(x, other=True)
    windows = tuple([of.whole(n) for n in window_shape]) if isinstance(window_shape, (tuple, list)) or (type(window_shape) is ndarray and window_shape.ndim) else (of.whole(window_shape),)  # fmt: skip
    if any(type(n) is int and n < 0 for n in windows):
        raise ValueError("`window_shape` cannot contain negative values")
    if axis is None:
        axes = tuple(range(held.ndim))
        if len(windows) != held.ndim:
            raise ValueError(f"Since axis is None, must provide window_shape for all dimensions of `x`; got {len(windows)} window_shape elements and `x.ndim` is {held.ndim}.")  # fmt: skip
    else:
        axes = of.axis_tuple(axis, held.ndim, duplicates=True)
        if len(windows) != len(axes):
            raise ValueError(f"Must provide matching length window_shape and axis; got {len(windows)} window_shape elements and {len(axes)} axes elements.")  # fmt: skip
    sizes = list(held.shape)
    for at, n in zip(axes, windows):
        if type(sizes[at]) is int and type(n) is int and sizes[at] < n:
            raise ValueError("window shape cannot be larger than input array shape")
        sizes[at] = sizes[at] - (n - 1)
    steps = held.stride()
    return of.view_of(held, (*sizes, *windows), (*steps, *[steps[at] for at in axes]))


@rule("stride_tricks.as_strided")
def as_strided(x: Any, shape: Any = None, strides: Any = None, subok: Any = False, writeable: Any = True) -> Any:
    held = of.tensor_of(x, other=True)
    sizes = held.shape if shape is None else of.sizes_of(tuple(shape))
    steps: Any = None
    if strides is not None:
        each = [of.whole(step) for step in strides]
        if len(each) != len(sizes):
            raise ValueError("mismatch in length of strides and shape")
        if any(
            type(step) is not int or type(held.dtype.itemsize) is not int or step < 0 or step % held.dtype.itemsize
            for step in each
        ):
            steps = unknown_strides(sizes)
        else:
            steps = tuple([step // held.dtype.itemsize for step in each])
    elif held.ndim == len(sizes):
        steps = held._strides
    else:
        raise NotModelled
    return of.view_of(held, sizes, steps)


@rule("np.unstack")
def unstack(x: Any, /, *, axis: Any = 0) -> Any:
    held = of.tensor_of(x, other=True)
    if not held.ndim:
        raise ValueError("Input array must be at least 1-d.")
    at = of.axis_of(axis, held.ndim)
    if type(held.shape[at]) is not int:
        raise NotModelled
    return tuple(moveaxis(ndarray(held), at, 0))
