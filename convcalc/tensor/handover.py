"""What was handed to something unknown, which may have filled a container or set an attribute of an object since.

A list that a callback fills, an object of which a method is registered as a hook: what they hold is still what they held, as far as anybody knows.
But where an operation or Python fails on something that is *empty* there (no items, None), that failure is not known.
"""

from __future__ import annotations

from _collections import deque
from types import MethodType

from .attributes import own_table
from .resets import on_reset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

MOST = 10_000  # things that are remembered
CONTAINERS = (list, dict, set, deque)

_handed: dict[int, tuple[Any, str]] = {}  # by its id: the thing, which keeps the id its own, and to what it was handed


def hand_over(values: Iterable[Any], receiver: str) -> None:
    """Remembers what a call of something unknown was given."""
    for value in values:
        owner = (
            value.__self__
            if type(value) is MethodType or type(value).__name__ == "builtin_function_or_method"
            else value
        )
        _remember(owner, receiver)
        for held in _held_by(owner):
            _remember(held, receiver)


def _remember(value: Any, receiver: str) -> None:
    kind = type(value)
    if len(_handed) < MOST and (
        issubclass(kind, CONTAINERS) or _is_of_user(kind) or hasattr(kind, "register_forward_hook")
    ):
        _handed[id(value)] = value, receiver


def _held_by(owner: Any) -> list[Any]:
    """The containers that an object of the user's, or a container, holds, with those within them."""
    found: list[Any] = []
    seen: set[int] = set()
    waiting = [owner]
    while waiting and len(found) < MOST:
        value = waiting.pop()
        inside: Any = ()
        if type(value) is dict:
            inside = dict.values(value)
        elif type(value) in CONTAINERS:
            inside = value
        elif _is_of_user(type(value)):
            inside = own_table(value).values()
        new = [item for item in inside if type(item) in CONTAINERS and id(item) not in seen]
        seen.update(map(id, new))
        found += new
        waiting += new
    return found


def _is_of_user(kind: type) -> bool:
    return not kind.__module__.startswith(("convcalc.", "torch.", "numpy")) and kind.__module__ not in (
        "builtins",
        "types",
    )


def may_have_filled(value: Any, holder: Any = None) -> str | None:
    """What a container without items, or None in an attribute of `holder`, was handed to; None where it is no such thing."""
    if not _handed or not (value is None or (isinstance(value, CONTAINERS) and not len(value))):
        return None
    found = _handed.get(id(holder)) if value is None else _handed.get(id(value)) or _handed.get(id(holder))
    if found is None and value is not None:  # an object may have been handed over before it had that container
        found = next(
            (known for known in [*_handed.values()] if any(held is value for held in _held_by(known[0]))), None
        )
    return None if found is None else found[1]


def was_handed(value: Any) -> bool:
    """Whether an object was handed to something unknown, which may have given it attributes."""
    return id(value) in _handed


def is_any() -> bool:
    """Whether anything was handed to something unknown."""
    return bool(_handed)


@on_reset
def forget() -> None:
    _handed.clear()
