"""`default_collate` and `default_convert`: a list of items as one batch, by PyTorch's rules. Source: torch/utils/data/_utils/collate.py."""

from __future__ import annotations

from _collections_abc import Mapping, MutableMapping, MutableSequence, Sequence  # Python has loaded it when it starts

from convcalc.tensor import ShapeError, ShapeTypeError, Size, Tensor, Unknown, dtypes, make
from convcalc.tensor.unknown import has_more, kind_of
from convcalc.tensor.values import LIMIT, Values, known

from .data_sets import has_unknown_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Number:
    """A number of Python's of which the type is known, and that differs from item to item."""

    __slots__ = ("kind",)

    def __init__(self, kind: type) -> None:
        self.kind = kind

    @property
    def dtype(self) -> dtypes.DType:
        """What `default_collate` makes of it."""
        return dtypes.bool_ if self.kind is bool else dtypes.int64 if self.kind is int else dtypes.float64

    def opened(self) -> Any:
        """What the user's own code gets: an unknown number of that type."""
        return Unknown("an element of an item", self.kind)


def copied(value: Any) -> Any:
    """`copy.copy`: a plain container is copied without the module, which takes as long to load as a batch to make."""
    if type(value) is list or type(value) is dict:
        return value.copy()
    from copy import copy

    return copy(value)


REFUSAL = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def collate(batch: Any, *, collate_fn_map: Any = None) -> Any:
    """A batch of items of any kind; the map gives functions for types of elements."""
    first = batch[0]
    kind = type(first)
    if kind is Unknown:
        return _of_unknown(batch)
    if kind is Number:
        return make((len(batch),), first.dtype)
    if hasattr(first, "__tensor__") and kind not in (collate_fn_map or ()):
        return _collated_arrays(batch)
    for types, function in (collate_fn_map or {}).items():
        if isinstance(first, types):
            return function(batch, collate_fn_map=collate_fn_map)
    if isinstance(first, Mapping):
        return _collated_mapping(batch, collate_fn_map)
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return kind(*[collate(part, collate_fn_map=collate_fn_map) for part in zip(*batch)])
    if isinstance(first, Sequence):
        return _collated_sequence(batch, collate_fn_map)
    if kind.__module__.startswith("convcalc.") or has_unknown_base(kind):
        return Unknown(f"a batch of {kind.__name__}")
    raise ShapeTypeError(REFUSAL.format(kind))


_DTYPES: dict[Any, dtypes.DType] = {
    bool: dtypes.bool_,
    int: dtypes.int64,
    float: dtypes.float64,
    complex: dtypes.complex128,
}


def _of_unknown(batch: Any) -> Any:
    """A batch with unknown items. Numbers of one type are a tensor: Python's floats doubles, numpy's of the type that they have."""
    kinds = {item.kind if type(item) is Number else kind_of(item) for item in batch}
    kind: Any = kinds.pop()
    dtype = None if kinds else _DTYPES.get(kind) or getattr(kind, "tensor_dtype", None)
    if dtype is not None:
        return make((len(batch),), dtype)
    return next(item for item in batch if type(item) is Unknown)


def _collated_arrays(batch: Any) -> Any:
    """Arrays of the numpy stand-in, or its numbers, with the types that they have."""
    for item in batch:
        if hasattr(type(item), "check_strides"):
            item.check_strides()
    tensors = [item.__tensor__() if hasattr(item, "__tensor__") else item for item in batch]
    if all(isinstance(tensor, Tensor) for tensor in tensors):
        return _stack(tensors)
    return _of_unknown(batch) if any(type(item) is Unknown for item in batch) else _tensor(tensors)


def _collated_mapping(batch: Any, functions: Any) -> Any:
    first = batch[0]
    return _like(first, {key: collate([item[key] for item in batch], collate_fn_map=functions) for key in first})


def _collated_sequence(batch: Any, functions: Any) -> Any:
    first = batch[0]
    if any(type(item) is Unknown for item in batch):
        return next(item for item in batch if type(item) is Unknown)
    if any(isinstance(item, list) and has_more(item) for item in batch):
        return Unknown("a batch of lists of unknown length")
    for item in batch:
        if item is not first:
            if not hasattr(item, "__len__"):
                raise ShapeTypeError(f"object of type '{type(item).__name__}' has no len()")
            if len(item) != len(first):
                raise ShapeError(
                    "each element in list of batch should be of equal size",
                    "concat", expected=len(first), actual=len(item),
                )  # fmt: skip
    parts = [collate(part, collate_fn_map=functions) for part in zip(*batch)]
    return parts if isinstance(first, tuple) else _like(first, parts)


