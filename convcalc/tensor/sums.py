"""Numbers that are not known, of which it is known that one is another plus so much, and between which bounds they lie.

`data[i : i + 8]` with a random `i` has 8 items, if `i + 8` surely lies within: so are the batches of language models drawn everywhere. A number
is taken apart into what it rests on (an unknown, or an element of a tensor) and what is added to that; bounds are numbers of that kind too, so
that `randint(len(data) - 8)` is within `data` however long that is.
"""

from __future__ import annotations

from .tensor import Tensor
from .unknown import Unknown, facts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Sum = tuple[Any, int]  # what it rests on, None of a number that is known; and what is added

# Operations whose results have the elements of their first argument.
SAME_ELEMENTS = frozenset(
    "__getitem__ unbind select view reshape squeeze unsqueeze flatten ravel to long int cpu cuda clone detach contiguous".split()
)
MOST = 50  # operations that are looked at behind a number


def note_bounds(number: Unknown, low: Any, high: Any) -> None:
    """The number lies between two others, both included; these may be unknown themselves. It is one and the same wherever it is used."""
    facts = facts_of(number)
    facts["bounds"] = (low, high)
    if type(low) is int and low >= 0 and "symbol" not in facts:
        from .symbols import named

        named(number, "drawn", low)
        if type(high) is int:
            facts["at_most"] = high


def note_sum(number: Unknown, base: Any, more: int) -> None:
    """The number is another one, an unknown or an element of a tensor, plus so much."""
    found = _sum_of(base)
    if found is not None:
        facts_of(number)["sum"] = (found[0], found[1] + more)


def length_of_part(size: Any, start: Any, stop: Any, step: int) -> Any:
    """How many items `x[start:stop:step]` has of `size` items: a number where that is certain, else an expression in symbols; None where nobody can say."""
    certain = _certain_length(size, start, stop, step)
    if certain is not None:
        return certain
    from . import symbols

    return symbols.length_of_part(size, start, stop, step)


def _certain_length(size: Any, start: Any, stop: Any, step: int) -> int | None:
    """The same where the part surely lies within, from a random place on."""
    first, last = _sum_of(start), _sum_of(stop)
    if first is None or last is None or first[0] is None or first[0] is not last[0]:
        return None
    bounds = _bounds_of(first[0])
    if bounds is None:
        return None
    low, high = map(_sum_of, bounds)
    if low is None or high is None or low[0] is not None or low[1] + min(first[1], last[1]) < 0:
        return None
    span = last[1] - first[1]
    if span <= 0:
        return 0
    end = _sum_of(size)
    if end is None or end[0] is not high[0] or high[1] + last[1] > end[1]:
        return None
    return -(-span // step)


def _sum_of(value: Any) -> Sum | None:
    if type(value) is int:
        return None, value
    if type(value) is Unknown:
        found = (value._facts or {}).get("sum", (value, 0))
        if type(found[0]) is not Tensor:
            return found  # type: ignore[no-any-return]
        value, more = found
    elif type(value) is Tensor:
        more = 0
    elif hasattr(type(value), "stands_for_all") and value.scale == 1 and type(value.root) is Unknown:
        return value.root, value.offset
    else:
        return None
    for _ in range(MOST):
        call = value.origin
        if call is None or call.type.rpartition(".")[2] != "add" or call.arguments[1]:
            break
        one, other = call.arguments[0]
        if type(other) is not int or type(one) is not Tensor:
            break
        value, more = one, more + other
    return value, more


def _bounds_of(base: Any) -> tuple[Any, Any] | None:
    if type(base) is Unknown:
        return (base._facts or {}).get("bounds")
    for _ in range(MOST):
        call = base.origin
        if call is None or call.before is not None:
            return None
        name = call.type.rpartition(".")[2]
        if name == "randint":
            return _drawn(*call.arguments)
        if name not in SAME_ELEMENTS or not call.arguments[0] or type(call.arguments[0][0]) is not Tensor:
            return None
        base = call.arguments[0][0]
    return None


def _drawn(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any] | None:
    """The bounds of `torch.randint(high, size)` and `torch.randint(low, high, size)`."""
    given = dict(zip(("low", "high", "size"), args)) | {k: v for k, v in kwargs.items() if k in ("low", "high", "size")}
    low, high, size = given.get("low"), given.get("high"), given.get("size")
    if isinstance(high, (tuple, list)) and size is None:
        high = None
    if high is None:
        low, high = 0, low
    if low is None:
        low = 0
    found = _sum_of(high)
    if found is None:
        return None
    if found[0] is None:
        return low, found[1] - 1
    last = Unknown("the highest number", int)
    facts_of(last)["sum"] = (found[0], found[1] - 1)
    return low, last
