"""Sizes of an input that the model itself corrects.

The model runs with a letter for every size that nobody knows. What it asks of the letters on its way (is this one the number of
features? is there room for the window?) are conditions; where it refuses them, the last of these went the wrong way. So the next run
takes sizes for which it goes the other way, the others as before, until a run comes through. Where every way has been taken that
any sizes lead to, and none comes through, no sizes do (`Settled.is_complete`).
"""

from __future__ import annotations

from convcalc.dim import Conditions, SizeSet, symbol
from convcalc.dim.conditions import Condition, solve
from convcalc.dim.decide import solutions
from convcalc.dim.polynomial import Poly
from convcalc.tensor import UnknownValue

from .fitting import FITS, REFUSED, STEPS, verdict_of
from .inference import BATCH, Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from convcalc.nn.module import Module

    from .fitting import Fit, Letters
    from .probing import Probe
    from .program import Program

HINTS = {"N": 3, "L": 32, "F": 64, "C": 48, "H": 96, "W": 72, "D": 24}  # unlike one another, with room for windows
OTHER_HINTS = (56, 40, 88, 80, 104, 44, 60, 36, 52)  # of further letters
TRIED = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 96, 100, 128, 256)
MOST_TRIED = 130
LARGEST_PRODUCT = 100_000  # whose divisors are looked at


class Effort:
    """What may be tried with one model: so many runs, and calls of layers and operations in them."""

    __slots__ = ("calls", "runs")

    def __init__(self, runs: int, calls: int) -> None:
        self.runs = runs
        self.calls = calls

    @property
    def is_spent(self) -> bool:
        return self.runs <= 0 or self.calls <= 0

    def spend(self, done: Probe) -> None:
        self.runs -= 1
        self.calls -= len(done.record.calls) + 1


class Settled:
    """What came of it: `accepted` with the sizes that are now the values of the fit's letters; else `refusal` is that run which came furthest.

    `is_complete`: every way that any sizes lead to was taken, so that the model refuses them all. `is_open`: something is not known.
    `asked`: the sizes had some part in it.
    """

    __slots__ = ("accepted", "asked", "conditions", "is_complete", "is_open", "places", "refusal", "verdict")

    def __init__(self) -> None:
        self.accepted: Probe | None = None
        self.verdict = REFUSED
        self.conditions: list[Condition] = []
        self.refusal: Probe | None = None
        self.is_complete = True
        self.is_open = False
        self.asked = False
        self.places: list[tuple[int, Probe]] = []  # each refusal with the number of calls before it


class _Run:
    """A run to be made: with which sizes, from which condition on others are asked to go the other way, and what that one should be."""

    __slots__ = ("after", "expected", "progress", "values")

    def __init__(
        self, values: tuple[int, ...], after: int, progress: tuple[int, int], expected: Condition | None = None
    ) -> None:
        self.values = values
        self.after = after
        self.progress = progress
        self.expected = expected

    def went(self, asked: list[Condition]) -> bool:
        """Whether the run did go the other way: where a number was asked of a letter, it only asked for another one."""
        expected, at = self.expected, self.after - 1
        if expected is None:
            return True
        return at < len(asked) and (asked[at].poly, asked[at].relation) == (expected.poly, expected.relation)


def settle(program: Program, module: Module, found: Fit, effort: Effort, runs: int) -> Settled:
    """Finds sizes for the letters of a fit: those of a batch from 2 on, others from 1 on."""
    groups = found.groups
    result = Settled()
    waiting = [_Run(tuple([group.value for group in groups]), 0, (0, 0))]
    seen = {waiting[0].values}
    second: tuple[tuple[int, ...], Probe, list[Condition]] | None = None  # accepted, but with another batch
    while waiting:
        if effort.is_spent or runs <= 0:
            result.is_complete = False
            break
        at = max(range(len(waiting)), key=lambda i: waiting[i].progress)
        run = waiting.pop(at)
        runs -= 1
        done, conditions, verdict = _called(program, module, found, run.values)
        effort.spend(done)
        if conditions.gave_up:
            result.is_complete = False
        asked = conditions.found
        result.asked = result.asked or bool(asked)
        if verdict == FITS:
            _take(found, run.values)
            result.accepted, result.verdict, result.conditions = done, FITS, asked
            return result
        if verdict != REFUSED and second is None:
            second = run.values, done, asked
        if isinstance(done.error, UnknownValue):
            result.is_open, result.is_complete = True, False
        progress = len(done.record.calls)
        if done.error is not None:
            result.places.append((progress, done))
        start = run.after
        if not run.went(asked):
            result.is_complete, start = False, start - 1
        for values, after, expected in _others(asked, start, groups, run.values, done, result):
            if values not in seen:
                seen.add(values)
                waiting.append(_Run(values, after, (progress, after), expected))
    if second is not None:
        values, result.accepted, result.conditions = second
        result.verdict = 1
        _take(found, values)
    elif result.places:
        result.refusal = max(result.places, key=lambda place: place[0])[1]
    return result


