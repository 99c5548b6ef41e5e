"""Texts that are in no file here: what is certain of their length, their letters and their lines all the same.

`open("input.txt")` of a file that the script's own machine has gives one text, however often its length is asked for. So the vocabulary that is made
of it has one size, which the embedding and the last layer share.
"""

from __future__ import annotations

from convcalc.tensor import Unknown
from convcalc.tensor.unknown import facts_of, kind_of, or_none

from .rests import (
    OpenDict,
    OpenList,
    OpenSet,
    any_item,
    are_like_the_rest,
    has_rest,
    is_rest,
    length_with_rest,
    more_like_these,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


MOST_KNOWN = 10_000  # items of a list of which nobody knows more than what they have in common


def unknown_file(shown: str, mode: Any) -> Unknown:
    """What `open` gives of a file that is not read; of one that is open for reading text, what it reads is known to be text."""
    file = Unknown(shown)
    if type(mode) is str and "r" in mode and "b" not in mode:
        facts = facts_of(file)
        facts["item"] = str

        def read(size: Any = -1) -> Unknown:
            return _text(f"{shown}.read(...)", type(size) is int and size < 0)

        def readline(size: Any = -1) -> Unknown:
            return _text(f"{shown}.readline(...)", False)

        def readlines(hint: Any = -1) -> list[Any]:
            return _lines(f"{shown}.readlines(...)", "lines")

        facts["methods"] = {"read": read, "readline": readline, "readlines": readlines}
    return file


def _text(reason: str, is_one: bool) -> Unknown:
    """A text that is not known; `is_one`: it is one and the same whenever the script runs there."""
    text = Unknown(reason, str)
    if is_one:
        facts_of(text)["is_one"] = True
    return text


def _lines(reason: str, name: str) -> list[Any]:
    from convcalc.tensor.symbols import symbol

    return OpenList((Unknown(f"an item of {reason}", str), more_like_these(reason, symbol(name, f"len({reason})"))))


_TEXTS = frozenset(
    "capitalize casefold center expandtabs format format_map join ljust lower lstrip removeprefix removesuffix replace rjust rstrip strip swapcase title translate upper zfill".split()
)
_NUMBERS = frozenset("count find index rfind rindex".split())
_CONDITIONS = frozenset(
    "endswith isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper startswith".split()
)
_LISTS = {"split": "words", "rsplit": "words", "splitlines": "lines"}
_PARTS = frozenset(("partition", "rpartition"))


def method_of_text(text: Unknown, name: str) -> Any:
    """A method of a text that is not known: of what it gives the type is known, and that it is the same each time where the text is."""
    reason = f"{text.reason}.{name}(...)"
    kind = str if name in _TEXTS else int if name in _NUMBERS else bool if name in _CONDITIONS else None
    if kind is None and name not in _LISTS and name not in _PARTS:
        return None

    def method(*args: Any, **kwargs: Any) -> Any:
        if name in _PARTS:
            return (Unknown(reason, str), Unknown(reason, str), Unknown(reason, str))
        is_one = text._facts is not None and "is_one" in text._facts and _are_known(args) and not kwargs
        if not is_one:
            return _lines(reason, _LISTS[name]) if name in _LISTS else Unknown(reason, kind)
        facts = facts_of(text)
        made = facts.get((name, args))
        if made is None:
            made = (
                _lines(reason, _LISTS[name])
                if name in _LISTS
                else _text(reason, True)
                if kind is str
                else Unknown(reason, kind)
            )
            facts[name, args] = made
        return made.copy() if type(made) is OpenList else made

    return method


def _are_known(args: tuple[Any, ...]) -> bool:
    return all(type(arg) in (str, int, type(None)) for arg in args)


def listing(reason: str, item: Any) -> list[Any]:
    """The entries of a folder, of which nobody knows whether there are any; `item` is what one is."""
    from convcalc.tensor.symbols import symbol

    mark = more_like_these(reason, symbol("files", f"how many there are of {reason}", 0), 0)
    facts_of(mark)["member"] = item
    return OpenList((mark,))


def list_of_count(reason: str, item: Any, count: Any) -> list[Any]:
    """A list of `count` items, which is not known, each of them like `item`."""
    return OpenList((item, more_like_these(reason, count)))


def length_of_text(text: Unknown) -> Any:
    """`len` of a text that is not known: the same each time, where it is one text."""
    reason = f"len({text.reason})"
    if text._facts is None or "is_one" not in text._facts:
        return Unknown(reason, int)
    from convcalc.tensor.symbols import counted_once

    return counted_once(text, "characters", reason)


def letters_of(text: Unknown, kind: Any) -> Any:
    """`list(text)` and `set(text)`: of the set nobody knows either how many letters there are, but it has one size."""
    letter = Unknown(f"a character of {text.reason}", str)
    if kind is list:
        return OpenList((letter, more_like_these(text.reason, length_of_text(text))))
    return OpenSet((_distinct(text.reason, "alphabet", "characters", letter),))


def set_of(items: Any) -> Any:
    """The set of a list with items of which nobody knows how many there are."""
    reason = next(filter(is_rest, items)).reason
    return OpenSet((_distinct(reason, "distinct", "items", any_of_alike(items, reason)),))


def _distinct(reason: str, name: str, what: str, item: Any) -> Unknown:
    """The one member of a set of which nobody knows how many it has; what they have in common lies with it."""
    from convcalc.tensor.symbols import symbol

    count = symbol(name, f"how many different {what} there are in {reason}")
    mark = more_like_these(reason, count, 0)
    if type(item) is not Unknown:
        item = Unknown(f"an item of {reason}", kind_of(item))
    facts_of(item)["different"] = count
    facts_of(mark)["member"] = item
    return mark


def members_of(items: Any) -> list[Any] | None:
    """What such a set has, as a list; None of any other."""
    if len(items) != 1:
        return None
    (mark,) = items
    facts = mark._facts if is_rest(mark) else None
    if not facts or "member" not in facts:
        return None
    return OpenList((facts["member"], more_like_these(mark.reason, length_with_rest(items, mark.reason))))


def any_of_alike(items: Any, reason: str) -> Any:
    """What is known of any item of a list whose further items are like those that it has."""
    from .leaving import joined

    parts = [_member(item) if is_rest(item) else item for item in items]
    parts = [part for part in parts if part is not None]
    if not parts:
        return Unknown(reason)
    found = parts[0]
    for part in parts[1:]:
        found = joined(part, found, reason)
    return found


any_item[0] = lambda items: any_of_alike(items, "an item of a list of unknown length")


def _member(mark: Unknown) -> Any:
    """What a mark itself says that it stands for, where there is no item beside it; None where it does not."""
    return None if mark._facts is None else mark._facts.get("member")


def part_of_alike(items: Any, key: slice) -> list[Any] | None:
    """`items[start:stop:step]` of a list whose further items are like those that it has; None of any other."""
    if not are_like_the_rest(items):
        return None
    reason = "a part of a list of unknown length"
    size = length_with_rest(items, reason)
    item = any_of_alike(items, reason)
    step = 1 if key.step is None else key.step
    count = None
    if type(step) is int and step > 0:
        from convcalc.tensor.sums import length_of_part

        count = length_of_part(
            size, 0 if key.start is None else key.start, size if key.stop is None else key.stop, step
        )
    if type(count) is int:
        return [item] * count if count <= MOST_KNOWN else None
    return OpenList((item, more_like_these(reason, count)))


def repeated_list(items: Any, times: Unknown) -> Any:
    """`items * times`, as `[0] * (length - len(ids))` fills a list up."""
    if not items or len(items) > MOST_KNOWN or not are_like_the_rest(items):
        return Unknown(times.reason)
    from convcalc.tensor.symbols import at_least_zero

    count = at_least_zero(times)
    reason = f"a list {times.reason} times"
    length = (
        None if count is None else length_with_rest(items, reason) * count if has_rest(items) else len(items) * count
    )
    return OpenList((any_of_alike(items, reason), more_like_these(reason, length)))


def made_of_each(result: Any, count: Any, reason: str) -> Any:
    """What a comprehension over items of an unknown number makes, one after another: `result` is that of two of them, or of one.

    Of a dict the keys are not known: two items may have made the same, unless the items are the keys and all different.
    """
    from .leaving import joined

    if type(result) is dict:
        values = list(result.values())
        if not values or len(values) > 2:
            return None
        value = values[0] if len(values) == 1 else joined(values[1], values[0], reason)
        return OpenDict(((more_like_these(reason, _different(list(result)), 0), value),))
    if type(result) is not list or not 1 <= len(result) <= 2:
        return None
    item = result[0] if len(result) == 1 else joined(result[1], result[0], reason)
    return OpenList((item, more_like_these(reason, count)))


def made_of_those_there(result: list[Any], conditions: list[Unknown], reason: str) -> Any:
    """What `[x for x in items if x is not None]` makes, of items of which nobody knows whether they are None; None for other conditions."""
    from .leaving import joined

    there: dict[int, Any] = {}
    for condition in conditions:
        value, is_none = (condition._facts or {}).get("is_none", (None, True))
        if is_none:
            return None
        there[id(value)] = or_none(value)
    items = [there.get(id(item), item) for item in result]
    common = items[0]
    for item in items[1:]:
        common = joined(item, common, reason)
    return None if type(common) is Unknown else OpenList((common, more_like_these(reason)))


def _different(keys: list[Any]) -> Any:
    """How many keys there are, where one stands for all and these are certainly different."""
    key = keys[0]
    if len(keys) > 1 or type(key) is not Unknown or key._facts is None:
        return None
    return key._facts.get("different")
