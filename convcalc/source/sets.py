"""Sets of texts, and hashes: Python gives texts other hashes in each run, so that their sets have another order each time.

The same file gives the same report, so a loaded file goes through such a set in the order of its texts, which is one of those that Python may
have. A set of numbers has the order that Python gives it in every run.
"""

from __future__ import annotations

import sys

from convcalc.tensor import Unknown
from convcalc.tensor.unknown import one_of_two

from .rests import more_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STEADY = frozenset((int, float, bool, complex))  # their hashes are the same in every run


def in_order(items: Any) -> Any:
    """A set whose order changes from run to run as a list that does not, as far as texts can tell; anything else as it is.

    Of items that are not known nobody knows how many there are: two of them may be one.
    """
    if not isinstance(items, (set, frozenset)) or _STEADY.issuperset(map(type, items)):
        return items
    unknown = unknown_member(items)
    if unknown is not None:
        from .unknown_texts import members_of

        members = members_of(items)
        return (
            members
            if members is not None
            else [*in_order({item for item in items if unknown_member((item,)) is None}), more_of(unknown.reason)]
        )
    try:
        return sorted(items)
    except TypeError:  # of several kinds, or objects that have no order
        return sorted(items, key=_text)


def unknown_member(items: Any) -> Unknown | None:
    """An item of a set, or a key of a dict, that is not known: it may be the same as another one."""
    for item in items:
        kind = type(item)
        if kind is Unknown:
            return item  # type: ignore[no-any-return]
        if kind in one_of_two:
            return Unknown("which of several objects one is")
        if kind is tuple or kind is frozenset:
            found = unknown_member(item)
            if found is not None:
                return found
    return None


def _text(item: Any) -> str:
    kind = type(item)
    if kind in (tuple, frozenset):
        return f"{kind.__name__}({','.join(map(_text, in_order(item)))})"
    return f"{kind.__name__} {item!r}" if kind in (str, bytes) or kind in _STEADY or item is None else kind.__name__


def hash_of(value: Any) -> Any:
    """`hash(value)`, unknown of what has another hash in each run; but what `__hash__` returns must be a number, and nobody sees it."""
    found = hash(value)
    return (
        found
        if _is_steady(value) or _is_in_hash(sys._getframe(1))
        else Unknown("a hash, which is another one in each run", int)
    )


def _is_in_hash(frame: Any) -> bool:
    """Whether a function `__hash__` asks, itself or in an expression that goes through items."""
    while frame.f_back is not None and (
        frame.f_code.co_name in ("<genexpr>", "<listcomp>", "<lambda>")
        or str(frame.f_globals.get("__name__")).startswith("convcalc.source.")
    ):
        frame = frame.f_back
    return bool(frame.f_code.co_name == "__hash__")


def _is_steady(value: Any) -> bool:
    return all(map(_is_steady, value)) if type(value) is tuple else type(value) in _STEADY
