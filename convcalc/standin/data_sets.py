"""`Dataset` and its kin, from which a script's own data sets derive, with PyTorch's own checks. Source: torch/utils/data/dataset.py."""

from __future__ import annotations

from convcalc.tensor import (  # fmt: skip
    ShapeAssertionError,
    ShapeIndexError,
    ShapeNotImplementedError,
    ShapeTypeError,
    Tensor,
    Unknown,
    UnknownValue,
    make,
)
from convcalc.tensor.unknown import facts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Dataset:
    """Items by index; a loaded file's own datasets derive from it."""

    own_parts: tuple[
        str, ...
    ] = ()  # attributes that no two share; what two have in common is made of what the others have

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __getitem__(self, index: Any) -> Any:
        if has_unknown_base(type(self)):
            raise UnknownValue(f"an item of {type(self).__name__}")
        raise ShapeNotImplementedError("Subclasses of Dataset should implement __getitem__.", "torch-error")

    def __add__(self, other: Any) -> Any:
        from .composed_sets import ConcatDataset

        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """Items in a row."""

    def __iter__(self) -> Iterator[Any]:
        raise ShapeNotImplementedError("Subclasses of IterableDataset should implement __iter__.", "torch-error")

    def __add__(self, other: Any) -> Any:
        from .composed_sets import ChainDataset

        return ChainDataset([self, other])


class TensorDataset(Dataset):
    """Tensors that share their first size; an item is a slice of each."""

    def __init__(self, *tensors: Any) -> None:
        sizes = []
        for tensor in tensors:
            if isinstance(tensor, Tensor):
                if not tensor.shape:
                    raise ShapeIndexError("Dimension specified as 0 but tensor has no dimensions", "dimension-range")
                sizes.append(tensor.shape[0])
            elif hasattr(tensor, "__tensor__") or hasattr(
                type(tensor), "__as_array__"
            ):  # an array, whose `size` is a number
                raise ShapeTypeError("'int' object is not callable")
        known = [size for size in sizes if type(size) is not Unknown]
        if any(size != known[0] for size in known):
            raise ShapeAssertionError("Size mismatch between tensors", "argument", expected=known[0], actual=next(n for n in known if n != known[0]))  # fmt: skip
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple([element(tensor, index) for tensor in self.tensors])

    def __len__(self) -> int:
        return len(self.tensors[0])


def element(items: Any, index: Any) -> Any:
    """`items[index]`; of a tensor so that the record of a run does not show it, because PyTorch's own code does it."""
    if not isinstance(items, Tensor):
        return items[index]
    if items.values is None and items._strides is None and type(index) is int and items.shape:
        size = items.shape[0]
        if type(size) is int and -size <= index < size:
            return make(items.shape[1:], items.dtype, None, items.device)
    from convcalc.ops.indexing import getitem

    return getitem.__wrapped__(items, index)  # type: ignore[attr-defined]


def has_unknown_base(kind: type) -> bool:
    """Whether a class derives from something unknown, so that it may have more than is seen."""
    return any(
        type(base).__module__.startswith("convcalc.") and not isinstance(base, type)
        for ancestor in kind.__mro__
        for base in ancestor.__dict__.get("__orig_bases__", ())
    )


def length(sized: Any) -> Any:
    """`len()` of a dataset or a sampler, or an unknown; TypeError in Python's words where it has none."""
    kind = type(sized)
    if kind is Unknown:
        return (sized._facts or {}).get("count") or Unknown(f"len({sized.reason})", int)
    if not hasattr(kind, "__len__"):
        if has_unknown_base(kind) or (kind.__module__.startswith("convcalc.") and not issubclass(kind, Dataset)):
            return Unknown(f"the length of {kind.__name__}", int)
        raise ShapeTypeError(f"object of type '{kind.__name__}' has no len()")
    try:
        method = kind.__len__
        found = method(sized) if hasattr(method, "__code__") else None  # which may be a number that is not known
        is_count = type(found) is int and found >= 0
        return found if is_count or (type(found) is Unknown and found.__class__ is int) else len(sized)
    except UnknownValue as unknown:
        return Unknown(unknown.reason)


def is_plain_subset(kind: Any) -> bool:
    """Whether a class is PyTorch's own `Subset`."""
    return bool(kind.__name__ == "Subset" and kind.__module__ == "convcalc.standin.composed_sets")


def drawn_indices(count: Unknown) -> Unknown:
    """The indices of a subset drawn at random, of which nobody knows how many there are."""
    indices = Unknown("the indices of a subset")
    facts_of(indices)["count"] = count
    return indices


def drawn_index() -> Unknown:
    """An index drawn at random: one of a data set's, nobody knows which."""
    return Unknown("an index drawn at random", int)