def _take(found: Fit, values: tuple[int, ...]) -> None:
    for group, value in zip(found.groups, values):
        group.value = value


def _called(program: Program, module: Module, found: Fit, values: tuple[int, ...]) -> tuple[Probe, Conditions, int]:
    """A run with letters."""
    sizes: dict[str, Any] = {}
    for group, value in zip(found.groups, values):
        name = group.letters[0]
        least = 2 if BATCH in group.letters else 1
        sizes[name] = symbol(name, value, least) if value >= least else value
    letters = {letter: sizes[group.letters[0]] for group in found.groups for letter in group.letters}
    with Conditions(steps=STEPS) as conditions:
        done = found.call(program, module, letters)
        verdict = verdict_of(done, letters.get(BATCH))
    return done, conditions, verdict


# the other way of a condition


def _others(
    asked: list[Condition],
    start: int,
    groups: list[Letters],
    values: tuple[int, ...],
    done: Probe,
    result: Settled,
) -> Iterator[tuple[tuple[int, ...], int, Condition | None]]:
    """Other sizes to run with, the likeliest first; each with the number of conditions that lead there, and the last of them."""
    count = _count_of_items(done.error)
    if count and asked and len(asked[-1].symbols) == 1:  # `a, b = x` asked for as many items as there are names
        (name,) = asked[-1].symbols
        yield tuple([count if g.letters[0] == name else v for g, v in zip(groups, values)]), len(asked), None
    for i in range(len(asked) - 1, start - 1, -1):
        other = _other_way(asked, i, groups, values)
        if other is not None:
            yield other, i + 1, asked[i].negated()
        elif not _is_impossible(asked, i):
            result.is_complete = False


def _count_of_items(error: Exception | None) -> int | None:
    """How many items Python wanted to unpack, where it says so."""
    if type(error) is not ValueError or " values to unpack (expected " not in str(error):
        return None
    digits = str(error).partition("(expected ")[2].partition(",")[0].rstrip(")")
    return int(digits) if digits.isdecimal() else None


def _other_way(
    asked: list[Condition], number: int, groups: list[Letters], values: tuple[int, ...]
) -> tuple[int, ...] | None:
    """Sizes that meet the conditions before one, and not that one: as few others as possible."""
    wanted = [*asked[:number], asked[number].negated()]
    known = {group.letters[0]: value for group, value in zip(groups, values)}
    order = [group for group in groups if group.letters[0] in asked[number].symbols]
    order.sort(key=lambda group: BATCH in group.letters)  # a batch is the last that has to be something
    for group in order:
        changed = _solved(wanted, group, known)
        if changed is not None:
            return _values(groups, {**known, group.letters[0]: changed})
    for group in order:
        for other in order:
            if other is group or BATCH in other.letters or BATCH in group.letters:
                continue
            for value in dict.fromkeys((*other.usual, *TRIED)):
                instead = {**known, other.letters[0]: value}
                if value != known[other.letters[0]] and all(c.holds(instead) for c in wanted[:-1] if _is_of(c, other)):
                    changed = _solved(wanted, group, instead)
                    if changed is not None:
                        return _values(groups, {**instead, group.letters[0]: changed})
    return None


def _is_of(condition: Condition, group: Letters) -> bool:
    """Whether a condition is on this letter alone."""
    return condition.symbols == (group.letters[0],)


def _values(groups: list[Letters], known: dict[str, int]) -> tuple[int, ...]:
    return tuple([known[group.letters[0]] for group in groups])


def _solved(wanted: list[Condition], group: Letters, known: dict[str, int]) -> int | None:
    """A size of a letter that meets all conditions, the others being known: a usual one, or one that is near."""
    name = group.letters[0]
    sizes = solve(wanted, name, {other: value for other, value in known.items() if other != name}, least=1)
    if sizes is None:  # no closed form: one is found by trying
        own = [condition for condition in wanted if name in condition.symbols]
        tried = dict.fromkeys((*group.usual, *range(1, MOST_TRIED)))
        return next((size for size in tried if all(c.holds({**known, name: size}) for c in own)), None)
    if not sizes:
        return None
    usual = next((size for size in group.usual if size in sizes and size > 1), None)
    if usual is not None:
        return usual
    larger = sizes & SizeSet.interval(2)
    return (larger or sizes).least


def _is_impossible(asked: list[Condition], number: int) -> bool:
    """Whether no sizes at all go the other way, as far as conditions on the same letter say, or the numbers themselves."""
    other = asked[number].negated()
    symbols = other.symbols
    if len(symbols) == 1:
        same = [c for c in (*asked[:number], other) if c.symbols == symbols]
        sizes = solve(same, symbols[0], least=1)
        return sizes is not None and not sizes
    return other.relation == "==" and len(symbols) == 2 and _has_no_factors(other.poly)


