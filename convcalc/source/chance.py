"""`random` as a loaded file sees it: what a seed fixes is exact, what is drawn without one is not known.

After `random.seed(3)` the numbers are Python's own. They are lost where nobody knows how many have been drawn: in a turn of a loop that stands for
others, on a side of a condition that is not known, after a statement that was skipped. Of what is drawn then, its type is known, and
what the items have in common that might be drawn.
"""

from __future__ import annotations

import random
from _collections import deque

from convcalc.tensor import Tensor, Unknown, UnknownValue
from convcalc.tensor.unknown import held_by, kind_of

from .rests import has_rest, is_rest, more_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NUMBERS = (
    "random uniform triangular betavariate expovariate gammavariate gauss lognormvariate normalvariate vonmisesvariate paretovariate "
    "weibullvariate randint randrange getrandbits binomialvariate randbytes"
).split()
_WHOLE = ("randint", "randrange")
METHODS = [*NUMBERS, "choice", "choices", "sample", "shuffle", "seed", "getstate", "setstate"]


class Stream:
    """A source of random numbers: Python's own, and whether its numbers are those that the script would get."""

    def __init__(self, run: Any, seeds: tuple[Any, ...] = (), can_be_seeded: bool = True) -> None:
        self.run = run
        self.source = random.Random(0)
        self.passed: int | None = None  # how many statements had been skipped when it was seeded; None where it is not
        self.can_be_seeded = can_be_seeded
        if seeds:
            self.seed(*seeds)

    def is_known(self) -> bool:
        """Whether the next number is known; it is lost for good where it is not. Asked for each draw."""
        self.run.record.draws += 1
        if self.passed is not None and (self.passed != self.run.passed or self.run.control.is_tentative()):
            self.passed = None
        if self.passed is None:
            return False
        self.run.control.known_draws += 1
        return True

    def seed(self, a: Any = None, version: int = 2) -> None:
        self.passed = None
        if a is None or type(a) is Unknown or not self.can_be_seeded:
            return
        self.source.seed(a, version)
        self.passed = None if self.run.control.is_tentative() else self.run.passed

    def getstate(self) -> Any:
        return self.source.getstate() if self.is_known() else Unknown("random.getstate()")

    def setstate(self, state: Any) -> None:
        self.passed = None
        if type(state) is not Unknown:
            self.source.setstate(state)
            self.passed = None if self.run.control.is_tentative() else self.run.passed

    def number(self, name: str, *args: Any, **kwargs: Any) -> Any:
        known = self.is_known()
        try:
            drawn = getattr(self.source, name)(*args, **kwargs)  # which refuses what it refuses whatever is drawn
        except UnknownValue as unknown:
            self.passed = None
            kind = float if name == "uniform" else int if name in _WHOLE and all(map(_is_whole, args)) else None
            return _within(Unknown(f"random.{name}({unknown.reason})", kind), name, args)
        return drawn if known else _within(Unknown(f"random.{name}(...)", type(drawn)), name, args)

    def choice(self, seq: Any) -> Any:
        items = self._items(seq)
        if items is None or (len(items) and not (items is seq and self.is_known())):
            return self._any_of(seq, items, "choice")
        return self.source.choice(seq)

    def choices(self, population: Any, weights: Any = None, *, cum_weights: Any = None, k: Any = 1) -> Any:
        items = self._items(population)
        if items is population and type(k) is not Unknown and self.is_known():
            try:
                return self.source.choices(population, weights, cum_weights=cum_weights, k=k)
            except UnknownValue:
                self.passed = None
        return self._several(population, items, k, "choices")

    def sample(self, population: Any, k: Any, *, counts: Any = None) -> Any:
        items = self._items(population)
        if items is population and type(k) is not Unknown:
            if self.is_known() or counts is not None:
                return self.source.sample(population, k, counts=counts)
            self.source.sample(range(len(population)), k)  # refuses more than there are
        return self._several(population, items, k, "sample")

    def shuffle(self, x: Any) -> None:
        items = self._items(x)
        if items is x and self.is_known():
            self.source.shuffle(x)
        elif isinstance(x, (list, deque)):
            if len(items):
                one = self._any_of(x, items, "shuffle")
                for i, item in enumerate(x):
                    if not is_rest(item):
                        x[i] = one
        elif isinstance(x, Tensor) or hasattr(x, "__tensor__"):
            from convcalc.tensor.values import overwrite

            overwrite(held_by(x))
        elif items is x:
            self.source.shuffle(x)

    def _items(self, population: Any) -> Any:
        """What may be drawn; None where that is not known."""
        if type(population) is Unknown or not hasattr(population, "__len__"):
            return None
        if isinstance(population, (list, deque)) and has_rest(population):
            return [item for item in population if not is_rest(item)] or None
        return population

    def _any_of(self, population: Any, items: Any, name: str) -> Any:
        self.passed = None
        reason = f"random.{name}(...)"
        if items is None:
            source = population.reason if type(population) is Unknown else "a list"
            return Unknown(f"random.{name}({source})", int if kind_of(population) is range else None)
        return any_of(items, reason)

    def _several(self, population: Any, items: Any, k: Any, name: str) -> list[Any]:
        self.passed = None
        if items is not None and not len(items):
            return []
        one = self._any_of(population, items, name)
        return [one, more_of(f"random.{name}(...)")] if type(k) is Unknown else [one] * k


