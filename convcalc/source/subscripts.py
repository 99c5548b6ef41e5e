"""Items of lists and dicts where the key, or what is looked for, is not known: what all of them have in common."""

from __future__ import annotations

from _collections import deque
from _operator import is_

from convcalc.tensor import Unknown
from convcalc.tensor import varying_numbers as numbers
from convcalc.tensor.attributes import read
from convcalc.tensor.resets import on_reset
from convcalc.tensor.unknown import facts_of, kind_of, one_of_two

from .rests import are_like_the_rest, forget_length, has_rest, is_rest, more_of, rests
from .unknown_texts import another_like, any_of_alike, method_of_text, part_of_alike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SEQUENCES = (list, tuple, deque, str, bytes, range)
MAX_ITEMS = 10_000  # that are compared with one another


def item_at(items: Any, key: Any) -> Any:
    """`items[key]`"""
    kind = type(key)
    numbers.read(items)
    if kind is Unknown:
        if isinstance(items, (*SEQUENCES, dict)):
            return _any_of(items.values() if isinstance(items, dict) else items, f"an item at {key.reason}")
    elif kind is slice:
        unknown = next((part for part in (key.start, key.stop, key.step) if type(part) is Unknown), None)
        if rests[0] and isinstance(items, list) and has_rest(items):
            part = part_of_alike(items, key)
            return (
                _part_of(items, Unknown("a list of unknown length") if unknown is None else unknown)
                if part is None
                else part
            )
        if isinstance(items, SEQUENCES) and unknown is not None:
            certain = _certain_part(items, key)
            if certain is not None:
                return certain
            return _part_of(items, unknown)
    elif not rests[0]:
        pass
    elif isinstance(items, (list, deque)) and has_rest(items) and kind is int:
        known = next(i for i, item in enumerate(items) if is_rest(item))
        alike = are_like_the_rest(items)
        if 0 <= key < known:
            return another_like(items[key]) if alike and known == 1 else items[key]
        reason = "an item of a list of unknown length"
        return another_like(any_of_alike(items, reason)) if alike else Unknown(reason)
    elif isinstance(items, dict) and key not in items and any(type(k) is Unknown for k in items):
        return Unknown("an item of a dict whose keys are not known")
    return items[key]


def _certain_part(items: Any, key: slice) -> Any:
    """A slice of a list whose length is certain, though nobody knows where it begins; None of any other."""
    if type(items) not in (list, tuple) or type(key.step) is Unknown or has_rest(items):
        return None
    from convcalc.tensor.sums import length_of_part

    size = len(items)
    start, stop = 0 if key.start is None else key.start, size if key.stop is None else key.stop
    length = length_of_part(size, start, stop, 1 if key.step is None else key.step)
    return None if type(length) is not int else type(items)([_any_of(items, "an item of a part of a list")] * length)


def _any_of(items: Any, reason: str) -> Any:
    from .leaving import joined

    if has_rest(items):
        return any_of_alike(items, reason) if are_like_the_rest(items) else Unknown(reason)
    parts = list(items)
    if not parts or len(parts) > MAX_ITEMS:
        return Unknown(reason)
    known, found = _seen.get(id(items), ([], None)) if len(parts) > WORTH else ([], None)
    start = len(known)
    if not start or start > len(parts) or not all(map(is_, known, parts)):
        start, found = 1, parts[0]
    for item in parts[start:]:
        found = joined(item, found, reason)
        if type(found) is Unknown:
            return found
    if len(parts) > WORTH:
        if len(_seen) > MOST_SEEN:
            _seen.clear()
        _seen[id(items)] = parts, found
    return found


# What long lists, by their ids, had in common, and of which items: a memory is drawn from again and again, and grows by an item.
_seen: dict[int, tuple[list[Any], Any]] = {}
WORTH, MOST_SEEN = 16, 20


@on_reset
def forget() -> None:
    """Drop what was seen in a run."""
    _seen.clear()