def _has_no_factors(poly: Poly) -> bool:
    """Whether `k * a * b == c` has no solution, where `a` and `b` are expressions in one letter each."""
    constant = -poly.constant
    rest = [(monomial, k) for monomial, k in poly.terms.items() if monomial]
    if len(rest) != 1 or not constant:
        return False
    monomial, k = rest[0]
    product, left = divmod(constant, k)
    if left:
        return True
    if not 0 < product <= LARGEST_PRODUCT:
        return False
    parts: dict[str, Poly] = {}
    for atom in monomial:
        own = Poly({(atom,): 1})
        if len(own.symbols) != 1:
            return False
        (symbol_,) = own.symbols
        parts[symbol_.name] = parts[symbol_.name].times(own) if symbol_.name in parts else own
    if len(parts) != 2:
        return False
    first, second = parts.values()
    for divisor in range(1, product + 1):
        if product % divisor == 0:
            a, b = _reaches(first, divisor), _reaches(second, product // divisor)
            if a is None or b is None or (a and b):
                return False
    return True


def _reaches(part: Poly, value: int) -> bool | None:
    """Whether an expression in one letter can have a value; None where that is not known."""
    (letter,) = part.symbols
    sizes = solutions(part.shifted(-value), "==", letter, least=1)
    return None if sizes is None else bool(sizes)


# what is left of the letters


def settled(found: Fit, conditions: list[Condition]) -> None:
    """Puts numbers in the place of letters that have only one value, and one letter in that of two that are the same."""
    alias: dict[str, str] = {}
    pinned: dict[str, int] = {}
    for condition in conditions:
        names = condition.symbols
        if condition.relation == "==" and len(names) == 2 and _is_difference(condition.poly):
            a, b = (_root(alias, name) for name in names)
            if a != b:
                keep, drop = (a, b) if a == BATCH else (b, a) if b == BATCH else (a, b)
                alias[drop] = keep
    for group in found.groups:
        name = group.letters[0]
        own = [c for c in conditions if c.symbols == (name,)]
        sizes = solve(own, name, least=1) if own else None
        if sizes is not None and sizes.least == sizes.most and BATCH not in group.letters:
            pinned[name] = group.value
    heads = {letter: group.letters[0] for group in found.groups for letter in group.letters}

    def size_of(size: int | str) -> int | str:
        if type(size) is not str:
            return size
        root = _root(alias, heads[size])
        if root in pinned:
            return pinned[root]
        return size if root == heads[size] else root

    found.arguments = {name: _sized(way, size_of) for name, way in found.arguments.items()}
    found.literals = {name: _sized(way, size_of) for name, way in found.literals.items()}
    used = {size for way in found.wanted.values() for leaf in way.leaves for size in leaf.shape if type(size) is str}
    found.groups = [group for group in found.groups if not used.isdisjoint(group.letters)]
    _make_usual(found, conditions)


def _make_usual(found: Fit, conditions: list[Condition]) -> None:
    """Takes the usual sizes among those that meet the conditions, one letter after the other."""
    values = {group.letters[0]: group.value for group in found.groups}
    for group in found.groups:
        name = group.letters[0]
        others = {other: value for other, value in values.items() if other != name}
        sizes = solve(conditions, name, others, least=1) if BATCH not in group.letters else None
        usual = None if sizes is None else next((size for size in group.usual if size in sizes), None)
        if usual is not None:
            values[name] = group.value = usual


def _sized(way: Any, size_of: Callable[[int | str], int | str]) -> Any:
    """An argument with other sizes."""
    if not isinstance(way, Wanted):
        return way
    leaves = [Wanted(tuple(map(size_of, leaf.shape)), leaf.dtype, usual=leaf.usual) for leaf in way.leaves]
    return way.with_leaves(iter(leaves))


def is_odd(found: Fit, conditions: list[Condition]) -> bool:
    """Whether what is called the batch is none: it stands elsewhere in a shape too (nodes, steps), or can have one size only."""
    own = [c for c in conditions if c.symbols == (BATCH,)]
    sizes = solve(own, BATCH) if own else None
    if sizes is not None and sizes.least == sizes.most:
        return True
    return any(leaf.shape.count(BATCH) > 1 for way in found.wanted.values() for leaf in way.leaves)


def hint(found: Fit) -> None:
    """Numbers to begin with."""
    others = iter(OTHER_HINTS)
    for group in found.groups:
        letter = group.letters[0]
        group.value = HINTS[letter] if letter in HINTS else next(others, 41)


def _is_difference(poly: Poly) -> bool:
    return not poly.constant and sorted(poly.terms.values()) == [-1, 1] and all(len(m) == 1 for m in poly.terms)


def _root(alias: dict[str, str], name: str) -> str:
    while name in alias:
        name = alias[name]
    return name
