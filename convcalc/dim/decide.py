"""What is certain of an expression for every value of its symbols, and for which values of one symbol something holds.

`decide` tries bounds first. Then, for one symbol H, the expression is cut into residue classes: with H = P*t + r for a common
multiple P of all divisors, every floor division comes out, a polynomial in t is left, and its signs follow from those
of its differences. That is exact.
"""

from __future__ import annotations

from itertools import pairwise
from math import gcd, lcm

from .polynomial import ZERO, Excess, Poly, Quotient, Symbol, constant, of_atom
from .sizes import SizeSet, TooComplex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from .polynomial import Box

    Relation = Literal["==", "!=", ">="]  # of an expression to 0
    Run = tuple[int, int | None, int]  # from t to t: the sign

SHORT = 512  # periods up to which `decide` looks at residue classes
LONG = 20_000  # and up to which `solutions` does
spent = [0]  # comparisons and residue classes looked at so far: what deciding has cost, the same on every machine
_decided: dict[Any, bool | None] = {}
_solved: dict[Any, SizeSet | None] = {}


def decide(poly: Poly, relation: Relation, box: Box | None = None) -> bool | None:
    """Whether `poly relation 0` holds for every value of its symbols (True), for none (False), or for some (None)."""
    if relation == "!=":
        found = decide(poly, "==", box)
        return None if found is None else not found
    if box:
        return _decide(poly, relation, box)
    key = (poly, relation)
    try:
        return _decided[key]
    except KeyError:
        if len(_decided) > 50_000:
            _decided.clear()
        answer = _decided[key] = _decide(poly, relation, {})
        return answer


def _decide(poly: Poly, relation: Relation, box: Box) -> bool | None:
    spent[0] += 1
    low, high = poly.interval(box)
    if relation == ">=":
        if low is not None and low >= 0:
            return True
        if high is not None and high < 0:
            return False
    else:
        if (low is not None and low > 0) or (high is not None and high < 0):
            return False
        if low == high == 0:
            return True
        if _never_zero(poly):
            return False
    symbols = poly.symbols
    if len(symbols) == 1 and _period(poly) <= SHORT:
        (symbol,) = symbols
        least, most = box.get(symbol) or (symbol.least, symbol.most)
        if least is None:
            return None
        if _is_linear(poly, symbol):  # bounds have said all that there is to say
            return None if relation == ">=" or _has_root(poly, symbol, least, most) else False
        try:
            holds = _solutions(poly, relation, symbol, least, most)
        except TooComplex:
            return None
        if not holds:
            return False
        return True if (SizeSet.interval(least, most) <= holds) else None
    if relation == ">=":
        return (
            True if _is_never_negative(poly, box) else False if _is_never_negative((-poly).shifted(-1), box) else None
        )
    if _is_never_negative(poly.shifted(-1), box) or _is_never_negative((-poly).shifted(-1), box):
        return False
    return True if _looks_zero(poly, box) and _is_zero(poly) else None


def _is_never_negative(poly: Poly, box: Box, depth: int = 8) -> bool:
    """Whether bounds that keep the symbols say so: `(p - c + 1)/c <= p//c <= p/c`, and `max(0, p)` is at least either."""
    low = poly.interval(box)[0]
    if low is not None and low >= 0:
        return True
    atom = next((atom for atom in poly.atoms() if type(atom) is not Symbol), None)
    if atom is None:
        return _is_never_negative_from_the_least(poly, box)
    kept, replaced = {}, []
    for monomial, k in poly.terms.items():
        if atom not in monomial:
            kept[monomial] = k
            continue
        at = monomial.index(atom)
        rest = Poly({monomial[:at] + monomial[at + 1 :]: k})
        least = rest.scaled(1 if k > 0 else -1).interval(box)[0]
        if least is None or least < 0:
            return False
        replaced.append((rest, k > 0))
    if not depth:
        return False
    if type(atom) is Quotient:
        c = atom.denominator
        if type(c) is not int:
            return False
        total = Poly(kept).scaled(c)
        for rest, positive in replaced:
            total = total.plus(rest.times(atom.numerator.shifted(1 - c if positive else 0)))
        return _is_never_negative(total, box, depth - 1)
    if type(atom) is Excess and len({positive for _, positive in replaced}) == 1:
        free = replaced[0][1]  # from below, `max(0, p)` is bounded by either
        outcomes = []
        for part in (ZERO, atom.part):
            total = Poly(kept)
            for rest, _ in replaced:
                total = total.plus(rest.times(part))
            outcomes.append(_is_never_negative(total, box, depth - 1))
        return any(outcomes) if free else all(outcomes)
    return False


def _is_never_negative_from_the_least(poly: Poly, box: Box) -> bool:
    """With each symbol counted from its least value, no coefficient is negative."""
    places = {}
    for symbol in poly.symbols:
        least, _ = box.get(symbol) or (symbol.least, symbol.most)
        if least is None:
            return False
        places[symbol.name] = of_atom(Symbol(symbol.name, 0)).shifted(least)
    return all(k >= 0 for k in poly.replaced(places).terms.values())


