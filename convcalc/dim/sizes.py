"""Sets of sizes: which numbers an input may have.

Such a set is finite up to some number and repeats itself from there on: `start` is that number, `period` and `residues` say how
it goes on, `runs` are the intervals before. Points, intervals, multiples and their unions are all of that form, and unions,
intersections and complements stay in it.
"""

from __future__ import annotations

from itertools import pairwise
from math import lcm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_PERIOD = 100_000


class TooComplex(Exception):
    """A set whose description would be too long."""


class SizeSet:
    """A set of integers: intervals before `start`, and from `start` on every n with `n % period` in `residues`."""

    __slots__ = ("period", "residues", "runs", "start")

    def __init__(
        self, runs: Iterable[tuple[int, int]] = (), start: int = 0, period: int = 1, residues: Iterable[int] = ()
    ) -> None:
        self.residues = frozenset(residues)
        self.period = period
        self.start = start
        # what stands beside the pattern ends before it
        self.runs = _merged(((low, min(high, start - 1)) for low, high in runs) if self.residues else runs)
        self._reduce()

    @classmethod
    def points(cls, *values: int) -> SizeSet:
        return cls([(value, value) for value in values])

    @classmethod
    def interval(cls, low: int, high: int | None = None) -> SizeSet:
        """From `low` to `high`, both included; without end where `high` is None."""
        return cls((), low, 1, (0,)) if high is None else cls([(low, high)])

    @classmethod
    def multiples(cls, of: int, remainder: int = 0, start: int = 1) -> SizeSet:
        """Every n from `start` on with `n % of == remainder`."""
        return cls((), start, of, (remainder % of,))

    def _reduce(self) -> None:
        """The shortest description: equal sets have equal ones."""
        if len(self.residues) == self.period:
            self.period, self.residues = 1, frozenset((0,))
        for divisor in _divisors(self.period):
            shorter = {r % divisor for r in self.residues}
            if len(shorter) * (self.period // divisor) == len(self.residues):
                self.period, self.residues = divisor, frozenset(shorter)
                break
        runs = list(self.runs)
        if not self.residues:
            self.start, self.period = (runs[-1][1] + 1 if runs else 0), 1
        elif self.period == 1:
            if runs and runs[-1][1] == self.start - 1:
                self.start = runs.pop()[0]
        else:
            while runs and runs[-1][1] == self._before(self.start):
                low, self.start = runs.pop()
                if low < self.start:
                    runs.append((low, self.start - 1))
            while self.start % self.period not in self.residues:
                self.start += 1
        self.runs = tuple(runs)

    def _before(self, value: int) -> int:
        """The last number before `value` that the pattern has."""
        value -= 1
        while value % self.period not in self.residues:
            value -= 1
        return value

    # what is in it

    def __contains__(self, value: int) -> bool:
        if value >= self.start and self.residues:
            return value % self.period in self.residues
        return any(low <= value <= high for low, high in self.runs)

    def __bool__(self) -> bool:
        return bool(self.runs or self.residues)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SizeSet) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.runs, self.start, self.period, self.residues

    @property
    def is_finite(self) -> bool:
        return not self.residues

    @property
    def least(self) -> int | None:
        """The smallest number of the set; None where it is empty."""
        if self.runs:
            return self.runs[0][0]
        return self.start if self.residues else None

    @property
    def most(self) -> int | None:
        """The greatest number of a finite set."""
        return self.runs[-1][1] if self.runs and not self.residues else None

    def is_all_from(self, n: int) -> bool:
        """Whether every number from `n` on is in the set."""
        return bool(self.residues) and self.period == 1 and self.start <= n

    def __iter__(self) -> Iterator[int]:
        """The numbers in rising order, without end where the set is infinite."""
        for low, high in self.runs:
            yield from range(low, high + 1)
        value = self.start
        while self.residues:
            if value % self.period in self.residues:
                yield value
            value += 1

    def up_to(self, limit: int) -> list[int]:
        """The numbers that are not above `limit`."""
        found = []
        for value in self:
            if value > limit:
                break
            found.append(value)
        return found

    # sets of sets

    def _from(self, start: int) -> tuple[tuple[int, int], ...]:
        """The runs before `start`, which is not before the own one."""
        runs = list(self.runs)
        if self.residues:
            if self.period == 1:
                runs.append((self.start, start - 1))
            else:
                if start - self.start > LONGEST_PERIOD * 10:
                    raise TooComplex
                runs += [(n, n) for n in range(self.start, start) if n % self.period in self.residues]
        return tuple(run for run in runs if run[0] <= run[1])

    def _with(self, other: SizeSet, both: bool) -> SizeSet:
        period = lcm(self.period, other.period)
        if period > LONGEST_PERIOD:
            raise TooComplex
        start = max(self.start, other.start)
        mine, theirs = self._from(start), other._from(start)
        residues = [
            r
            for r in range(period)
            if (both and r % self.period in self.residues and r % other.period in other.residues)
            or (not both and (r % self.period in self.residues or r % other.period in other.residues))
        ]
        runs = _common(mine, theirs) if both else (*mine, *theirs)
        return SizeSet(runs, start, period, residues)

    def __or__(self, other: SizeSet) -> SizeSet:
        return self._with(other, both=False)

    def __and__(self, other: SizeSet) -> SizeSet:
        return self._with(other, both=True)

    def complement(self, least: int = 1) -> SizeSet:
        """Every number from `least` on that is not in the set."""
        start = max(self.start, least)
        runs, at = [], least
        for low, high in self._from(start):
            if low > at:
                runs.append((at, low - 1))
            at = max(at, high + 1)
        if at < start:
            runs.append((at, start - 1))
        return SizeSet(runs, start, self.period, set(range(self.period)) - self.residues)

    def __sub__(self, other: SizeSet) -> SizeSet:
        least = self.least
        return self if least is None else self & other.complement(least)

    def __le__(self, other: SizeSet) -> bool:
        """Whether every number of this set is in the other."""
        return not self - other

    # words

    def words(self, least: int = 1) -> str:
        """The set in words: "28 to 31", "multiples of 32", "any from 63". Where it starts goes without saying if that is at `least`."""
        if not self:
            return "none"
        parts = _run_words(self.runs)
        if self.residues:
            parts.append(self._endless_words(least))
        return _listed(parts)

    __str__ = words

    def __repr__(self) -> str:
        return f"SizeSet({self.words()})"

    def _endless_words(self, least: int) -> str:
        if self.period == 1:
            return "any" if self.start <= least and not self.runs else f"any from {self.start}"
        text = _class_words(self.period, sorted(self.residues))
        natural = least
        while natural % self.period not in self.residues:
            natural += 1
        return text if self.start <= natural and not self.runs else f"{text} from {self.start}"


