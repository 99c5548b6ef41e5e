"""`Dim`: a symbolic size, which stands in for an int."""

from __future__ import annotations

from . import conditions as _conditions
from .decide import decide
from .polynomial import Poly, Symbol, constant, of_atom
from .reduction import extreme, floor_by, floor_divided, without_halves
from .text import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .decide import Relation

_WRITTEN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-*/(), "
)  # what a size is written with
EXACT_DENOMINATOR = 2**20  # a factor like 0.5 or 1.25 is a fraction that floats multiply without rounding


class Dim:
    """An integer expression in symbols, and its value at their hints.

    It calculates like an int and says that it is one to `isinstance`, but it is no subclass: a function of C would silently
    take the hint. Where Python insists on a number (an index, a `range`, a float), it *pins* the expression: the hint is
    the answer, and `expression == hint` a condition of the result.
    """

    __slots__ = ("__weakref__", "hint", "poly")

    def __init__(self, poly: Poly, hint: int) -> None:
        self.poly = poly
        self.hint = hint

    @property
    def __class__(self) -> Any:
        return int

    @__class__.setter
    def __class__(self, value: Any) -> None:
        raise TypeError("the class of a symbolic size stays what it is")

    # as text

    def __str__(self) -> str:
        return written(self.poly)

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)

    def __copy__(self) -> Dim:
        return self

    def __deepcopy__(self, memo: Any) -> Dim:
        return self

    def __reduce__(self) -> Any:
        return (Dim, (self.poly, self.hint))

    # values

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names of its symbols."""
        return tuple(sorted(symbol.name for symbol in self.poly.symbols))

    def at(self, values: Mapping[str, int]) -> int:
        """Its value where the symbols have these values."""
        return self.poly.at(values)

    def pin(self) -> int:
        """The hint, under the condition that the expression has just that value."""
        _compare(self, self.hint, "==", 1, 0, "==", "!=")  # for the note that it leaves
        return self.hint

    __index__ = __int__ = pin

    def __float__(self) -> float:
        return float(self.pin())

    def __complex__(self) -> complex:
        return complex(self.pin())

    def __hash__(self) -> int:
        """That of the hint, pinned: a table that has no such key asks for no comparison that could be noted."""
        return hash(self.pin())

    # arithmetic

    def __add__(self, other: Any) -> Any:
        if type(other) is int:
            return Dim(self.poly.shifted(other), self.hint + other)
        if type(other) is Dim:
            return made(without_halves(self.poly.plus(other.poly)), self.hint + other.hint)
        return _otherwise(self, other, "__add__")

    def __radd__(self, other: Any) -> Any:
        return self.__add__(other)

    def __sub__(self, other: Any) -> Any:
        if type(other) is int:
            return Dim(self.poly.shifted(-other), self.hint - other)
        if type(other) is Dim:
            return made(without_halves(self.poly.plus(other.poly, -1)), self.hint - other.hint)
        return _otherwise(self, other, "__sub__")

    def __rsub__(self, other: Any) -> Any:
        if type(other) is int:
            return Dim((-self.poly).shifted(other), other - self.hint)
        return _otherwise(self, other, "__rsub__")

    def __mul__(self, other: Any) -> Any:
        if type(other) is int:
            return Dim(self.poly.scaled(other), self.hint * other) if other else 0
        if type(other) is Dim:
            return made(self.poly.times(other.poly), self.hint * other.hint)
        if type(other) in (list, tuple, str):
            return other * self.pin()
        return _otherwise(self, other, "__mul__")

    def __rmul__(self, other: Any) -> Any:
        return self.__mul__(other)

    def __floordiv__(self, other: Any) -> Any:
        if type(other) is int:
            if not other:
                raise ZeroDivisionError("integer division or modulo by zero")
            return made(floor_by(self.poly, other), self.hint // other)
        if type(other) is Dim:
            if other == 0:
                raise ZeroDivisionError("integer division or modulo by zero")
            return made(floor_divided(self.poly, other.poly), self.hint // other.hint)
        return _otherwise(self, other, "__floordiv__")

    def __rfloordiv__(self, other: Any) -> Any:
        if type(other) is int:
            return Dim(constant(other), other).__floordiv__(self)
        return _otherwise(self, other, "__rfloordiv__")

    def __mod__(self, other: Any) -> Any:
        quotient = self.__floordiv__(other)
        return NotImplemented if quotient is NotImplemented else self - quotient * other

    def __rmod__(self, other: Any) -> Any:
        if type(other) is str:
            return NotImplemented
        quotient = self.__rfloordiv__(other)
        return NotImplemented if quotient is NotImplemented else other - quotient * self

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __truediv__(self, other: Any) -> Any:
        from .ratio import divided

        return divided(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        from .ratio import divided

        return divided(other, self)

    def __pow__(self, power: Any, modulus: Any = None) -> Any:
        if type(power) is int and 0 <= power <= 16 and modulus is None:
            result: Any = 1
            for _ in range(power):
                result = result * self
            return result
        return pow(self.pin(), power, modulus)

    def __rpow__(self, base: Any) -> Any:
        return base ** self.pin()

    def __neg__(self) -> Dim:
        return Dim(-self.poly, -self.hint)

    def __pos__(self) -> Dim:
        return self

    def __abs__(self) -> Dim:
        return self if self >= 0 else -self

    def __invert__(self) -> Any:
        return -self - 1

    def __lshift__(self, places: Any) -> Any:
        return self * (1 << places) if type(places) is int else self.pin() << int(places)

    def __rlshift__(self, value: Any) -> Any:
        return value << self.pin()

    def __rshift__(self, places: Any) -> Any:
        return self // (1 << places) if type(places) is int else self.pin() >> int(places)

    def __rrshift__(self, value: Any) -> Any:
        return value >> self.pin()

    def __and__(self, mask: Any) -> Any:
        if type(mask) is int and mask >= 0 and not mask & (mask + 1):
            return self % (mask + 1)
        return self.pin() & mask

    __rand__ = __and__

    def __or__(self, mask: Any) -> Any:
        return self.pin() | mask

    __ror__ = __or__

    def __xor__(self, mask: Any) -> Any:
        return self.pin() ^ mask

    __rxor__ = __xor__

    def __trunc__(self) -> Dim:
        return self

    __floor__ = __ceil__ = __trunc__

    def __round__(self, digits: Any = None) -> Any:
        return self if digits is None or digits >= 0 else round(self.pin(), digits)

    def surely_equals(self, other: Any) -> bool:
        """Whether it equals another size for all values of the symbols; asks for no condition."""
        difference = self - other
        return decide(difference.poly, "==") is True if type(difference) is Dim else bool(difference == 0)

    def lesser(self, other: Any) -> Any:
        """The minimum of this and another size, exactly."""
        return _extreme(False, self, other)

    def greater(self, other: Any) -> Any:
        """The maximum of this and another size, exactly."""
        return _extreme(True, self, other)

    # what else an int has

    @property
    def real(self) -> Dim:
        return self

    numerator = real
    imag = 0
    denominator = 1

    def conjugate(self) -> Dim:
        return self

    def is_integer(self) -> bool:
        return True

    def as_integer_ratio(self) -> tuple[Any, int]:
        return self, 1

    def bit_length(self) -> int:
        return self.pin().bit_length()

    # comparisons

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __eq__(self, other: object) -> Any:
        if self is other:
            return True
        return _compare(self, other, "==", 1, 0, "==", "!=")

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def __ge__(self, other: Any) -> Any:
        return _compare(self, other, ">=", 1, 0, ">=", "<")

    def __le__(self, other: Any) -> Any:
        return _compare(self, other, ">=", -1, 0, "<=", ">")

    def __gt__(self, other: Any) -> Any:
        return _compare(self, other, ">=", 1, -1, ">", "<=")

    def __lt__(self, other: Any) -> Any:
        return _compare(self, other, ">=", -1, -1, "<", ">=")


def made(poly: Poly, hint: int) -> Any:
    """An expression as a size: an int where it is constant."""
    return poly.constant if poly.is_constant else Dim(poly, hint)


def symbol(name: str, hint: int, least: int = 2, most: int | None = None) -> Dim:
    """A size that may be any int from `least` to `most`; branches follow the `hint`.

    Sizes of 0 and 1 are special (a size of 1 broadcasts, an empty tensor is treated apart), so `least` is 2 unless told otherwise.
    """
    if hint < least or (most is not None and hint > most):
        raise ValueError(f"the hint {hint} of {name} is not from {least} to {'any' if most is None else most}")
    return Dim(of_atom(Symbol(name, least, most)), hint)


def read(text: str) -> Any:
    """The size that an expression's text means, as `str` of a `Dim` wrote it; for reports, so the hints are arbitrary."""
    if not _WRITTEN.issuperset(text):
        raise ValueError(f"{text!r} is no size")
    code = compile(text, "size", "eval")
    if any(name[0] == "_" for name in code.co_names) or any(type(part) is type(code) for part in code.co_consts):
        raise ValueError(f"{text!r} is no size")
    names: dict[str, Any] = {name: symbol(name, 2) for name in code.co_names if name not in ("min", "max")}
    return eval(code, {"__builtins__": {}, "min": _chosen("lesser"), "max": _chosen("greater"), **names})