def _is_linear(poly: Poly, symbol: Symbol) -> bool:
    return all(monomial in ((), (symbol,)) for monomial in poly.terms)


def _has_root(poly: Poly, symbol: Symbol, least: int, most: int | None) -> bool:
    root, rest = divmod(-poly.constant, poly.terms[(symbol,)])
    return not rest and root >= least and (most is None or root <= most)


def _never_zero(poly: Poly) -> bool:
    """Whether a number divides every term but the constant one."""
    common = 0
    for monomial, k in poly.terms.items():
        if monomial:
            common = gcd(common, k)
    return common > 1 and poly.constant % common != 0


def _looks_zero(poly: Poly, box: Box) -> bool:
    """Whether it is 0 at a few places; most expressions are not, and are done with."""
    for offset in (0, 1, 7, 30):
        values = {}
        for i, symbol in enumerate(sorted(poly.symbols, key=lambda s: s.name)):
            least, most = box.get(symbol) or (symbol.least, symbol.most)
            value = (least or 0) + offset * (i + 1)
            values[symbol.name] = value if most is None else min(value, most)
        try:
            if poly.at(values) != 0:
                return False
        except ZeroDivisionError:  # a divisor that is 0 there; conditions rule that out
            continue
    return True


def _is_zero(poly: Poly) -> bool:
    """Whether it is 0 everywhere, by residue classes of every symbol."""
    period = _period(poly)
    symbols = sorted(poly.symbols, key=lambda s: s.name)
    if period ** len(symbols) > 8 * SHORT:
        return False
    spent[0] += period ** len(symbols)
    places: list[dict[str, Poly]] = [{}]
    for symbol in symbols:
        t = of_atom(Symbol(symbol.name, 0))
        places = [{**place, symbol.name: t.scaled(period).shifted(r)} for place in places for r in range(period)]
    return all(not poly.replaced(place).terms for place in places)


def _period(poly: Poly) -> int:
    """A P such that every floor division comes out where the symbols step by P; 0 where a divisor is symbolic."""
    period = 1
    for atom in poly.atoms():
        if type(atom) is Quotient:
            if type(atom.denominator) is not int:
                return 10 * LONG
            period = lcm(period, atom.denominator * _period(atom.numerator))
        elif type(atom) is Excess:
            period = lcm(period, _period(atom.part))
    return period


# One symbol


def solutions(
    poly: Poly, relation: Relation, symbol: Symbol, least: int | None = None, most: int | None = None
) -> SizeSet | None:
    """The values of the only symbol of `poly` for which `poly relation 0` holds; None where that is not known exactly."""
    low = symbol.least if least is None else least
    high = symbol.most if most is None else most
    key = (poly, relation, symbol, low, high)
    try:
        return _solved[key]
    except KeyError:
        if len(_solved) > 5_000:
            _solved.clear()
        found = None
        if not poly.symbols - {symbol} and _period(poly) <= LONG:
            try:
                found = _solutions(poly, relation, symbol, low, high)
            except TooComplex:
                pass
        _solved[key] = found
        return found


