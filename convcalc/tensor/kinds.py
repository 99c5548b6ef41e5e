"""What Python makes of numbers of which only the type is known: int + int is an int, int / int a float, a comparison a bool.

The types are those of Python's own operations (tests/test_unknown_kinds.py tries each pair). A class that is a kind and has rules of its own
(numpy's scalars) answers by a class method `of_unknown(unknown, other, name, reflected)`, and `of_unknown_attribute(unknown, name)`.
Loaded where the first unknown of a known kind takes part in something.
"""

from __future__ import annotations

from .errors import ShapeTypeError
from .unknown import NUMBERS, Number, Unknown, facts_of, kind_of, repeated, text_method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RANK = {bool: 0, int: 1, float: 2, complex: 3}
COMPARISONS = frozenset(("lt", "le", "gt", "ge", "eq", "ne"))
BITS = frozenset(("and", "or", "xor", "lshift", "rshift"))


def combined(unknown: Unknown, other: Any, name: str, reflected: bool) -> Any:
    """`unknown <name> other`, or `other <name> unknown`; NotImplemented where the other side has the say."""
    rules = getattr(unknown._kind, "of_unknown", None)
    if rules is not None:
        return rules(unknown, other, name, reflected)
    if hasattr(type(other), "__torch_function__") or hasattr(type(other), "__tensor__"):
        return NotImplemented
    theirs = _kind_of(other)
    if type(other) is Unknown and hasattr(theirs, "of_unknown"):
        return theirs.of_unknown(other, unknown, name, not reflected)
    if name in COMPARISONS:
        return _comparison(unknown, other, name)
    if name == "add" and _is_text_and_number(theirs, unknown._kind):
        first, second = (theirs, unknown._kind) if reflected else (unknown._kind, theirs)
        raise ShapeTypeError(
            f'can only concatenate str (not "{second.__name__}") to str'  # type: ignore[union-attr]
            if first is str
            else f"unsupported operand type(s) for +: '{first.__name__}' and 'str'"  # type: ignore[union-attr]
        )
    if name == "mul" and theirs is list and unknown._kind is int:
        return repeated[0](other, unknown)
    if theirs not in NUMBERS or unknown._kind not in NUMBERS:
        return Unknown(unknown.reason, str if name == "add" and theirs is str and unknown._kind is str else None)
    neutral = _left_as_it_is(unknown, other, name, reflected)
    if neutral is not None:
        return neutral
    if name == "divmod":
        whole = combined(unknown, other, "floordiv", reflected)
        return (whole, combined(unknown, other, "mod", reflected))
    first, second = (other, unknown) if reflected else (unknown, other)
    kind = _kind(name, first, second)
    if name == "mul":
        return _product(unknown, other, kind)
    result = Unknown(unknown.reason, kind)
    return _calculated(result, name, first, second) if kind is int else result


def _comparison(unknown: Unknown, other: Any, name: str) -> Any:
    """A comparison, which is certain of some numbers made of symbols."""
    if unknown._facts is not None and type(other) in (int, Unknown):
        from .symbols import compared, is_made_of_symbols

        if is_made_of_symbols(unknown) and is_made_of_symbols(other):
            certain = compared(unknown, other, name)
            if certain is not None:
                return certain
            answer = Unknown(unknown.reason, bool)
            facts_of(answer)["compared"] = unknown, name, other
            return answer
    return Unknown(unknown.reason, bool)


def _calculated(result: Unknown, name: str, first: Any, second: Any) -> Any:
    """A whole number that is calculated of others, with what is certain of it: the number itself where symbols cancel."""
    from .symbols import CALCULATED, constant_of, is_made_of_symbols, note_made

    if name in CALCULATED and is_made_of_symbols(first) and is_made_of_symbols(second):
        note_made(result, name, first, second)
        constant = (
            constant_of(result) if name != "mul" and not (name == "add" and type(first) is not type(second)) else None
        )
        if constant is not None:
            return constant
    if type(second) is int and name in ("add", "sub"):
        from .sums import note_sum

        note_sum(result, first, second if name == "add" else -second)
    elif type(first) is int and name == "add":
        from .sums import note_sum

        note_sum(result, second, first)
    return result


def _is_text_and_number(one: Any, other: Any) -> bool:
    return (one is str and other in RANK) or (other is str and one in RANK)