def _chosen(method: str) -> Any:
    def choose(*sizes: Any) -> Any:
        best = sizes[0]
        for size in sizes[1:]:
            symbolic, other = (best, size) if type(best) is Dim else (size, best)
            best = getattr(symbolic, method)(other)
        return best

    return choose


def evaluated(value: Any, values: Mapping[str, int]) -> Any:
    """A size (or a shape) where the symbols have these values; ints as they are."""
    if type(value) is Dim:
        return value.at(values)
    if isinstance(value, (tuple, list)):
        return type(value)([evaluated(part, values) for part in value])
    return value


def _compare(self: Dim, other: Any, relation: Relation, sign: int, shift: int, yes: str, no: str) -> Any:
    """`sign * (self - other) + shift  relation  0`."""
    if type(other) is Dim:
        poly, hint = self.poly.plus(other.poly, -1), self.hint - other.hint
    elif type(other) is int or type(other) is bool:
        poly, hint = self.poly.shifted(-other), self.hint - other
    elif type(other) is float:
        return _compare_float(self, other, relation, sign, shift, yes, no)
    else:
        return NotImplemented
    if sign < 0:
        poly, hint = -poly, -hint
    if shift:
        poly, hint = poly.shifted(shift), hint + shift
    if poly.is_constant:
        return hint >= 0 if relation == ">=" else hint == 0
    return _conditions.truth(poly, relation, hint, lambda holds: f"{self} {yes if holds else no} {other}")


