"""The mark in a list, a dict or a set that there are more items, of which nobody knows how many."""

from __future__ import annotations

from convcalc.tensor import Unknown

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


def has_rest(items: Any) -> bool:
    """Whether there is such a mark in a list."""
    return bool(rests[0]) and any(map(is_rest, items))


def is_rest(item: Any) -> bool:
    """Whether an item stands for others of which nobody knows how many there are."""
    return type(item) is Unknown and item.is_rest