def _solutions(poly: Poly, relation: Relation, symbol: Symbol, least: int, most: int | None) -> SizeSet:
    period = _period(poly)
    spent[0] += period
    classes: list[list[tuple[int, int | None]]] = []  # for each residue, the runs of t where it holds
    for r in range(period):
        first = -((r - least) // period)
        last = None if most is None else (most - r) // period
        if last is not None and last < first:
            classes.append([])
            continue
        t = Symbol(symbol.name, first, last)
        value = poly.replaced({symbol.name: of_atom(t).scaled(period).shifted(r)})
        classes.append([(a, b) for a, b, sign in _signs(value, t, first, last) if _holds(sign, relation)])
    return _assembled(classes, period)


def _holds(sign: int, relation: Relation) -> bool:
    return sign == 0 if relation == "==" else sign != 0 if relation == "!=" else sign >= 0


def _assembled(classes: list[list[tuple[int, int | None]]], period: int) -> SizeSet:
    """The set of all `period*t + r`, for the runs of t of every r."""
    turns = {a for runs in classes for a, _ in runs} | {b + 1 for runs in classes for _, b in runs if b is not None}
    if not turns:
        return SizeSet()
    marks = sorted(turns)
    found: list[tuple[int, int]] = []
    for begin, end in pairwise(marks):
        active = [r for r, runs in enumerate(classes) if _covers(runs, begin)]
        if len(active) == period:
            found.append((period * begin, period * end - 1))
        elif (end - begin) * len(active) > 10 * LONG:
            raise TooComplex
        else:
            found += [(period * t + r, period * t + r) for t in range(begin, end) for r in active]
    residues = [r for r, runs in enumerate(classes) if _covers(runs, marks[-1])]
    return SizeSet(found, period * marks[-1], period, residues)


def _covers(runs: list[tuple[int, int | None]], t: int) -> bool:
    return any(a <= t and (b is None or t <= b) for a, b in runs)


def _signs(value: Poly, t: Symbol, first: int, last: int | None) -> list[Run]:
    """The signs of an expression in t alone, from t = `first` to `last`."""
    choice = _innermost_choice(value)
    if choice is None:
        coefficients = [0] * (1 + max((len(m) for m in value.terms), default=0))
        for monomial, k in value.terms.items():
            if any(atom != t for atom in monomial):
                raise TooComplex
            coefficients[len(monomial)] += k
        return sign_runs(coefficients, first, last)
    runs: list[Run] = []
    for a, b, chosen in _cases(choice, t, first, last):
        inner = Symbol(t.name, a, b)
        there = _with_atom(value, choice, chosen).replaced({t.name: of_atom(inner)})
        runs += _signs(there, inner, a, b)
    return runs


def _innermost_choice(value: Poly) -> Excess | None:
    for atom in value.atoms():
        if type(atom) is Excess:
            return _innermost_choice(atom.part) or atom
        if type(atom) is Quotient:
            inner = _innermost_choice(atom.numerator)
            if inner is not None:
                return inner
    return None


def _cases(choice: Excess, t: Symbol, first: int, last: int | None) -> list[tuple[int, int | None, Poly]]:
    """Whether it is 0 or its part, from t to t."""
    return [(begin, end, choice.part if sign > 0 else ZERO) for begin, end, sign in _signs(choice.part, t, first, last)]


def _with_atom(value: Poly, atom: Any, chosen: Poly) -> Poly:
    """With a polynomial in the place of an atom, also inside of other atoms."""
    from .reduction import excess, floor_by

    total = ZERO
    for monomial, k in value.terms.items():
        product = constant(k)
        for factor in monomial:
            if factor == atom:
                product = product.times(chosen)
            elif type(factor) is Quotient:
                product = product.times(floor_by(_with_atom(factor.numerator, atom, chosen), factor.denominator))  # type: ignore[arg-type]
            elif type(factor) is Excess:
                product = product.times(excess(_with_atom(factor.part, atom, chosen)))
            else:
                product = product.times(of_atom(factor))
        total = total.plus(product)
    return total


def sign_runs(coefficients: list[int], first: int, last: int | None) -> list[Run]:
    """The signs of a polynomial (lowest coefficient first) at the integers from `first` to `last`, as runs of equal sign.

    Where the difference f(t + 1) - f(t) keeps its sign, f rises or falls, and bisection finds where it changes its own.
    """
    while coefficients and not coefficients[-1]:
        coefficients = coefficients[:-1]
    if len(coefficients) < 2:
        k = coefficients[0] if coefficients else 0
        return [(first, last, (k > 0) - (k < 0))]
    runs: list[Run] = []
    for a, b, slope in sign_runs(_difference(coefficients), first, last):
        at = a
        while b is None or at <= b:
            sign = _sign(coefficients, at)
            end = b if not slope else _last_of_sign(coefficients, at, b, sign)
            if runs and runs[-1][2] == sign:
                runs[-1] = (runs[-1][0], end, sign)
            else:
                runs.append((at, end, sign))
            if end is None:
                break
            at = end + 1
    return runs


def _difference(coefficients: list[int]) -> list[int]:
    """The coefficients of f(t + 1) - f(t)."""
    shifted = [0] * len(coefficients)
    row = [1]
    for power, k in enumerate(coefficients):
        for i, binomial in enumerate(row):
            shifted[i] += k * binomial
        row = [1, *(row[i] + row[i + 1] for i in range(power)), 1]
    return [s - k for s, k in zip(shifted, coefficients)][:-1]


def _sign(coefficients: list[int], t: int) -> int:
    value = 0
    for k in reversed(coefficients):
        value = value * t + k
    return (value > 0) - (value < 0)


def _last_of_sign(coefficients: list[int], at: int, end: int | None, sign: int) -> int | None:
    """The last place from `at` to `end` with that sign, of values that only rise, or only fall."""
    if end is None:
        lead = coefficients[-1]
        if (lead > 0) - (lead < 0) == sign:
            return None
        step = 1
        while _sign(coefficients, at + step) == sign:
            step *= 2
        end = at + step
    elif _sign(coefficients, end) == sign:
        return end
    low, high = at, end  # the sign holds at `low` and no longer at `high`
    while high - low > 1:
        middle = (low + high) // 2
        if _sign(coefficients, middle) == sign:
            low = middle
        else:
            high = middle
    return low


def allowed(poly: Poly, relation: Relation, sets: Mapping[Symbol, SizeSet]) -> bool | None:
    """`decide` for a condition on one symbol that is known to be in a set."""
    symbols = poly.symbols
    if len(symbols) != 1:
        return None
    (symbol,) = symbols
    within = sets.get(symbol)
    if within is None:
        return None
    holds = solutions(poly, relation, symbol)
    if holds is None:
        return None
    try:
        return True if within <= holds else False if not within & holds else None
    except TooComplex:
        return None