def _compare_float(self: Dim, other: float, relation: Relation, sign: int, shift: int, yes: str, no: str) -> Any:
    if other != other or other in (float("inf"), float("-inf")):
        return False if relation == "==" or other != other else (sign * -other) > 0
    top, bottom = other.as_integer_ratio()
    if bottom == 1:
        return _compare(self, top, relation, sign, shift, yes, no)
    if relation == "==":
        return False
    floor = top // bottom  # self > other: self >= floor + 1; self < other: self <= floor
    return self > floor if sign > 0 else self <= floor


def _otherwise(self: Dim, other: Any, method: str) -> Any:
    """An operation with something that is neither an int nor a size."""
    if type(other) is bool:
        return getattr(self, method)(int(other))
    if type(other) is float:
        from .ratio import with_float

        return with_float(self, other, method)
    if type(other) is complex:
        return getattr(complex(self.pin()), method)(other)
    return NotImplemented


def _extreme(greatest: bool, a: Any, b: Any) -> Any:
    """The greater or the lesser of two, of which one is symbolic."""
    x = a.poly if type(a) is Dim else constant(int(a))
    y = b.poly if type(b) is Dim else constant(int(b))
    hints = [value.hint if type(value) is Dim else int(value) for value in (a, b)]
    if _conditions.active is not None:
        first = _conditions.active.implies(x.plus(y, -1), ">=")
        if first is not None:
            return a if first == greatest else b
    return made(extreme(greatest, x, y), max(hints) if greatest else min(hints))
