"""What items have in common, whether one tells more than another, and which can never be in one batch."""

from __future__ import annotations

from convcalc.tensor import ShapeError, Size, Tensor, Unknown, make
from convcalc.tensor.unknown import held_by, is_number_type, kind_of, note_or_none

from .any_index import stands_for_all
from .collate import Number, copied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


CHANCES = 3  # how often a batch is made again for which random numbers were consulted


class Unlike(Exception):
    """Two items differ in more than can be said in one."""


# what items have in common


def merged(items: Sequence[Any], reason: str, whole: bool = True) -> Any:
    """What is known of an item that may be any of these; `whole` says that it can be no other, so that equal values are known."""
    first = items[0]
    if whole and all(item is first for item in items):
        return first
    kind = type(first)
    if kind is Unknown or any(type(item) is not kind for item in items):
        kinds = {item.kind if type(item) is Number else kind_of(item) for item in items}
        number = kinds.pop()
        if all(item is first for item in items):
            return first
        found = Unknown(reason, number if not kinds and is_number_type(number) else None)
        note_or_none(found, list(items), lambda values: merged(values, reason, False))
        return found
    if isinstance(first, Tensor):
        return _merged_tensor(items, reason, whole)
    if hasattr(first, "__tensor__"):
        from .numpy_arrays import ndarray, wrapped

        tensor = _merged_tensor([held_by(item) for item in items], reason, whole)
        return tensor if type(tensor) is Unknown else ndarray(tensor) if kind is ndarray else wrapped(tensor)
    if kind in (bool, int, float):
        return first if whole and all(item == first for item in items) else Number(kind)
    if kind in (str, bytes):
        return first if whole and all(item == first for item in items) else Unknown(reason)
    if first is None or (kind is Number and all(item.kind is first.kind for item in items)):
        return first
    parts = _parts(first)
    if parts is None:
        return Unknown(reason)
    columns = [_parts(item) for item in items]
    if any(list(column) != list(parts) for column in columns):
        return Unknown(reason)
    return _rebuilt(first, {key: merged([column[key] for column in columns], reason, whole) for key in parts})


def _merged_tensor(tensors: Sequence[Tensor], reason: str, whole: bool) -> Any:
    first = tensors[0]
    if any(t.dtype is not first.dtype or len(t.shape) != len(first.shape) for t in tensors):
        return Unknown(reason)
    shape = [
        sizes[0] if all(_is_same_size(size, sizes[0]) for size in sizes) else Unknown(reason)
        for sizes in zip(*[t.shape for t in tensors])
    ]
    strides = first._strides if all(t._strides == first._strides for t in tensors) else None
    same = whole and first.values is not None and all(t.values == first.values for t in tensors)
    return make(Size(shape), first.dtype, strides, first.device, list(first.values) if same and first.values else None)


def _is_same_size(a: Any, b: Any) -> bool:
    return a is b or (type(a) is not Unknown and type(b) is not Unknown and bool(a == b))


def _parts(value: Any) -> Any:
    """The parts of a container or of an object of the user's by key; None of what has none."""
    if isinstance(value, dict):
        return value
    if isinstance(value, (tuple, list)):
        return dict(enumerate(value))
    kind: Any = type(value)
    if kind.__module__ == "PIL.Image":
        return {"mode": value.mode, "size": value.size}
    own = getattr(value, "__dict__", None)
    plain = type(own) is dict and kind.__new__ is object.__new__ and not kind.__module__.startswith("convcalc.")
    return own if plain else None


def _rebuilt(like: Any, parts: dict[Any, Any]) -> Any:
    """A container or object as another one, with other parts."""
    kind = type(like)
    if kind is dict:
        return dict(parts)
    if isinstance(like, dict):
        twin = copied(like)
        twin.update(parts)
        return twin
    if isinstance(like, (tuple, list)):
        values = list(parts.values())
        if kind is list or kind is tuple:
            return kind(values)
        return kind(*values) if hasattr(like, "_fields") else kind(values)
    twin = copied(like)
    twin.__dict__.update(parts)
    return twin


def mapped(value: Any, change: Callable[[Any], Any], depth: int = 0) -> Any:
    """A value with each of its leaves changed; itself where no leaf is."""
    if isinstance(value, (Tensor, Unknown)) or hasattr(value, "__tensor__") or depth > 8:
        return change(value)
    parts = _parts(value)
    if parts is None:
        return change(value)
    found = {key: mapped(part, change, depth + 1) for key, part in parts.items()}
    return value if all(found[key] is part for key, part in parts.items()) else _rebuilt(value, found)


def opened(item: Any) -> Any:
    """An item that stands for several, as the user's own code may see it: its own containers, and tensors for numbers."""

    def leaf(value: Any) -> Any:
        if type(value) is Number:
            return value.opened()
        if type(value) is Tensor:
            return make(value.shape, value.dtype, value._strides, value.device, value.values, value.origin)
        return value

    return mapped(item, leaf)


def in_common(batches: Sequence[Any], reason: str) -> Any:
    """What several batches have in common, for the script to see."""
    return mapped(
        merged(batches, reason, whole=False), lambda leaf: Unknown(reason, leaf.kind) if type(leaf) is Number else leaf
    )


