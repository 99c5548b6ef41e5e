"""Forgetting: what nobody can know after a loop of unknown length or a branch on something unknown becomes unknown, in its place."""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown
from convcalc.tensor.unknown import common_kind, either, note_or_none
from convcalc.tensor.values import overwrite
from convcalc.trace import recorder

from .rests import are_like_the_rest, has_rest, is_rest, more_like_these, more_of
from .state import (
    ABSENT,
    ATTRIBUTES,
    CELL,
    GROUP,
    LAYER,
    MAPPING,
    NAMES,
    OPAQUE,
    SEQUENCE,
    SLOTS,
    TABLES,
    are_alike,
    put,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .state import Change, Place, State


MOST_PARTS = 100  # items of a list that are compared with those that a loop appends


def forget(changes: Iterable[Change], reason: str) -> bool:
    """Makes unknown what has changed, except where one cannot tell the difference; whether there was anything."""
    found = False
    for change in changes:
        if change.place.kind == SEQUENCE:
            found = forget_items(change.place.container, change.before, reason) or found
        elif change.place.kind == GROUP:
            if not any(map(is_rest, change.before)):
                change.place.container.add(more_of(reason))
                found = True
        elif change.place.kind == SLOTS:
            _forget_of_tensor(change, reason)
        elif change.place.kind == LAYER and change.key == 2:
            forget_flags(change.place.container, change.before, change.after, reason)
        elif change.place.kind == LAYER and change.key == 1:
            found = join_tables(change.place.container, change.after, change.before, reason) or found
        elif change.place.kind not in (OPAQUE, LAYER) and not are_alike(change.before, change.after):
            found = _forget_value(change, reason) or found
    return found


def forget_way(state: State, left: dict[tuple[int, Any], Any], reason: str) -> None:
    """Makes unknown in what another way through the code differs, which ended at that state and what it `left` beyond it."""
    forget_passes(state.passes)
    changes = state.changes()
    now = {(change.number, change.key) for change in changes}
    for change in changes:
        other = left.get((change.number, change.key), change.before)
        if change.place.kind == SEQUENCE:
            forget_items(change.place.container, other, reason)
        elif change.place.kind == GROUP:
            change.place.container.add(more_of(reason))
        elif change.place.kind == SLOTS:
            _forget_of_tensor(change, reason)
        elif change.place.kind == LAYER and change.key == 2:
            before = left.get((change.number, 2), change.before)
            forget_flags(change.place.container, change.after, before, reason)
        elif change.place.kind == LAYER and change.key == 1:
            join_tables(change.place.container, change.after, other, reason)
        elif change.place.kind not in (OPAQUE, LAYER):
            _join(change.place, change.key, change.after, other, reason)
    for key, other in left.items():
        place = state.places.get(key[0])
        if place is None or key in now:
            continue
        if place.kind == SEQUENCE:
            forget_items(place.container, other, reason)
        elif place.kind == LAYER and key[1] == 2:
            forget_flags(place.container, place.held[2], other, reason)
        elif place.kind == LAYER and key[1] == 1:
            join_tables(place.container, place.held[1], other, reason)
        elif place.kind in (NAMES, MAPPING, ATTRIBUTES, CELL):
            _join(place, key[1], place.now(key[1]), other, reason)


def forget_passes(since: tuple[int, int, int]) -> None:
    """Nobody knows whether there was a pass backward, a step of an optimizer or a write in place after so many (`Recorder.passed`)."""
    record = recorder.active
    if record is not None:
        record.forget_passes(since)


def _join(place: Place, key: Any, mine: Any, other: Any, reason: str) -> None:
    if not are_alike(mine, other):
        put(place, key, of_both(key, mine, other, reason))


def of_both(key: Any, mine: Any, other: Any, reason: str) -> Any:
    """What is known of what is held under a key, on one of two ways or on both."""
    if mine is ABSENT or other is ABSENT:
        return one_or_none(mine, other, reason)
    if type(key) is str and key in TABLES and isinstance(mine, dict) and isinstance(other, dict):  # of a module
        return {
            name: of_both(None, mine.get(name, ABSENT), other.get(name, ABSENT), reason) for name in {**mine, **other}
        }
    return joined(other, mine, reason)


def one_or_none(one: Any, other: Any, reason: str) -> Unknown:
    """What is bound on one of two ways only; where it is not, it does as little as None."""
    return either(Unknown(reason), *[None if value is ABSENT else value for value in (one, other)])


def joined(one: Any, other: Any, reason: str) -> Any:
    """What is known of a value that is one of two."""
    if are_alike(one, other):
        return other
    if type(one) is type(other) is Tensor and one.dtype is other.dtype and len(one.shape) == len(other.shape):
        from convcalc.tensor import make

        sizes: Any = [
            a if a is b or (type(a) is int and a == b) else Unknown(reason, int) for a, b in zip(one.shape, other.shape)
        ]
        return make(sizes, one.dtype)
    if type(one) is type(other) is list and (has_rest(one) or has_rest(other)):
        return [more_of(reason)]
    if type(one) is type(other) and type(one) in (tuple, list) and len(one) == len(other):
        return type(one)([joined(a, b, reason) for a, b in zip(one, other)])
    if type(one) is type(other) is dict and list(one) == list(other):
        return {key: joined(one[key], other[key], reason) for key in one}
    found = either(Unknown(reason, common_kind(one, other)), one, other)
    note_or_none(found, [one, other], lambda values: joined(values[0], values[1], reason))
    return found


def forget_items(items: Any, others: list[Any], reason: str) -> bool:
    """Leaves of a list what it has in common with another state of it; whether that is less than this other one."""
    mine = list(items)
    if len(mine) == len(others) and all(a is b for a, b in zip(mine, others)):
        return False
    kept = _grown(mine, others, reason)
    if kept is not None:
        _refill(items, kept)
        return not are_alike(kept, others)
    kept = []
    for a, b in zip(mine, others):
        if is_rest(a) or is_rest(b):
            break
        kept.append(joined(b, a, reason))
    if len(mine) != len(others) or len(kept) < len(mine):
        kept.append(more_of(reason))
    _refill(items, kept)
    return not are_alike(kept, others)


def _refill(items: Any, kept: list[Any]) -> None:
    if isinstance(items, list):
        items[:] = kept
    else:
        items.clear()
        items.extend(kept)


def _grown(mine: list[Any], others: list[Any], reason: str) -> list[Any] | None:
    """A list to which nothing was done but that items were appended, nobody knows how many: what all items have in common, and that there are more."""
    count = len(others)
    if len(mine) <= count or any(a is not b for a, b in zip(mine, others)):
        return None
    if not are_like_the_rest(others):
        return None
    added = mine[count:]
    if has_rest(added) and not are_like_the_rest(added):
        return None
    known, new = ([item for item in part if not is_rest(item)] for part in (others, added))
    if not new or len(known) > MOST_PARTS:
        return None
    common = new[0]
    for item in (*new[1:], *known):
        common = joined(item, common, reason)
    if not has_rest(others) and not all(are_alike(item, common) for item in known):
        return None  # what the list began with is known, and something else
    return [common, more_like_these(reason)]


def _forget_of_tensor(change: Change, reason: str) -> None:
    tensor = change.place.container
    if change.key == "values":
        overwrite(tensor)
        tensor.values = None
    elif change.key == "shape":
        found = joined(_shaped(tensor, change.before), _shaped(tensor, change.after), reason)
        if isinstance(found, Tensor):
            tensor.shape = found.shape
    elif change.key == "_grad":
        tensor._grad = unknown_flag(change.before, change.after, reason)


def unknown_flag(one: Any, other: Any, reason: str) -> Unknown:
    """A tensor's flag that is one of two; an unknown stays the one that it was, so that a loop's turns are seen to be alike."""
    known = [flag for flag in (one, other) if type(flag) is Unknown]
    return known[0] if known else Unknown(reason)


def forget_flags(layer: Any, mine: Any, others: Any, reason: str) -> None:
    """Makes unknown which of a layer's parameters are trained, where two states of it differ (`state._layer_of` has them)."""
    parameters = [p for p in layer.__dict__.get("_parameters", {}).values() if p is not None]
    for parameter, one, other in zip(parameters, mine, others):
        if one[0] is not other[0]:
            parameter._grad = unknown_flag(one[0], other[0], reason)


def join_tables(layer: Any, mine: Any, others: Any, reason: str) -> bool:
    """Leaves of a layer's tables what they have in common with another state of it (`state._layer_of` has them); whether that is less."""
    differs = False
    for name, own, theirs in zip([name for name in TABLES if name in layer.__dict__], mine, others):
        table = layer.__dict__[name]
        for key in {**own, **theirs}:
            one, other = own.get(key, ABSENT), theirs.get(key, ABSENT)
            if not are_alike(one, other):
                table[key] = of_both(None, one, other, reason)
                differs = True
    return differs


def _shaped(tensor: Tensor, shape: Any) -> Tensor:
    from convcalc.tensor import make

    return make(shape, tensor.dtype)


def _forget_value(change: Change, reason: str) -> bool:
    """Makes a value unknown, as far as it has changed; whether less is known of it than before."""
    place, before, after = change.place, change.before, change.after
    if before is ABSENT:
        if (
            place.kind == MAPPING
            and place.container.get("__name__") is None
            and not any(type(key) is Unknown for key in place.held)
        ):
            place.container[more_of(reason)] = Unknown(reason)  # it may have gained more
            return True
        return type(change.key) is not Unknown and place.kind != NAMES
    if after is ABSENT:
        if is_rest(change.key):  # another mark has taken its place
            return False
        change.put(Unknown(reason))
        return True
    common = joined(before, after, reason)
    change.put(common)
    return not are_alike(common, before)
