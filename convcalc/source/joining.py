"""What is known of a value that is one of two: an item at a place that is not known, a name that two ways through the code leave.

What the two have in common is known: a size, an element type, a part. What differs is not.
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, make
from convcalc.tensor.attributes import own_table
from convcalc.tensor.handover import hand_over
from convcalc.tensor.resets import on_reset
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.unknown import class_of, common_kind, either, held_by, is_array, kind_of, note_or_none, one_of_two

from .rests import OpenList, any_item, are_like_the_rest, has_rest, more_like_these, more_of
from .state import are_alike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEEPEST = 8  # parts within parts that are looked at


def joined(one: Any, other: Any, reason: str, depth: int = 0) -> Any:
    """What is known of a value that is one of two."""
    if are_alike(one, other):
        return other
    kind = class_of(one)
    found: Any = None
    if depth > DEEPEST:
        pass
    elif isinstance(one, list) and isinstance(other, list):
        found = _joined_lists(one, other, reason, depth)
    elif kind is not class_of(other):
        pass
    elif kind is Tensor:
        found = _joined_tensors(one, other, reason)
    elif kind is tuple or (isinstance(one, tuple) and hasattr(kind, "_fields")):
        if len(one) == len(other):
            parts = [joined(a, b, reason, depth + 1) for a, b in zip(one, other)]
            found = tuple(parts) if kind is tuple else tuple.__new__(kind, parts)
    elif kind is dict:
        if list(one) == list(other):
            found = {key: joined(one[key], other[key], reason, depth + 1) for key in one}
    elif is_array(one):
        found = _joined_arrays(one, other, reason)
    elif _has_parts(kind):
        found = _joined_objects(one, other, reason, depth)
    if found is not None:
        return found
    text = str if kind_of(one) is str and kind_of(other) is str else None
    unknown = either(Unknown(reason, text or common_kind(one, other)), one, other)
    note_or_none(unknown, [one, other], lambda values: joined(values[0], values[1], reason))
    return unknown


def _joined_tensors(one: Any, other: Any, reason: str) -> Any:
    if one.dtype is not other.dtype or len(one.shape) != len(other.shape):
        return None
    sizes: Any = [
        a if a is b or (type(a) is int and a == b) else Unknown(reason, int) for a, b in zip(one.shape, other.shape)
    ]
    plain = one._strides is None and other._strides is None
    return make(sizes, one.dtype, None if plain else unknown_strides(sizes))


def _joined_arrays(one: Any, other: Any, reason: str) -> Any:
    from convcalc.standin.numpy_arrays import ndarray

    tensors = held_by(one), held_by(other)
    if type(one) is not ndarray or not all(type(tensor) is Tensor for tensor in tensors):
        return None
    held = _joined_tensors(*tensors, reason)
    return None if held is None else ndarray(held)


def _joined_lists(one: list[Any], other: list[Any], reason: str, depth: int) -> Any:
    """Of lists of one length an item at each place; of others what all items have in common, where they are alike."""
    if has_rest(one) or has_rest(other):
        if not (are_like_the_rest(one) and are_like_the_rest(other)):
            return [more_of(reason)]
    elif type(one) is not type(other):
        return None
    elif len(one) == len(other):
        return type(one)([joined(a, b, reason, depth + 1) for a, b in zip(one, other)]) if type(one) is list else None
    if not one or not other:
        return None
    item = joined(any_item[0](one), any_item[0](other), reason, depth + 1)
    return None if type(item) is Unknown and kind_of(item) is None else OpenList((item, more_like_these(reason)))


# objects of the user's classes, and data sets


_under_way: dict[tuple[int, int], Any] = {}  # objects that hold one another, by the two


def _has_parts(kind: Any) -> bool:
    """Whether all that an object of a class is lies in its attributes: so of the file's own plain classes, and of PyTorch's data sets and their like."""
    if type(kind) is not type or getattr(kind, "__new__", None) is not object.__new__:
        return False
    return all(_is_plain(base) for base in kind.__mro__[:-1])


def _is_plain(base: Any) -> bool:
    if "__slots__" in base.__dict__ or "__init_subclass__" in base.__dict__:
        return False
    package = base.__module__.partition(".")[0]
    return hasattr(base, "own_parts") if package == "convcalc" else package not in _NOT_OF_FILE


_NOT_OF_FILE = frozenset("builtins numpy torch collections functools itertools types".split())


def _joined_objects(one: Any, other: Any, reason: str, depth: int) -> Any:
    """An object with what two have in common. It is neither of them for certain, so what is done to it is not seen in them; they count as handed over."""
    pair = id(one), id(other)
    if pair in _under_way:
        return _under_way[pair]
    parts, others = own_table(one), own_table(other)
    if parts.keys() != others.keys():
        return None
    kind = class_of(one)
    made = object.__new__(_twin_of(kind))
    own: tuple[str, ...] = getattr(kind, "own_parts", ())
    ours = kind.__module__[:9] == "convcalc."
    _under_way[pair] = made
    try:
        table = own_table(made)
        for key, part in parts.items():
            found = [] if key in own else joined(part, others[key], reason, depth + 1)
            table[key] = Unknown(reason) if ours and type(found) is OpenList else found
    finally:
        del _under_way[pair]
    hand_over((one, other), reason)
    return made


_twins: dict[Any, Any] = {}  # by a class: the class of what is one of two objects of it


def _twin_of(kind: Any) -> Any:
    """The class of objects that are one of two of a class: whether one is the same as another nobody knows."""
    twin = _twins.get(kind)
    if twin is None:
        same = Unknown("whether two objects are the same")
        names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__eq__": same, "__ne__": same, "__hash__": kind.__hash__}  # fmt: skip
        twin = _twins[kind] = type(kind.__name__, (kind,), names)
        one_of_two[twin] = kind
    return twin


@on_reset
def forget() -> None:
    """Drop the classes of a run."""
    _twins.clear()
    one_of_two.clear()
