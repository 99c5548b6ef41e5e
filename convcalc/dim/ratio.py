"""What true division of sizes gives: a fraction that stays exact as long as Python's floats would round to the same integers.

`h / 2` is a float in Python. What is asked of it is nearly always `int`, `math.floor`, `math.ceil` or `round`, and of those the answer is
known exactly: a quotient of ints below 2**53 is rounded once, and never up to the next integer. What would be rounded twice is
pinned: computed with the hints as floats, under the condition that the sizes have these values.
"""

from __future__ import annotations

from .expression import EXACT_DENOMINATOR, Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Ratio:
    """`top / bottom`, for a symbolic size `top` (or bottom) and a bottom above 0; `hint` is what floats make of the hints."""

    __slots__ = ("__weakref__", "bottom", "hint", "top")

    def __init__(self, top: Any, bottom: Any, hint: float) -> None:
        self.top = top
        self.bottom = bottom
        self.hint = hint

    @property
    def __class__(self) -> Any:
        return float

    @__class__.setter
    def __class__(self, value: Any) -> None:
        raise TypeError("the class of a symbolic ratio stays what it is")

    def pin(self) -> float:
        """The float that the hints give, under the condition that the sizes have these values."""
        int(self.top), int(self.bottom)
        return self.hint

    __float__ = pin

    def __complex__(self) -> complex:
        return complex(self.pin())

    def __hash__(self) -> int:
        return hash(self.pin())

    def __repr__(self) -> str:
        return f"({self.top})/({self.bottom})" if type(self.bottom) is Dim else f"({self.top})/{self.bottom}"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __copy__(self) -> Ratio:
        return self

    def __deepcopy__(self, memo: Any) -> Ratio:
        return self

    def __reduce__(self) -> Any:
        return (Ratio, (self.top, self.bottom, self.hint))

    # to integers

    def __floor__(self) -> Any:
        return self.top // self.bottom

    def __ceil__(self) -> Any:
        return (self.top + self.bottom - 1) // self.bottom

    def __trunc__(self) -> Any:
        return self.__floor__() if self.top >= 0 else self.__ceil__()

    def __int__(self) -> int:
        return int(self.__trunc__())

    def __round__(self, digits: Any = None) -> Any:
        """To the nearest; halves to the even one, as Python has it."""
        if digits is not None:
            return round(self.pin(), digits)
        doubled, step = self.top * 2 + self.bottom, self.bottom * 2
        at_half = doubled - step
        tie_to_odd = at_half // (step * 2) - (at_half - 1) // (
            step * 2
        )  # 1 where the half lies above an even number's odd neighbour
        return doubled // step - tie_to_odd

    def is_integer(self) -> bool:
        return bool(self.top % self.bottom == 0)

    # arithmetic

    def _dyadic(self) -> bool:
        bottom = self.bottom
        return type(bottom) is int and not bottom & (bottom - 1)

    def __add__(self, other: Any) -> Any:
        if type(other) is int or type(other) is Dim:
            return ratio(self.top + other * self.bottom, self.bottom, self.hint + hint_of(other))
        if type(other) is float or type(other) is Ratio:
            fraction = _fraction(other)
            if fraction is not None and (self._dyadic() or type(other) is float) and type(self.bottom) is int:
                top = self.top * fraction[1] + fraction[0] * self.bottom
                return ratio(top, self.bottom * fraction[1], self.hint + hint_of(other))
            return self.pin() + float(other)
        return NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, (int, float)) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return -self + other if isinstance(other, (int, float)) else NotImplemented

    def __neg__(self) -> Ratio:
        return Ratio(-self.top, self.bottom, -self.hint)

    def __pos__(self) -> Ratio:
        return self

    def __abs__(self) -> Ratio:
        return self if self.top >= 0 else -self

    def __mul__(self, other: Any) -> Any:
        if type(other) is int and (self._dyadic() or (type(self.bottom) is int and _coprime(other, self.bottom))):
            return ratio(self.top * other, self.bottom, self.hint * hint_of(other))
        if type(other) is Dim and self._dyadic():
            return ratio(self.top * other, self.bottom, self.hint * hint_of(other))
        if type(other) is float or type(other) is Ratio:
            fraction = _fraction(other)
            if type(other) is Ratio:
                exact = self._dyadic() and other._dyadic()
            else:
                exact = self._dyadic() or (
                    type(self.bottom) is int and _coprime(fraction[0] if fraction else 0, self.bottom)
                )
            if fraction is not None and exact:
                return ratio(self.top * fraction[0], self.bottom * fraction[1], self.hint * hint_of(other))
        if isinstance(other, (int, float)):
            return self.pin() * float(other)
        return NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) is int and other > 0 and type(self.bottom) is int:
            return ratio(self.top, self.bottom * other, self.hint / other)
        if isinstance(other, (int, float)):
            return self.pin() / float(other)
        return NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.pin() if isinstance(other, (int, float)) else NotImplemented

    def __floordiv__(self, other: Any) -> Any:
        if type(other) is int and other > 0:
            return self.top // (self.bottom * other)  # a float in Python, of an integer's value
        return self.pin() // float(other) if isinstance(other, (int, float)) else NotImplemented

    def __rfloordiv__(self, other: Any) -> Any:
        return other // self.pin() if isinstance(other, (int, float)) else NotImplemented

    def __mod__(self, other: Any) -> Any:
        return self.pin() % float(other) if isinstance(other, (int, float)) else NotImplemented

    def __rmod__(self, other: Any) -> Any:
        return other % self.pin() if isinstance(other, (int, float)) else NotImplemented

    def __pow__(self, power: Any) -> Any:
        return self.pin() ** power

    def __rpow__(self, base: Any) -> Any:
        return base ** self.pin()

    # comparisons: rounding keeps the order, and numbers with small divisors lie far apart

    def _pair(self, other: Any) -> tuple[Any, Any] | None:
        fraction = _fraction(other)
        return None if fraction is None else (self.top * fraction[1], fraction[0] * self.bottom)

    def __eq__(self, other: object) -> Any:
        pair = self._pair(other)
        return pair[0] == pair[1] if pair is not None else _compared(self, other, "__eq__")

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def __lt__(self, other: Any) -> Any:
        pair = self._pair(other)
        return pair[0] < pair[1] if pair is not None else _compared(self, other, "__lt__")

    def __le__(self, other: Any) -> Any:
        pair = self._pair(other)
        return pair[0] <= pair[1] if pair is not None else _compared(self, other, "__le__")

    def __gt__(self, other: Any) -> Any:
        pair = self._pair(other)
        return pair[0] > pair[1] if pair is not None else _compared(self, other, "__gt__")

    def __ge__(self, other: Any) -> Any:
        pair = self._pair(other)
        return pair[0] >= pair[1] if pair is not None else _compared(self, other, "__ge__")

    def __bool__(self) -> bool:
        return bool(self.top != 0)