def _like(first: Any, parts: Any) -> Any:
    """A container of the class of another, with other parts; a plain one where the class does not let itself be filled."""
    try:
        if isinstance(first, MutableMapping):
            twin: Any = copied(first)
            twin.update(parts)
            return twin
        if isinstance(first, MutableSequence):
            row: Any = copied(first)
            for i, part in enumerate(parts):
                row[i] = part
            return row
        return type(first)(parts)
    except TypeError:
        return parts


def collate_tensor_fn(batch: Any, *, collate_fn_map: Any = None) -> Any:
    return _stack(batch)


def collate_float_fn(batch: Any, *, collate_fn_map: Any = None) -> Any:
    """Numbers of which the first is a float: float64, whatever the others are."""
    if any(type(item) is Unknown for item in batch):
        return make((len(batch),), dtypes.float64)
    strange = next((item for item in batch if not hasattr(item, "__float__")), None)
    if strange is not None or any(item is None for item in batch):
        raise ShapeTypeError(f"must be real number, not {type(strange).__name__}")
    return _tensor(batch, "float64")


def collate_int_fn(batch: Any, *, collate_fn_map: Any = None) -> Any:
    """Numbers of which the first is an int or a bool: the type that they have together."""
    kinds = set(map(type, batch))
    if kinds == {int} or kinds == {bool}:
        dtype = dtypes.int64 if kinds == {int} else dtypes.bool_
        return make((len(batch),), dtype, values=Values(batch) if len(batch) <= LIMIT else None)
    if kinds <= {int, Number}:
        return make((len(batch),), dtypes.int64)
    if Unknown in kinds:
        return _of_unknown(batch)
    if type(None) in kinds:
        raise ShapeError("Could not infer dtype of NoneType", "argument")
    return _tensor(batch)


def collate_str_fn(batch: Any, *, collate_fn_map: Any = None) -> Any:
    return batch


def _tensor(data: Any, dtype: Any = None) -> Any:
    """`torch.tensor`, as PyTorch's own code calls it."""
    from convcalc.ops.creation import tensor

    return tensor.__wrapped__(list(data), dtype=dtype)  # type: ignore[attr-defined]


def _stack(tensors: Any) -> Any:
    """Tensors of one shape in a new first dimension; what does not fit is refused as `torch.stack` refuses it."""
    first = tensors[0]
    shape, dtype = first.shape, first.dtype
    for tensor in tensors:
        if tensor is first:
            continue
        if type(tensor) is Unknown:
            return Unknown(tensor.reason)
        if not isinstance(tensor, Tensor) or len(tensor.shape) != len(shape) or tensor.dtype is not dtype:
            return _stacked_by_rule(tensors)
        if tensor.shape is not shape and any(
            a is not b and type(a) is not Unknown and type(b) is not Unknown and a != b
            for a, b in zip(tensor.shape, shape)
        ):
            return _stacked_by_rule(tensors)
        if any(type(size) is Unknown for size in shape):
            shape = Size([b if type(a) is Unknown else a for a, b in zip(shape, tensor.shape)])
    values: Any = None
    if first.values is not None and len(first.values) * len(tensors) <= LIMIT:
        values = Values()
        for tensor in tensors:
            own = known(tensor)
            if own is None:
                values = None
                break
            values += own
    return make(Size((len(tensors), *shape)), dtype, None, first.device, values)


def _stacked_by_rule(tensors: Any) -> Any:
    from convcalc.ops.joining import stack

    for i, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            if hasattr(tensor, "__tensor__") or not type(tensor).__module__.startswith("convcalc."):
                raise ShapeTypeError(
                    f"expected Tensor as element {i} in argument 0, but got {type(tensor).__name__}", "concat"
                )
            return Unknown("a batch")
    return stack.__wrapped__(tensors)  # type: ignore[attr-defined]


default_collate_fn_map: dict[Any, Callable[..., Any]] = {
    Tensor: collate_tensor_fn,
    float: collate_float_fn,
    int: collate_int_fn,
    str: collate_str_fn,
    bytes: collate_str_fn,
}


def default_collate(batch: Any) -> Any:
    """A list of items as one batch: tensors stacked, numbers made tensors, lists and dicts by their parts."""
    if type(batch) is Unknown:
        return batch
    return collate(batch, collate_fn_map=default_collate_fn_map)


def default_convert(data: Any) -> Any:
    """An item with its arrays made tensors."""
    if isinstance(data, (Tensor, Unknown, str, bytes)):
        return data
    if type(data) is Number:
        return data.opened()
    if hasattr(data, "__tensor__"):
        return data.__tensor__()
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(data[key]) for key in data})
    if isinstance(data, Sequence):
        parts = [default_convert(part) for part in data]
        if isinstance(data, tuple):
            return type(data)(*parts) if hasattr(data, "_fields") else parts
        return _like(data, parts)
    return data
