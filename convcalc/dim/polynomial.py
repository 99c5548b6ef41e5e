"""Integer expressions in canonical form: polynomials over symbols, floor quotients, minima and maxima.

A polynomial is a table from monomials to integer coefficients; a monomial is a tuple of atoms, one for each power. What is no
polynomial becomes an atom: `Quotient` (a floor division that does not come out) and `Excess` (`max(0, p)`, of which every
minimum and maximum is made). Atoms are reduced when they are made (`reduction`), so that equal expressions mostly are equal tables;
`decide` settles the rest.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Monomial = tuple["Atom", ...]
    Interval = tuple[int | None, int | None]  # None: without bound
    Box = Mapping["Symbol", Interval]


class Symbol:
    """A size that stands for every integer from `least` to `most` (None: without end)."""

    __slots__ = ("_hash", "least", "most", "name")

    def __init__(self, name: str, least: Any = 2, most: int | None = None) -> None:
        self.name = name
        self.least = least
        self.most = most
        self._hash = hash((name, least, most))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            type(other) is Symbol and (self.name, self.least, self.most) == (other.name, other.least, other.most)
        )

    def __repr__(self) -> str:
        return self.name


class Quotient:
    """`numerator // denominator`, where it is no polynomial; the denominator is an int above 1 or a polynomial."""

    __slots__ = ("_hash", "denominator", "numerator")

    def __init__(self, numerator: Poly, denominator: int | Poly) -> None:
        self.numerator = numerator
        self.denominator = denominator
        self._hash = hash(("//", numerator, denominator))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            type(other) is Quotient
            and self._hash == other._hash
            and self.denominator == other.denominator
            and self.numerator == other.numerator
        )


class Excess:
    """`max(0, part)`: by how much something is above 0. Every minimum and maximum is made of it."""

    __slots__ = ("_hash", "part")

    def __init__(self, part: Poly) -> None:
        self.part = part
        self._hash = hash(("max", part))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Excess and self._hash == other._hash and self.part == other.part)


if TYPE_CHECKING:
    Atom = Symbol | Quotient | Excess


class Poly:
    """A polynomial with integer coefficients over atoms. Immutable."""

    __slots__ = ("_hash", "_interval", "_symbols", "terms")

    def __init__(self, terms: dict[Monomial, int]) -> None:
        self.terms = terms
        self._hash: int | None = None
        self._interval: Interval | None = None
        self._symbols: frozenset[Symbol] | None = None

    def __hash__(self) -> int:
        found = self._hash
        if found is None:
            found = self._hash = hash(frozenset(self.terms.items()))
        return found

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Poly and self.terms == other.terms)

    def __repr__(self) -> str:
        from .text import written

        return written(self)

    # parts

    @property
    def constant(self) -> int:
        return self.terms.get((), 0)

    @property
    def is_constant(self) -> bool:
        terms = self.terms
        return not terms or (len(terms) == 1 and () in terms)

    @property
    def symbols(self) -> frozenset[Symbol]:
        """Every symbol that it mentions."""
        found = self._symbols
        if found is None:
            found = self._symbols = frozenset(_symbols_in(self))
        return found

    def atoms(self) -> set[Atom]:
        return {atom for monomial in self.terms for atom in monomial}

    # arithmetic

    def __neg__(self) -> Poly:
        return Poly({monomial: -k for monomial, k in self.terms.items()})

    def plus(self, other: Poly, times: int = 1) -> Poly:
        """`self + times * other`."""
        terms = dict(self.terms)
        for monomial, k in other.terms.items():
            k = terms.get(monomial, 0) + k * times
            if k:
                terms[monomial] = k
            else:
                del terms[monomial]
        return Poly(terms)

    def shifted(self, amount: int) -> Poly:
        """`self + amount`."""
        if not amount:
            return self
        terms = dict(self.terms)
        amount += terms.pop((), 0)
        if amount:
            terms[()] = amount
        return Poly(terms)

    def scaled(self, factor: int) -> Poly:
        """`self * factor`."""
        if factor == 1:
            return self
        return Poly({monomial: k * factor for monomial, k in self.terms.items()} if factor else {})

    def times(self, other: Poly) -> Poly:
        terms: dict[Monomial, int] = {}
        for a, j in self.terms.items():
            for b, k in other.terms.items():
                monomial = a + b if not (a and b) else tuple(sorted(a + b, key=hash))
                k = terms.get(monomial, 0) + j * k
                if k:
                    terms[monomial] = k
                else:
                    del terms[monomial]
        return Poly(terms)

    def over(self, divisor: int) -> Poly:
        """`self // divisor`, for a divisor of every coefficient."""
        return Poly({monomial: k // divisor for monomial, k in self.terms.items()})

    # values

    def at(self, values: Mapping[str, int]) -> int:
        """The value where each symbol has the value that stands under its name."""
        total = 0
        for monomial, k in self.terms.items():
            for atom in monomial:
                k *= _value(atom, values)
            total += k
        return total

    def replaced(self, values: Mapping[str, Poly]) -> Poly:
        """With polynomials in the place of some symbols."""
        total = ZERO
        for monomial, k in self.terms.items():
            product = constant(k)
            for atom in monomial:
                product = product.times(_replaced(atom, values))
            total = total.plus(product)
        return total

    def interval(self, box: Box | None = None) -> Interval:
        """Bounds from the bounds of the symbols (narrower ones in `box`), by interval arithmetic."""
        if box:
            return _interval(self, box)
        if self._interval is None:
            self._interval = _interval(self, {})
        return self._interval


def constant(value: int) -> Poly:
    return Poly({(): value} if value else {})


def of_atom(atom: Atom) -> Poly:
    return Poly({(atom,): 1})


ZERO = Poly({})
ONE = constant(1)


def _symbols_in(poly: Poly) -> Iterable[Symbol]:
    for atom in poly.atoms():
        if type(atom) is Symbol:
            yield atom
        elif type(atom) is Quotient:
            yield from atom.numerator.symbols
            if type(atom.denominator) is Poly:
                yield from atom.denominator.symbols
        else:
            yield from atom.part.symbols  # type: ignore[union-attr]


def _value(atom: Any, values: Mapping[str, int]) -> int:
    if type(atom) is Symbol:
        return values[atom.name]
    if type(atom) is Quotient:
        denominator = atom.denominator
        divisor: int = denominator if type(denominator) is int else denominator.at(values)  # type: ignore[union-attr]
        numerator: Poly = atom.numerator
        return numerator.at(values) // divisor
    part: Poly = atom.part
    return max(0, part.at(values))


def _replaced(atom: Any, values: Mapping[str, Poly]) -> Poly:
    from .reduction import excess, floor_by, floor_divided

    if type(atom) is Symbol:
        return values.get(atom.name) or of_atom(atom)
    if type(atom) is Quotient:
        denominator = atom.denominator
        if type(denominator) is int:
            return floor_by(atom.numerator.replaced(values), denominator)
        return floor_divided(atom.numerator.replaced(values), denominator.replaced(values))  # type: ignore[union-attr]
    part: Poly = atom.part
    return excess(part.replaced(values))


# Bounds


def _interval(poly: Poly, box: Box) -> Interval:
    low: int | None = 0
    high: int | None = 0
    for monomial, k in poly.terms.items():
        bounds: Interval = (k, k)
        for atom in monomial:
            bounds = _product(bounds, atom_interval(atom, box))
        low = None if low is None or bounds[0] is None else low + bounds[0]
        high = None if high is None or bounds[1] is None else high + bounds[1]
    return low, high


def _product(a: Interval, b: Interval) -> Interval:
    if (a[0] == 0 and a[1] == 0) or (b[0] == 0 and b[1] == 0):
        return 0, 0
    if a[0] is not None and a[0] >= 0 and b[0] is not None and b[0] >= 0:
        return a[0] * b[0], None if a[1] is None or b[1] is None else a[1] * b[1]
    products: list[int] = []
    below = above = False
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if x is not None and y is not None:
                products.append(x * y)
                continue
            sign_x = (-1, 1)[i] if x is None else (x > 0) - (x < 0)
            sign_y = (-1, 1)[j] if y is None else (y > 0) - (y < 0)
            below = below or sign_x * sign_y < 0
            above = above or sign_x * sign_y > 0
            if not sign_x * sign_y:
                products.append(0)
    return None if below or not products else min(products), None if above or not products else max(products)


def atom_interval(atom: Any, box: Box) -> Interval:
    if type(atom) is Symbol:
        return box.get(atom) or (atom.least, atom.most)
    if type(atom) is Quotient:
        denominator = atom.denominator
        low, high = atom.numerator.interval(box)
        if type(denominator) is int:
            return None if low is None else low // denominator, None if high is None else high // denominator
        return _quotient_interval(low, high, denominator.interval(box))  # type: ignore[union-attr]
    low, high = atom.part.interval(box)
    return max(0, low or 0), None if high is None else max(0, high)


def _quotient_interval(low: int | None, high: int | None, divisor: Interval) -> Interval:
    least, most = divisor
    if least is None or least < 1:
        return None, None
    if low is None:
        bottom = None
    elif low >= 0:
        bottom = 0 if most is None else low // most
    else:
        bottom = low // least
    if high is None:
        top = None
    elif high >= 0:
        top = high // least
    else:
        top = -1 if most is None else high // most
    return bottom, top