def _is_whole(bound: Any) -> bool:
    return (kind_of(bound) if type(bound) is Unknown else type(bound)) is int


def _within(number: Unknown, name: str, args: tuple[Any, ...]) -> Unknown:
    """A number with the bounds within which `randint(a, b)`, `randrange(stop)` or `randrange(start, stop)` draws it."""
    if name in _WHOLE and 0 < len(args) < 3 and all(map(_is_whole, args)):
        from convcalc.tensor.sums import note_bounds

        low, high = args if len(args) == 2 else (0, args[0])
        note_bounds(number, low, high if name == "randint" else high - 1)
    return number


def any_of(items: Any, reason: str) -> Any:
    """What is known of something that may be any of these items."""
    if type(items) is range:
        return items[0] if len(items) == 1 else Unknown(reason, int)
    if isinstance(items, str):
        return items[0] if len(items) == 1 else Unknown(reason, str)
    from convcalc.standin.collate import Number
    from convcalc.standin.likeness import mapped, merged

    found = merged(list(items), reason)
    return mapped(found, lambda leaf: Unknown(reason, leaf.kind) if type(leaf) is Number else leaf)


def _functions(stream_of: Callable[[Any], Stream], with_self: bool) -> dict[str, Any]:
    """The functions of the module, or the methods of a source of one's own."""

    def function(name: str) -> Any:
        numbers = name in NUMBERS

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            stream = stream_of(self)
            return stream.number(name, *args, **kwargs) if numbers else getattr(stream, name)(*args, **kwargs)

        def draw(*args: Any, **kwargs: Any) -> Any:
            return method(None, *args, **kwargs)

        made = method if with_self else draw
        made.__name__ = made.__qualname__ = name
        return made

    return {name: function(name) for name in METHODS if name == "seed" or hasattr(random.Random, name)}


_streams: dict[int, Stream] = {}  # by the id of the object that a file has: nothing on it leads to the run


def random_names(run: Any) -> dict[str, Any]:
    """The names of the module."""
    module = Stream(run)

    def stream_of(source: Any) -> Stream:
        return _streams.get(id(source)) or Stream(run)

    class Random:
        def __init__(self, x: Any = None) -> None:
            _streams[id(self)] = Stream(run, (x,))

    class SystemRandom:
        def __init__(self, x: Any = None) -> None:
            _streams[id(self)] = Stream(run, (), False)

    for name, method in _functions(stream_of, True).items():
        setattr(Random, name, method)
        setattr(SystemRandom, name, method)
    return {**_functions(lambda source: module, False), "Random": Random, "SystemRandom": SystemRandom}