def _class_words(period: int, residues: list[int]) -> str:
    if residues == [0]:
        return "even" if period == 2 else f"multiples of {period}"
    if period == 2:
        return "odd"
    missing = sorted(set(range(period)) - set(residues))
    if len(missing) < len(residues) and len(missing) <= 2:
        return "any but " + _class_words(period, missing)
    runs = _merged((r, r) for r in residues)
    words = []
    for low, high in runs:
        first = f"{period}k" + (f" + {low}" if low else "")
        words.append(first if low == high else f"{first} to {period}k + {high}")
    return _listed(words)


def _run_words(runs: tuple[tuple[int, int], ...]) -> list[str]:
    if len(runs) > 3 and all(low == high for low, high in runs):
        step = runs[1][0] - runs[0][0]
        if all(after[0] - before[0] == step for before, after in pairwise(runs)):
            text = _class_words(step, [runs[0][0] % step])
            return [f"{text} from {runs[0][0]} to {runs[-1][0]}"]
    words = []
    for low, high in runs:
        words += [str(low)] if low == high else [str(low), str(high)] if high == low + 1 else [f"{low} to {high}"]
    if len(words) > 12:
        words = [*words[:6], f"… {words[-1]}"]
    return words


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _merged(runs: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(run for run in runs if run[0] <= run[1]):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def _common(a: tuple[tuple[int, int], ...], b: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    found = []
    i = j = 0
    while i < len(a) and j < len(b):
        low, high = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if low <= high:
            found.append((low, high))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return found


def _divisors(n: int) -> list[int]:
    """The divisors of n below it, rising."""
    return [d for d in range(1, n // 2 + 1) if n % d == 0]