def less_chance(function: Any, batch: Any, items: Sequence[Any], count: Any) -> Any:
    """A batch for whose making random numbers were consulted: what it has in common with some made again, and with the items."""
    from .traces import Trace

    trace = Trace()
    batches = [batch]
    for _ in range(CHANCES):
        again = [opened(item) for item in items]
        batches.append(function(again[0] if count is None else again))
    trace.erase()
    reason = "what a batch has by chance"
    return with_sizes_of([*items, len(items)], in_common(batches, reason), reason)


def with_sizes_of(items: Any, batch: Any, reason: str) -> Any:
    """A batch of which only those sizes are known that the items have too, or that are their number: others may have been drawn."""
    sizes: set[Any] = {1, items[-1]}

    def collect(leaf: Any) -> Any:
        sizes.update(size for size in getattr(leaf, "shape", ()) if type(size) is int)
        return leaf

    def known(leaf: Any) -> Any:
        if isinstance(leaf, Tensor) and any(type(size) is int and size not in sizes for size in leaf.shape):
            shape = [size if type(size) is Unknown or size in sizes else Unknown(reason) for size in leaf.shape]
            return make(Size(shape), leaf.dtype, None, leaf.device)
        return leaf

    mapped(items, collect)
    return mapped(batch, known)


def without_chance(items: Sequence[Any], reason: str) -> Any:
    """Items made with random numbers: where their shapes differ, that is chance, and each may be as any other."""
    try:
        keys: dict[Any, Any] = {}
        if len({_signature(item, (), keys) for item in items}) == 1:
            return items
    except Unlike:
        pass
    return [merged(items, reason, whole=False)] * len(items)


# the item of an index that stands for all


def settled(item: Any) -> Any:
    """Such an item without the index: `Unlike` where a size depends on it."""
    return mapped(item, _settled_leaf)


def _settled_leaf(value: Any) -> Any:
    if stands_for_all(value):
        return Number(int)
    tensor = value if isinstance(value, Tensor) else held_by(value) if hasattr(value, "__tensor__") else None
    if tensor is not None:
        if any(map(stands_for_all, tensor.shape)):
            raise Unlike
        if tensor.values is not None and any(map(stands_for_all, tensor.values)):
            tensor.values = None
    return value


def knows_more(item: Any, general: Any, depth: int = 0) -> bool:
    """Whether an item tells more than the general one; `Unlike` where they contradict each other."""
    if item is general:
        return False
    if type(general) is Number:
        if type(item) is general.kind:
            return True
        raise Unlike
    if type(item) is not type(general) or depth > 8:
        raise Unlike
    if hasattr(item, "__tensor__"):
        item, general = held_by(item), held_by(general)
    if isinstance(item, Tensor):
        if item.dtype is not general.dtype or len(item.shape) != len(general.shape):
            raise Unlike
        for a, b in zip(item.shape, general.shape):
            if type(a) is not type(b) or (type(a) is not Unknown and a != b):
                raise Unlike
        if general.values is not None and item.values != general.values:
            raise Unlike
        return item.values is not None and general.values is None
    if type(item) is Unknown:
        return False
    parts, others = _parts(item), _parts(general)
    if parts is None:
        if item != general:
            raise Unlike
        return False
    if list(parts) != list(others):
        raise Unlike
    more = False
    for key, part in parts.items():  # each of them, since a later one may contradict
        more = knows_more(part, others[key], depth + 1) or more
    return more


# batches that no choice of items can make


def must_differ(items: Sequence[Any], count: int) -> tuple[Any, Any] | None:
    """Two items that differ in shape, where no `count` of these items are all of one; None where some might be."""
    groups: dict[Any, Any] = {}
    sizes: dict[Any, int] = {}
    keys: dict[Any, Any] = {}
    try:
        for item in items:
            signature = _signature(item, (), keys)
            groups.setdefault(signature, item)
            sizes[signature] = sizes.get(signature, 0) + 1
    except Unlike:
        return None
    if len(groups) < 2 or max(sizes.values()) >= count:
        return None
    first, second = list(groups.values())[:2]
    return first, second


def refuse_unlike(items: Sequence[Any], count: int) -> None:
    """Raises what `default_collate` raises of any `count` of these items; which sizes it meets is not known."""
    pair = must_differ(items, count)
    if pair is None:
        return
    from .collate import default_collate

    try:
        default_collate(list(pair))
    except ShapeError as error:
        first, second = error.expected, error.actual
        if isinstance(first, tuple) and isinstance(second, tuple) and len(first) == len(second):
            sizes = ", ".join([str(a) if a == b else "?" for a, b in zip(first, second)])
            error.args = (f"stack expects each tensor to be equal size, but got [{sizes}] at entry 0 and [{sizes}] at entry 1",)  # fmt: skip
        raise


def _signature(value: Any, path: tuple[Any, ...], keys: dict[Any, Any]) -> Any:
    """What `default_collate` wants to be equal in all items of a batch; `Unlike` where that cannot be said."""
    kind = type(value)
    if hasattr(value, "__tensor__"):
        value = held_by(value)
    if kind is Unknown or len(path) > 8:
        raise Unlike
    own: Any = list(value) if isinstance(value, dict) else kind
    if keys.setdefault(path, own) != own:
        raise Unlike
    if isinstance(value, Tensor):
        if any(type(size) is Unknown for size in value.shape):
            raise Unlike
        return tuple(value.shape)
    if isinstance(value, dict):
        return tuple([_signature(part, (*path, key), keys) for key, part in value.items()])
    if isinstance(value, (tuple, list)):
        return tuple([_signature(part, (*path, i), keys) for i, part in enumerate(value)])
    return None
