"""The mark in a list, a dict or a set that there are more items, of which nobody knows how many."""

from __future__ import annotations

from convcalc.tensor import Unknown
from convcalc.tensor.unknown import facts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

rests = [0]  # how many marks have been made


def more_of(reason: str) -> Unknown:
    """Stands in a list for items of which nobody knows how many there are."""
    rests[0] += 1
    mark = Unknown(reason)
    object.__setattr__(mark, "is_rest", True)
    return mark


def more_like_these(reason: str, count: Any = None, others: int = 1) -> Unknown:
    """The same for items that are like those in the list; `count` is the whole list's length while it has so many `others`."""
    mark = more_of(reason)
    facts = facts_of(mark)
    facts["alike"] = True
    if type(count) is Unknown and count._facts is not None:
        facts["length"] = count, others
    return mark


def are_like_the_rest(items: Any) -> bool:
    """Whether what a list has more of is like what it has."""
    return all(item._facts is not None and "alike" in item._facts for item in items if is_rest(item))


def length_with_rest(items: Any, reason: str) -> Any:
    """The length of a list, a set or a dict with such a mark."""
    if not isinstance(items, list) and any(type(item) is Unknown and not item.is_rest for item in items):
        return Unknown(reason, int)
    from convcalc.tensor.symbols import length_of_list

    return length_of_list(items)


def has_rest(items: Any) -> bool:
    """Whether there is such a mark in a list."""
    return bool(rests[0]) and any(map(is_rest, items))


def is_rest(item: Any) -> bool:
    """Whether an item stands for others of which nobody knows how many there are."""
    return type(item) is Unknown and item.is_rest
