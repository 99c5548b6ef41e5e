"""Whole numbers that nobody knows, but that are one and the same wherever they are used: the rows of a table, the letters of a text.

A symbol is an `Unknown` with a name. What is calculated of symbols keeps how it was made, so that `rows - test` beside `rows - test` is certainly
equal, and beside `rows - test - 1` certainly not, whatever their values are. Expressions are written out (`convcalc.dim`) only where two are compared or
shown. A number that stands for several, an item of a loop say, is no symbol: nothing follows from its being the same object.
"""

from __future__ import annotations

from .resets import on_reset
from .unknown import Unknown, expired, facts_of, is_tentative, passing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.dim.polynomial import Poly

DEEPEST = 24  # operations within one expression; what is made of more is a number of its own
CALCULATED = frozenset(("add", "sub", "mul", "floordiv", "mod"))
SIGNS = {"ge": (1, 0), "gt": (1, -1), "le": (-1, 0), "lt": (-1, -1)}  # sign * (a - b) + shift >= 0

_names: dict[str, int] = {}


def symbol(name: str, reason: str, least: int = 1) -> Unknown:
    """A count that is not known, which is the same wherever it is used; `name` is what reports call it.

    It is taken to be at least one: a script whose file is empty, or whose table has no rows, has another mistake than those looked for here.
    """
    return named(Unknown(reason, int), name, least)


def named(number: Unknown, name: str, least: int = 1) -> Unknown:
    """A whole number that is not known, made a symbol."""
    if is_tentative[0]():
        unique = _unique(f"{name}__")
        passing.append(unique)
    else:
        unique = _unique(name)
    facts = facts_of(number)
    facts["symbol"], facts["names"] = (unique, least), (unique,)
    return number


def counted_once(owner: Unknown, name: str, reason: str) -> Unknown:
    """The count that belongs to something which is not known and does not change: the same symbol each time."""
    facts = facts_of(owner)
    found = facts.get("count")
    if found is None or not is_made_of_symbols(found):
        found = facts["count"] = symbol(name, reason)
    return found


def part_of(whole: Any, name: str, reason: str) -> Unknown:
    """A symbol that is at most another number: a share of it."""
    number = symbol(name, reason, 0)
    facts_of(number)["at_most"] = whole
    return number


def length_of_list(items: Any) -> Any:
    """The length of a list (or a set, a dict) with marks for items of which nobody knows how many there are.

    A mark holds how long the list was when that was first asked, and how many items were beside the mark then. Of a set or a dict of which the others
    have changed nobody knows: what came to it may have been there.
    """
    marks = [item for item in items if type(item) is Unknown and item.is_rest]
    others = more = len(items) - len(marks)
    total: Any = 0
    for mark in marks:
        facts = facts_of(mark)
        found, before = facts.get("length", (None, others))
        if found is None or not is_made_of_symbols(found) or (before != others and not isinstance(items, list)):
            found, before = symbol("items", mark.reason), others if len(marks) == 1 else 0
            facts["length"] = found, before
        more -= before
        total = found + total
    return total + more


def share_of(product: Unknown, how: str, reason: str) -> Unknown | None:
    """`int(0.8 * rows)` and its like (`how`: int, round, floor, ceil): the same symbol each time; None of another number."""
    facts = product._facts or {}
    if "share" not in facts:
        return None
    found = facts.get(how)
    if found is None:
        whole, _ = facts["share"]
        if not is_made_of_symbols(whole):
            return None
        name, _ = (whole._facts or {}).get("symbol", ("items", 1))
        found = facts[how] = part_of(whole, f"part_of_{name}", reason)
    return found


def note_made(result: Unknown, name: str, first: Any, second: Any) -> None:
    """The number is what an operation (add, sub, mul, floordiv, mod) made of two, of which one at least is made of symbols."""
    depth = 1 + max(_depth(first), _depth(second))
    if depth <= DEEPEST:
        facts = facts_of(result)
        facts["made"] = (name, first, second, depth)
        names = _names_in(first), _names_in(second)
        if None not in names:
            facts["names"] = names[0] + names[1]  # type: ignore[operator]


def _names_in(value: Any) -> tuple[str, ...] | None:
    """The symbols in an expression, without writing it out; None where that is not kept."""
    return ((value._facts or {}).get("names")) if type(value) is Unknown else ()


def is_made_of_symbols(value: Any) -> bool:
    """Whether a number is known, or an expression in symbols."""
    if type(value) is Unknown:
        facts = value._facts
        if facts is None or not ("symbol" in facts or "made" in facts):
            return False
        if not expired:
            return True
        names = facts.get("names")
        if names is not None:
            return expired.isdisjoint(names)
        written = _written(value)
        return written is not None and expired.isdisjoint(symbol.name for symbol in written.symbols)
    return type(value) is int


def compared(a: Any, b: Any, relation: str) -> bool | None:
    """Whether `a relation b` holds (eq, ne, ge, gt, le, lt) for all values of the symbols, or for none; None where it depends on them."""
    if a is b:
        return relation in ("eq", "ge", "le")
    p, q = _written(a), _written(b)
    if p is None or q is None:
        return None
    from convcalc.dim.decide import decide

    difference = p.plus(q, -1)
    if relation in ("eq", "ne"):
        return decide(difference, "==" if relation == "eq" else "!=")
    sign, shift = SIGNS[relation]
    found = decide((difference if sign > 0 else -difference).shifted(shift), ">=")
    return _by_parts(a, b, relation) if found is None else found


def are_equal(a: Any, b: Any) -> bool:
    """Whether two numbers made of symbols are equal, whatever these are."""
    return is_made_of_symbols(a) and is_made_of_symbols(b) and compared(a, b, "eq") is True


