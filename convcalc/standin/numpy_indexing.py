"""`array[key]` and `array[key] = value`: as PyTorch indexes, and backwards too."""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.dtypes import BOOL, FLOATING, INTEGER
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.unknown import index_of, kind_of
from convcalc.tensor.values import Values, known, overwrite, rounded

from .numpy_arrays import asarray, ndarray, of_torch, operand_tensor, wrapped
from .numpy_types import counted, is_other

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _part(item: Any) -> Any:
    """A part of a key as PyTorch's rule takes it: arrays as tensors, scalars as numbers."""
    kind = kind_of(item)
    if kind is ndarray or isinstance(item, (Tensor, list)):
        found = item._tensor if kind is ndarray else item if isinstance(item, Tensor) else asarray(item)
        if type(found) is Unknown:
            return found
        tensor = found._tensor if type(found) is ndarray else found
        if tensor.dtype.category >= FLOATING and not (isinstance(item, list) and not item):
            raise IndexError("arrays used as indices must be of integer (or boolean) type")
        if tensor.dtype.category == INTEGER or (isinstance(item, list) and not item):
            return make(tensor.shape, dtypes.int64, tensor._strides, values=tensor.values)
        return tensor
    if isinstance(kind, type) and issubclass(kind, counted):
        element = kind.tensor_dtype
        if element.category == BOOL:
            return operand_tensor(item)
        if element.category != INTEGER:
            raise IndexError("only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices")  # fmt: skip
        return index_of(item)
    if isinstance(item, (float, str)) and kind is not Unknown:
        raise IndexError("only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices")  # fmt: skip
    if isinstance(item, slice):
        return slice(*[_bound(x) for x in (item.start, item.stop, item.step)])
    return item


def _bound(value: Any) -> Any:
    return value if value is None or value.__class__ is int or type(value) is Unknown else index_of(value)


def _parts(key: Any) -> list[Any]:
    return [_part(item) for item in (key if type(key) is tuple else (key,))]


def _forwards(tensor: Tensor, parts: list[Any]) -> tuple[Tensor, list[Any]]:
    """What is left of a key once the slices that run backwards have been taken."""
    consumed = sum(_dimensions(part) for part in parts)
    at = 0
    for i, part in enumerate(parts):
        if part is Ellipsis:
            at += tensor.ndim - consumed
            continue
        if isinstance(part, slice) and type(part.step) is int and part.step < 0 and at < tensor.ndim:
            size = tensor.shape[at]
            if type(size) is not int or type(part.start) is Unknown or type(part.stop) is Unknown:
                index = make((Unknown("the length of a slice", int),), dtypes.int64)
            else:
                places = list(range(*part.indices(size)))
                index = make((len(places),), dtypes.int64, values=Values(places))
            tensor = of_torch("torch.index_select", tensor, at, index)
            parts[i] = slice(None)
        at += _dimensions(part)
    return tensor, parts


def _dimensions(part: Any) -> int:
    """How many dimensions of the array a part of a key stands for."""
    if part is None or part is Ellipsis or isinstance(part, bool):
        return 0
    return part.ndim if isinstance(part, Tensor) and part.dtype is dtypes.bool_ else 1


def picked(array: Any, key: Any) -> Any:
    """`array[key]`: an array, or a scalar where no dimension is left."""
    if is_other(array._tensor.dtype) and (
        isinstance(key, str) or (isinstance(key, list) and key and isinstance(key[0], str))
    ):
        return _field(array._tensor, key)
    parts = _parts(key)
    asked = list(parts)
    tensor, parts = _forwards(array._tensor, parts)
    count = sum(_dimensions(part) for part in parts)
    if count > tensor.ndim:
        raise IndexError(f"too many indices for array: array is {tensor.ndim}-dimensional, but {count} were indexed")
    made = of_torch("Tensor.__getitem__", tensor, tuple(parts) if len(parts) != 1 else parts[0])
    if type(made) is Unknown:
        return Unknown("a part of an array")
    if made.ndim > 1 and not _keeps_order(array._tensor, parts):
        made = make(made.shape, made.dtype, unknown_strides(made.shape), values=made.values)
    if not made.ndim and Ellipsis in [part for part in parts if part is Ellipsis]:
        return ndarray(made)
    if made.ndim:
        found = ndarray(made)
        backwards = _backwards(array, asked, made.ndim)
        if backwards:
            found._backwards = backwards
        return found
    return wrapped(made)


def _backwards(array: Any, parts: list[Any], ndim: int) -> frozenset[int]:
    """The axes of what is picked that run from the end; none where arrays pick, for that copies."""
    if any(isinstance(part, (Tensor, bool)) or type(part) is Unknown for part in parts):
        return frozenset()
    if not array._backwards and not any(
        isinstance(part, slice) and type(part.step) is int and part.step < 0 for part in parts
    ):
        return frozenset()
    found: set[int] = set()
    at = axis = 0
    rest = array._tensor.ndim - sum(_dimensions(part) for part in parts)
    for part in [*parts, *([] if any(part is Ellipsis for part in parts) else [Ellipsis])]:
        if part is None:
            at += 1
        elif part is Ellipsis:
            found.update(at + d for d in range(rest) if axis + d in array._backwards)
            at, axis = at + rest, axis + rest
        elif isinstance(part, slice):
            turned = type(part.step) is int and part.step < 0
            if turned != (axis in array._backwards):
                found.add(at)
            at, axis = at + 1, axis + 1
        else:
            axis += 1
    return frozenset(found) if at == ndim else frozenset()


def _keeps_order(source: Tensor, parts: list[Any]) -> bool:
    """Whether what is picked lies as PyTorch would lay it: numpy puts what arrays pick first in memory, wherever it stands in the shape."""
    arrays = [at for at, part in enumerate(parts) if isinstance(part, Tensor) and part.ndim]
    if not arrays:
        return True
    return source._strides is None and arrays == list(range(len(arrays))) and all(part is not None for part in parts)


def _field(held: Tensor, key: Any) -> Any:
    """The field of records, an array of its own type; of several nothing is known."""
    fields = held.dtype.fields  # type: ignore[attr-defined]
    if fields is None:
        raise IndexError("only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices")  # fmt: skip
    if not isinstance(key, str):
        return Unknown("several fields of an array")
    if key not in fields:
        raise ValueError(f"no field of name {key}")
    element, shape = fields[key]
    return ndarray(make((*held.shape, *shape), element, unknown_strides((*held.shape, *shape))))


def assign(array: Any, key: Any, value: Any) -> None:
    """`array[key] = value`: the value is broadcast, and becomes of the array's type."""
    held = array._tensor
    if is_other(held.dtype):
        overwrite(held)
        return
    parts = _parts(key)
    tensor, rest = _forwards(held, list(parts))
    if tensor is not held or type(value) is Unknown:
        overwrite(held)
        return
    given = value
    if not isinstance(value, (int, float, complex)):
        made = asarray(value)
        if type(made) is Unknown:
            overwrite(held)
            return
        source = operand_tensor(made)
        values = known(source)
        known_values = None if values is None or isinstance(held.dtype, dtypes.UnknownDType) else rounded(values, held.dtype)  # fmt: skip
        given = make(source.shape, held.dtype, values=known_values)
    try:
        of_torch("Tensor.__setitem__", held, tuple(rest) if len(rest) != 1 else rest[0], given)
    except ValueError:
        shape = getattr(picked(array, key), "shape", ())
        raise ValueError(f"could not broadcast input array from shape {tuple(given.shape)} into shape {tuple(shape)}") from None  # fmt: skip