def _compared(self: Ratio, other: Any, method: str) -> Any:
    return getattr(self.pin(), method)(float(other)) if isinstance(other, (int, float)) else NotImplemented


def _fraction(value: Any) -> tuple[Any, Any] | None:
    """A number as top and bottom, where that is exact."""
    if type(value) in (int, bool, Dim):
        return value, 1
    if type(value) is Ratio:
        return value.top, value.bottom
    if type(value) is float and value == value and value not in (float("inf"), float("-inf")):
        top, bottom = value.as_integer_ratio()
        if bottom <= EXACT_DENOMINATOR:
            return top, bottom
    return None


def _coprime(a: int, b: int) -> bool:
    from math import gcd

    odd = b
    while odd % 2 == 0:
        odd //= 2
    return gcd(a, odd) == 1


def hint_of(value: Any) -> Any:
    """The number that a symbolic one has at the hints; other numbers as they are."""
    return value.hint if type(value) is Dim or type(value) is Ratio else value


def ratio(top: Any, bottom: Any, hint: float) -> Any:
    """A fraction; a float where nothing in it is symbolic, or where its divisor grows beyond what floats keep apart."""
    if type(top) is not Dim and type(bottom) is not Dim:
        return hint
    found = Ratio(top, bottom, hint)
    return found.pin() if type(bottom) is int and bottom > EXACT_DENOMINATOR else found


def divided(a: Any, b: Any) -> Any:
    """`a / b`, of which one is a symbolic size."""
    if type(a) is Ratio or type(b) is Ratio:
        return NotImplemented
    if type(b) is float:
        fraction = _fraction(b)
        if fraction is not None and fraction[0]:
            sign = 1 if fraction[0] > 0 else -1
            return ratio(a * fraction[1] * sign, fraction[0] * sign, a.hint / b)
        return float(a) / b
    if type(a) is float:
        return a / float(b)
    if not (isinstance(a, int) and isinstance(b, int)):
        return NotImplemented
    if b == 0:
        raise ZeroDivisionError("division by zero")
    hint = hint_of(a) / hint_of(b)
    return ratio(a, b, hint) if b > 0 else ratio(-a, -b, hint)


def with_float(dim: Dim, other: float, method: str) -> Any:
    """`dim + 0.5`, `dim * 0.25`, `dim // 2.0`: a fraction where floats would be exact, else pinned."""
    fraction = _fraction(other)
    if fraction is None:
        return getattr(float(dim), method)(other)
    top, bottom = fraction
    hint = getattr(float(dim.hint), method)(other)
    if method == "__mul__":
        return ratio(dim * top, bottom, hint) if top else 0.0
    if method in ("__add__", "__sub__", "__rsub__"):
        sign_dim, sign_other = {"__add__": (1, 1), "__sub__": (1, -1), "__rsub__": (-1, 1)}[method]
        return ratio(dim * (sign_dim * bottom) + sign_other * top, bottom, hint)
    return getattr(float(dim), method)(other)