def _kind_of(value: Any) -> Any:
    """The type as which a value calculates: a symbolic size is an int."""
    return kind_of(value) if type(value) is Unknown else value.__class__


def _left_as_it_is(unknown: Unknown, other: Any, name: str, reflected: bool) -> Any:
    """What is certain of `n * 1`, `n + 0`, `n // 1` and `n * 0`; None elsewhere."""
    if type(other) is not int or unknown._kind is not int:
        return None
    if (other == 1 and (name == "mul" or (name == "floordiv" and not reflected))) or (
        other == 0 and (name == "add" or (name == "sub" and not reflected))
    ):
        return unknown
    return 0 if other == 0 and name == "mul" else None


def _product(unknown: Unknown, other: Any, kind: Any) -> Unknown:
    """A product, the same object for the same factors: so the layout of one shape is seen to be that of another."""
    table = facts_of(unknown)
    key = (float, other) if type(other) is float else other  # 2.0 is the key 2 too
    found = table.get(key) if type(other) in (int, float, Unknown) else None
    if found is None:
        found = Unknown(unknown.reason, kind)
        if kind is int:
            _calculated(found, "mul", unknown, other)
        elif type(other) is float and 0 <= other <= 1 and unknown._kind is int:
            facts_of(found)["share"] = (unknown, other)
        if type(other) in (int, float, Unknown) and len(table) < 64:
            table[key] = found
    return found


def _kind(name: str, first: Any, second: Any) -> Any:
    """The type of an operation on two numbers of known types."""
    kinds = _kind_of(first), _kind_of(second)
    if Number in kinds:
        return Number
    a, b = RANK[kinds[0]], RANK[kinds[1]]
    if name in BITS:
        return bool if a == b == 0 and name not in ("lshift", "rshift") else int
    if name == "pow":
        return _kind_of_power(first, second, a, b)
    rank = max(a, b, 1)
    return float if name == "truediv" and rank == 1 else (bool, int, float, complex)[rank]


def _kind_of_power(base: Any, exponent: Any, a: int, b: int) -> Any:
    if max(a, b) == 3:
        return complex
    if b < 2:  # a whole exponent: of whole numbers a fraction where it is negative
        if a == 2:
            return float
        if b == 0:
            return int
        return Number if type(exponent) is Unknown else int if exponent >= 0 else float
    if type(exponent) is not Unknown and float(exponent).is_integer():
        return float
    return float if type(base) is not Unknown and base >= 0 else Number  # a root of a negative number is complex


def alone(unknown: Unknown, name: str, *digits: Any) -> Any:
    """`-x`, `abs(x)`, `round(x)` and their like."""
    kind = unknown._kind
    rules = getattr(kind, "of_unknown_alone", None)
    if rules is not None:
        return rules(unknown, name, *digits)
    if kind not in RANK:
        return Unknown(unknown.reason, Number if kind is Number else None)
    if name in ("neg", "pos", "abs"):
        if name == "abs" and kind is complex:
            return Unknown(unknown.reason, float)
        return unknown if name == "pos" and kind is not bool else Unknown(unknown.reason, int if kind is bool else kind)
    if name == "round" and digits and digits[0] is not None:
        return Unknown(unknown.reason, int if kind is bool else kind)
    if unknown._facts is not None and name in ("round", "floor", "ceil"):
        from .symbols import is_made_of_symbols, share_of

        found = unknown if is_made_of_symbols(unknown) else share_of(unknown, name, unknown.reason)
        if found is not None:
            return found
    return Unknown(unknown.reason, int)


_PARTS = {"real": None, "imag": None, "numerator": int, "denominator": int}


def attribute(unknown: Unknown, name: str) -> Any:
    """An attribute of a number (or text) that is not known; AttributeError where its type has none of the name."""
    kind: Any = unknown._kind
    rules = getattr(kind, "of_unknown_attribute", None)
    if rules is not None:
        return rules(unknown, name)
    reason = f"{unknown.reason}.{name}"
    if kind is not Number and not hasattr(kind, name):
        raise AttributeError(f"'{kind.__name__}' object has no attribute '{name}'", name=name, obj=unknown)
    if kind is str:
        method = text_method[0](unknown, name)
        if method is not None:
            return method
    if name in _PARTS and kind in RANK:
        part = _PARTS[name] or {bool: int, complex: float}.get(kind, kind)
        return Unknown(reason, part)
    return Unknown(reason)