def _part_of(items: Any, unknown: Unknown) -> Any:
    """A slice of which nobody knows how long it is."""
    if not isinstance(items, list):
        return Unknown(f"a part up to {unknown.reason}")
    return [more_of(unknown.reason)]


def store(value: Any, items: Any, key: Any) -> None:
    """`items[key] = value`"""
    if type(key) is Unknown and isinstance(items, (list, deque, dict)):
        _store_somewhere(value, items, key)
    elif type(key) is int and isinstance(items, list) and has_rest(items) and not -len(items) < key < len(items) - 1:
        _store_somewhere(value, items, Unknown(f"place {key} of a list of unknown length", int))  # if it has so many
    else:
        items[key] = value


def _store_somewhere(value: Any, items: Any, key: Unknown) -> None:
    from .leaving import joined

    if isinstance(items, (list, deque)):
        for i, item in enumerate(items):
            items[i] = item if is_rest(item) else joined(value, item, f"an item at {key.reason}")
    else:
        new = value
        for known, item in list(items.items()):
            one = joined(value, item, f"an item at {key.reason}")
            if is_rest(known):  # there may be one more now
                del items[known]
                new = joined(one, new, f"an item at {key.reason}")
            else:
                items[known] = one
        items[more_of(key.reason)] = new


def method_of_items(items: Any, method: str, *args: Any) -> Any:
    """`items.pop(...)`, `items.index(...)`, `text.find(...)` and their like, of anything."""
    if type(items) is str:
        return _of_text(items, method, args)
    if type(items).__name__ == "Pattern" and any(type(value) is Unknown for value in args):
        from .patterns import PLACES, found

        answer = found(method, items, args) if method in PLACES else None
        if answer is not None:
            return answer
    if isinstance(items, (list, deque, tuple)):
        numbers.read(items)
        if rests[0] and has_rest(items):
            forget_length(items)  # one may be gone
            return Unknown("an item of a list of unknown length")
        unknown = next(
            (value for value in (*args, *(items if method in COMPARING else ())) if _is_unknown(value)), None
        )
        if unknown is not None and (method in COMPARING or args):
            reason = f"{method}() of a list with {_reason(unknown)}"
            found = Unknown(reason, int) if method in ("index", "count") else Unknown(reason)
            if method == "remove" or method == "pop":
                from .skipped_statements import forget_contents

                found = found if method == "remove" else _any_of(items, reason)
                forget_contents(items, _reason(unknown))
            return found
    if isinstance(items, dict) and args and type(args[0]) is Unknown:
        default = args[1] if len(args) > 1 else None
        reason = f"{method}() of a dict with {args[0].reason}"
        common = _any_of([*dict.values(items), default], reason)
        if default is None and type(common) is Unknown and dict.__len__(items):
            facts_of(common)["unless_none"] = _any_of(dict.values(items), reason)
        if method != "get":
            from .skipped_statements import forget_contents

            forget_contents(items, reason)
        return common
    if (
        rests[0]
        and isinstance(items, dict)
        and args
        and args[0] not in items
        and any(type(key) is Unknown for key in items)
    ):
        return Unknown("an item of a dict whose keys are not known")
    return read(items, method)(*args)


def _of_text(text: str, method: str, args: tuple[Any, ...]) -> Any:
    """A method of a text; given something that is not known, what it gives is not known but for its type."""
    unknown = next((value for value in args if type(value) is Unknown), None)
    if unknown is not None and (args[0] is not unknown or kind_of(unknown) in (None, str)):
        made = method_of_text(Unknown(f"a text with {unknown.reason}", str), method)
        if made is not None:
            return made(*args)
    return read(text, method)(*args)


def _is_unknown(value: Any) -> bool:
    return type(value) is Unknown or type(value) in one_of_two


def _reason(value: Any) -> str:
    return value.reason if type(value) is Unknown else "one of several objects"


COMPARING = ("index", "count", "remove")