def certainly_differ(a: Any, b: Any) -> bool:
    """Whether two numbers made of symbols differ, whatever these are."""
    return is_made_of_symbols(a) and is_made_of_symbols(b) and compared(a, b, "eq") is False


def length_of_part(size: Any, start: Any, stop: Any, step: int) -> Any:
    """How many items `x[start:stop:step]` has of `size` items, as an expression; None where nobody can say."""
    if not all(map(is_made_of_symbols, (size, start, stop))):
        return None
    first = _place(size, start)
    last = None if first is None else _place(size, stop)
    whole = _written(size)
    if first is None or last is None or whole is None:
        return None
    from convcalc.dim.reduction import excess, floor_by

    length = last.plus(first, -1)
    if not _is_from_to(start, stop):
        length = excess(length)
    if step > 1:
        length = floor_by(length.shifted(step - 1), step)
    if length.is_constant:
        return length.constant
    number = Unknown("the length of a slice", int)
    facts = facts_of(number)
    facts["made"], facts["written"] = ("slice", start, stop, 1 + max(map(_depth, (size, start, stop)))), length
    return number


def at_least_zero(number: Unknown) -> Any:
    """`max(0, number)` as an expression in symbols; None where it is none."""
    written = _written(number) if is_made_of_symbols(number) else None
    if written is None:
        return None
    from convcalc.dim.reduction import excess

    poly = excess(written)
    if poly.is_constant:
        return poly.constant
    if poly == written:
        return number
    result = Unknown(number.reason, int)
    facts = facts_of(result)
    facts["made"], facts["written"] = ("max", 0, number, 1 + _depth(number)), poly
    return result


def _is_from_to(start: Any, stop: Any) -> bool:
    """Whether a part surely does not end before it begins."""
    if type(start) is int and start == 0:
        return True
    return compared(start, 0, "ge") is True and compared(start, stop, "le") is True


def _place(size: Any, bound: Any) -> Poly | None:
    """Where a slice begins or ends, from 0 to the size; None where nobody knows whether it counts from the end."""
    from convcalc.dim.reduction import excess

    whole, place = _written(size), _written(bound)
    if whole is None or place is None:
        return None
    if compared(bound, 0, "lt") is True:
        return excess(whole.plus(place))
    if compared(bound, 0, "ge") is not True:
        return None
    if compared(bound, size, "le") is True:
        return place
    return place.plus(excess(place.plus(whole, -1)), -1)


def constant_of(number: Unknown) -> int | None:
    """The number that an expression is whatever its symbols are; None where it depends on them."""
    written = _written(number)
    return written.constant if written is not None and written.is_constant else None


def text_of(value: Unknown) -> str | None:
    """An expression in symbols as reports show it; None of any other number that is not known."""
    written = _written(value)
    if written is None:
        return None
    text = str(written)
    return text if "__" not in text else _without_numbers(text)


def _without_numbers(text: str) -> str:
    """An expression in which the symbols of one item or turn have the names of what they count."""
    first, *parts = text.split("__")
    return first + "".join([part.lstrip("_0123456789") for part in parts])


OPPOSITES = {"eq": "!=", "ne": "==", "ge": "<", "gt": "<=", "le": ">", "lt": ">="}


def opposite(number: Unknown, relation: str, other: Any) -> str:
    """The opposite of a comparison as reports show it: `features == 13`."""
    return f"{_shown(number)} {OPPOSITES[relation]} {_shown(other)}"


def _shown(value: Any) -> str:
    if type(value) is int:
        return str(value)
    made = (value._facts or {}).get("made")
    if made is not None and made[0] == "mod":
        return f"({_shown(made[1])}) % {_shown(made[2])}"
    return text_of(value) or "?"


def _by_parts(a: Any, b: Any, relation: str) -> bool | None:
    """What follows from the one being a part of the other."""
    for part, whole, certain in ((a, b, "le"), (b, a, "ge")):
        most = part._facts.get("at_most") if type(part) is Unknown and part._facts else None
        if most is not None and relation == certain and compared(most, whole, "le"):
            return True
    return None


def _unique(name: str) -> str:
    """The name, with a number where something else has it."""
    count = _names[name] = _names.get(name, 0) + 1
    return name if count == 1 and name[-1] != "_" else f"{name}_{count}"


def _depth(value: Any) -> int:
    made = value._facts.get("made") if type(value) is Unknown and value._facts else None
    return made[3] if made else 0


def _written(value: Any) -> Poly | None:
    """The expression of a number; None where it is made of something else than symbols."""
    from convcalc.dim.polynomial import Symbol, constant, of_atom

    if type(value) is int:
        return constant(value)
    facts = value._facts if type(value) is Unknown else None
    if not facts:
        return None
    found = facts.get("written")
    if found is None:
        if "symbol" in facts:
            found = of_atom(Symbol(*facts["symbol"]))
        elif "made" in facts:
            found = _calculated(*facts["made"][:3])
        if found is not None:
            facts["written"] = found
    return found


def _calculated(name: str, first: Any, second: Any) -> Poly | None:
    p, q = _written(first), _written(second)
    if p is None or q is None:
        return None
    if name in ("add", "sub"):
        return p.plus(q, 1 if name == "add" else -1)
    if name == "mul":
        return p.times(q)
    from convcalc.dim.decide import decide
    from convcalc.dim.reduction import floor_by, floor_divided

    if decide(q.shifted(-1), ">=") is not True:
        return None  # it may be refused: the divisor may be 0
    quotient = floor_by(p, q.constant) if q.is_constant else floor_divided(p, q)
    return quotient if name == "floordiv" else p.plus(quotient.times(q), -1)


@on_reset
def forget() -> None:
    """Drop the names that the symbols of a run have taken."""
    _names.clear()
