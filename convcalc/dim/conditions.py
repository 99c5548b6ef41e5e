"""What a result takes for granted of its symbols: the comparisons that the hints decided.

While a `Conditions` is active (`with Conditions() as conditions:`), every comparison of symbolic sizes that is neither always true
nor always false follows the hints, and is noted here, unless what was noted before implies it.
"""

from __future__ import annotations

from math import gcd

from .decide import allowed, decide, solutions, spent
from .polynomial import Poly, Symbol, constant, of_atom
from .reduction import without_positive_factors
from .sizes import SizeSet, TooComplex
from .text import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from .decide import Relation
    from .polynomial import Interval

    Place = tuple[str | None, int | None]

NO_PLACE: Place = (None, None)


class ConditionWarning(UserWarning):
    """A comparison followed the hints of symbolic sizes, and nobody collected the condition."""


class Condition:
    """`poly relation 0`, which holds at the hints and must hold for the result to be right; `place` is where it was asked."""

    __slots__ = ("asked", "place", "poly", "relation")

    def __init__(self, poly: Poly, relation: Relation, place: Place = NO_PLACE, asked: str = "") -> None:
        self.poly = poly
        self.relation = relation
        self.place = place
        self.asked = asked

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(sorted(symbol.name for symbol in self.poly.symbols))

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether it holds where the symbols have these values."""
        value = self.poly.at(values)
        return value >= 0 if self.relation == ">=" else (value == 0) == (self.relation == "==")

    def solutions(self) -> SizeSet | None:
        """The values of its only symbol for which it holds; None where it has several, or where they are not known exactly."""
        if len(self.poly.symbols) != 1:
            return None
        (symbol,) = self.poly.symbols
        return solutions(self.poly, self.relation, symbol)

    def negated(self) -> Condition:
        """The opposite: for which sizes the branch goes the other way."""
        if self.relation == ">=":
            return Condition((-self.poly).shifted(-1), ">=", self.place)
        return Condition(self.poly, "!=" if self.relation == "==" else "==", self.place)

    def __str__(self) -> str:
        terms = self.poly.terms
        left = self.poly.shifted(-self.poly.constant)
        if len(left.terms) == 1:
            ((monomial, k),) = left.terms.items()
            if len(monomial) == 1 and type(monomial[0]) is Symbol and k in (1, -1):
                relation = "<=" if k < 0 and self.relation == ">=" else self.relation
                return f"{monomial[0].name} {relation} {-self.poly.constant * k}"
        if self.asked:
            return self.asked
        right = Poly({monomial: -k for monomial, k in terms.items() if k < 0})
        left = Poly({monomial: k for monomial, k in terms.items() if k > 0})
        return f"{written(left)} {self.relation} {written(right)}"

    def __repr__(self) -> str:
        return f"<Condition {self}>"


class Conditions:
    """Collects conditions while it is active; `place` tells the line of the user's file that is being run.

    After so many `steps` of deciding comparisons it gives up: they follow the hints unnoted, and only these are known to be right.
    Steps and not seconds, so that the answer is the same on every machine.
    """

    def __init__(self, place: Callable[[], Place] | None = None, steps: int | None = None) -> None:
        self._end = None if steps is None else spent[0] + steps
        self.gave_up = False
        self.found: list[Condition] = []
        self._place = place
        self._sets: dict[Symbol, SizeSet] = {}
        self._box: dict[Symbol, Interval] = {}
        self._alias: dict[str, Poly] = {}
        self._known: dict[tuple[Poly, Relation], bool] = {}
        self._previous: Conditions | None = None

    def __enter__(self) -> Conditions:
        global active
        self._previous = active
        active = self
        return self

    def __exit__(self, *exc: object) -> None:
        global active
        active = self._previous

    def __iter__(self) -> Iterator[Condition]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __bool__(self) -> bool:
        return bool(self.found)

    def gives_up(self) -> bool:
        """Whether the steps are spent."""
        if self._end is not None and spent[0] > self._end:
            self.gave_up = True
        return self.gave_up

    def ask(self, poly: Poly, relation: Relation, holds: bool, asked: Callable[[bool], str]) -> bool:
        """The truth of `poly relation 0` under the conditions so far; where they leave it open, `holds`, which is noted."""
        implied = self.implies(poly, relation)
        if implied is not None:
            return implied
        self._note(poly, relation, holds, asked)
        return holds

    def implies(self, poly: Poly, relation: Relation) -> bool | None:
        """The truth of `poly relation 0` that follows from the conditions so far; None where they leave it open."""
        poly, relation = normalized(poly, relation)
        found = self._known.get((poly, relation))
        if found is not None:
            return found
        if self._alias:
            poly = poly.replaced(self._alias)
        if poly.is_constant:
            return Condition(poly, relation).holds({})
        if self._box and not poly.symbols.isdisjoint(self._box):
            found = decide(poly, relation, self._box)
            if found is None:
                found = allowed(poly, relation, self._sets)
        return decide(poly, relation) if found is None and self._alias else found

    def _note(self, poly: Poly, relation: Relation, holds: bool, asked: Callable[[bool], str]) -> None:
        atoms = len(poly.atoms())
        poly, relation = normalized(poly, relation)
        shorter = len(poly.atoms()) < atoms
        self._known[poly, relation] = holds
        if not holds:
            if relation == ">=":
                poly = (-poly).shifted(-1)
            else:
                relation = "!=" if relation == "==" else "=="
        place = self._place() if self._place is not None else NO_PLACE
        self.found.append(Condition(poly, relation, place, "" if shorter else asked(holds)))
        self._narrow(poly.replaced(self._alias) if self._alias else poly, relation)

    def _narrow(self, poly: Poly, relation: Relation) -> None:
        """What later comparisons may take from a condition."""
        symbols = poly.symbols
        if len(symbols) == 1:
            (symbol,) = symbols
            holds = solutions(poly, relation, symbol)
            if holds is None:
                return
            try:
                holds = holds & self._sets.get(symbol, SizeSet.interval(symbol.least, symbol.most))
            except TooComplex:
                return
            self._sets[symbol] = holds
            self._box[symbol] = (holds.least, holds.most)
        elif relation == "==":
            for monomial, k in poly.terms.items():
                if k in (1, -1) and len(monomial) == 1 and type(monomial[0]) is Symbol:
                    symbol = monomial[0]
                    rest = poly.plus(of_atom(symbol), -k).scaled(-k)
                    if symbol not in rest.symbols and _is_linear(rest):
                        self._alias = {name: known.replaced({symbol.name: rest}) for name, known in self._alias.items()}
                        self._alias[symbol.name] = rest
                        return

    def solve(
        self, name: str, values: Mapping[str, int] | None = None, least: int | None = None, most: int | None = None
    ) -> SizeSet | None:
        """`solve` for these conditions; None where they are not all there."""
        return None if self.gave_up else solve(self.found, name, values, least, most)

    def described(self) -> list[tuple[str, Place]]:
        """The conditions in words, those on one symbol taken together: ("H: multiples of 32", place), ("H == W", place)."""
        texts: list[tuple[str, Place]] = []
        told = set()
        for condition in self.found:
            names = condition.symbols
            if len(names) != 1 or condition.solutions() is None:
                texts.append((str(condition), condition.place))
            elif names[0] not in told:
                told.add(names[0])
                own = [c for c in self.found if c.symbols == names and c.solutions() is not None]
                holds = solve(own, names[0])
                (symbol,) = condition.poly.symbols
                if holds is None:
                    texts += [(str(c), c.place) for c in own]
                else:
                    texts.append((f"{names[0]}: {holds.words(symbol.least)}", condition.place))
        return texts


active: Conditions | None = None


def _is_linear(poly: Poly) -> bool:
    return all(len(m) < 2 and all(type(atom) is Symbol for atom in m) for m in poly.terms)


def normalized(poly: Poly, relation: Relation) -> tuple[Poly, Relation]:
    """The same condition without a common factor, and an equation with its sign settled."""
    poly = without_positive_factors(poly)
    common = 0
    for monomial, k in poly.terms.items():
        if monomial:
            common = gcd(common, k)
    if relation != ">=":
        common = gcd(common, poly.constant)
    if common > 1:
        poly = Poly({monomial: k // common for monomial, k in poly.terms.items() if k // common})
    if relation != ">=" and hash(-poly) > hash(poly):
        poly = -poly
    return poly, relation


def truth(poly: Poly, relation: Relation, hint: int, asked: Callable[[bool], str]) -> bool:
    """Whether `poly relation 0`, where `hint` is the value of `poly` at the hints."""
    holds = hint >= 0 if relation == ">=" else (hint == 0) == (relation == "==")
    if active is not None and active.gives_up():
        return holds
    known = decide(poly, relation)
    if known is not None:
        return known
    if active is not None:
        return active.ask(poly, relation, holds, asked)
    import warnings

    text = f"the result holds only for {asked(holds)}: collect such conditions with convcalc.dim.Conditions()"
    warnings.warn(text, ConditionWarning, stacklevel=4)
    return holds


def solve(
    conditions: Iterable[Condition],
    name: str,
    values: Mapping[str, int] | None = None,
    least: int | None = None,
    most: int | None = None,
) -> SizeSet | None:
    """The values of the symbol `name` for which all conditions hold, exactly; None where that is not known.

    `values` are those of the other symbols; a condition on another one gives None. The answer begins at `least` (by default
    where the symbol does) and ends at `most`.
    """
    known = {other: constant(value) for other, value in (values or {}).items()}
    result: SizeSet | None = None
    for condition in conditions:
        poly = condition.poly.replaced(known) if known else condition.poly
        symbols = poly.symbols
        if not symbols:
            if not Condition(poly, condition.relation).holds({}):
                return SizeSet()
            continue
        if {symbol.name for symbol in symbols} != {name}:
            return None
        (symbol,) = symbols
        holds = solutions(poly, condition.relation, symbol, least, most)
        if holds is None:
            return None
        try:
            result = holds if result is None else result & holds
        except TooComplex:
            return None
    return result if result is not None else SizeSet.interval(2 if least is None else least, most)
