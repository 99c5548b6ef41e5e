"""The mark in a list, a dict or a set that there are more items, of which nobody knows how many.

Whoever goes through such a container item by item would take the mark for an item. Our own code looks for it; Python's own library, or a function
written in C that the file calls, does not. So what is made here are classes that only our code may go through: to all others it is unknown.
"""

from __future__ import annotations

import sys

from convcalc.tensor import Unknown, UnknownValue
from convcalc.tensor.instructions import adds_in_place, unpacked
from convcalc.tensor.unknown import facts_of, one_of_two

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
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


def _is_ours() -> bool:
    """Whether convcalc's own code asks, not the file's or a library's; what is written in C has no frame and asks for who called it."""
    return str(sys._getframe(2).f_globals.get("__name__", ""))[:9] == "convcalc."


def _refused(items: Any) -> UnknownValue:
    return UnknownValue(f"{next(filter(is_rest, items)).reason} (and how many there are)")


def _nothing_known(items: Any) -> Any:
    return Unknown("an item of a list of unknown length")


any_item: list[Callable[[Any], Any]] = [
    _nothing_known
]  # what all items have in common; `unknown_texts` puts its own function here


class OpenList(list):  # type: ignore[type-arg]
    """A list with a mark for more items."""

    __slots__ = ()
    __module__ = "builtins"  # what is done to it is followed as with any list

    def __iter__(self) -> Any:
        if not _is_ours():
            count = unpacked(sys._getframe(1))
            if count is None:
                raise _refused(list.__iter__(self))
            return iter([any_item[0](self)] * count)  # `a, b = line.split()`
        return list.__iter__(self)

    def __add__(self, other: Any) -> Any:
        return OpenList(_plain(self) + _plain(other)) if isinstance(other, list) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        if not isinstance(other, list):
            return NotImplemented
        if adds_in_place(sys._getframe(1)):
            list.extend(other, _plain(self))
            return other
        return OpenList(_plain(other) + _plain(self))

    def __iadd__(self, other: Any) -> Any:
        self.extend(other)
        return self

    def __mul__(self, times: Any) -> Any:
        found = list.__mul__(self, times) if type(times) is int else NotImplemented
        return OpenList(found) if type(found) is list else found

    __rmul__ = __mul__

    def __setitem__(self, key: Any, value: Any) -> None:
        if type(key) is slice:
            self._refuse_change()
        list.__setitem__(self, key, value)

    def __delitem__(self, key: Any) -> None:
        if type(key) is slice:
            self._refuse_change()
        list.__delitem__(self, key)

    def _refuse_change(self) -> None:
        """A part is changed of which nobody knows where it lies: how long the list is then, nobody knows either."""
        forget_length(self)
        raise _refused(list.__iter__(self))

    def extend(self, items: Any) -> None:
        list.extend(self, _plain(items) if isinstance(items, list) else items)

    def copy(self) -> Any:
        return OpenList(_plain(self))


class OpenSet(set):  # type: ignore[type-arg]
    """A set with a mark for more members."""

    __slots__ = ()
    __module__ = "builtins"

    def __iter__(self) -> Any:
        if not _is_ours():
            raise _refused(set.__iter__(self))
        return set.__iter__(self)


class OpenDict(dict):  # type: ignore[type-arg]
    """A dict with a mark for more keys."""

    __slots__ = ()
    __module__ = "builtins"

    def __iter__(self) -> Any:
        if not _is_ours():
            raise _refused(dict.__iter__(self))
        return dict.__iter__(self)

    def keys(self) -> Any:
        return dict.keys(self) if _is_ours() else keys_of(self)

    def values(self) -> Any:
        return dict.values(self) if _is_ours() else OpenList((*dict.values(self), self._more()))

    def items(self) -> Any:
        if _is_ours():
            return dict.items(self)
        key = keys_of(self)[0]
        return OpenList((*[(key, value) for value in dict.values(self)], self._more()))

    def _more(self) -> Unknown:
        reason = next(filter(is_rest, self)).reason
        return more_like_these(reason, length_with_rest(self, reason), len(self))


def keys_of(items: Any) -> OpenList:
    """The keys of a dict with a mark, as a list with one: they are certainly different."""
    reason = next(filter(is_rest, items)).reason
    count = length_with_rest(items, reason)
    key = Unknown(f"a key of a dict with {reason}")
    facts_of(key)["different"] = count
    return OpenList((key, more_like_these(reason, count)))


OPEN = (OpenList, OpenSet, OpenDict)


def _plain(items: Any) -> Any:
    """The items of a list, whichever class it is, as a list."""
    return list(list.__iter__(items))


def forget_length(items: Any) -> None:
    """Nobody knows any more how many items there are."""
    for mark in filter(is_rest, items):
        facts_of(mark).pop("length", None)


def length_with_rest(items: Any, reason: str) -> Any:
    """The length of a list, a set or a dict with such a mark."""
    if not isinstance(items, list) and any(
        (type(item) is Unknown and not item.is_rest) or type(item) in one_of_two for item in items
    ):
        return Unknown(reason, int)
    from convcalc.tensor.symbols import length_of_list

    return length_of_list(items)


def has_rest(items: Any) -> bool:
    """Whether there is such a mark in a list."""
    return bool(rests[0]) and any(map(is_rest, items))


def is_rest(item: Any) -> bool:
    """Whether an item stands for others of which nobody knows how many there are."""
    return type(item) is Unknown and item.is_rest
