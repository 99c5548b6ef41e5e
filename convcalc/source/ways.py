"""One way through the body of a loop: under which conditions a turn takes it, what it leaves, and for how many turns it is taken."""

from __future__ import annotations

from convcalc.tensor import varying_numbers as numbers

from .templates import another, function_of, texts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_TURNS = 10**12


class Way:
    """One way through the body: under which conditions a turn takes it, and what it leaves, as functions of the counters `v`.

    `growth` are the lists that gain items, `written` the names that are bound anew in each turn, `calls` its part of the record.
    """

    __slots__ = ("_step", "calls", "conditions", "effects", "found", "growth", "holds", "steps", "written")

    def __init__(
        self, conditions: list[str], effects: list[str], growth: list[Any], written: list[Any], calls: Any
    ) -> None:
        self.conditions = conditions
        self.effects = effects
        self.holds = function_of(" and ".join(conditions)) if conditions else None
        self.steps = _increments(effects)
        self._step: Callable[[Any], Any] | None = None
        self.found = (
            {i: text for i, text in enumerate(effects) if "v[" not in text},
            [len(gained) for _, gained in growth],
        )
        self.growth = growth
        self.written = written
        self.calls = calls

    def is_like(self, other: Way) -> bool:
        """Whether it is the same way."""
        return self.conditions == other.conditions and self.effects == other.effects

    def step(self, v: list[Any]) -> list[Any]:
        """The counters after a turn."""
        if self.steps is not None:
            return [a + b for a, b in zip(v, self.steps)]
        if self._step is None:
            self._step = function_of(f"[{', '.join(self.effects)}]")
        return self._step(v)  # type: ignore[no-any-return]

    def follow(self, v: list[Any], most: int) -> tuple[list[Any], list[Any], int]:
        """Turns that take this way one after another, from `v` on: the counters after them, those of the last one, and how many they are."""
        holds, times = self.holds, 0
        if self.steps is not None and not self.growth:
            counting = [(i, step) for i, step in enumerate(self.steps) if step]
            v = v[:]
            while True:
                times += 1
                for i, step in counting:
                    v[i] += step
                if times >= most or not (holds is None or holds(v)):
                    return v, [a - b for a, b in zip(v, self.steps)], times
        while True:
            for container, gained in self.growth:
                container.extend([another(item, v) for item in gained])
            last, v, times = v, self.step(v), times + 1
            if times >= most or not (holds is None or holds(v)):
                return v, last, times

    @property
    def is_linear(self) -> bool:
        """Whether all conditions compare sums of counters that count on: then one can tell for how many turns they hold."""
        return self.steps is not None and all(map(_is_linear, self.conditions))

    def times(self, v: list[Any], most: int) -> int:
        """For how many turns from `v` on linear conditions hold; they hold for the first."""
        assert self.steps is not None
        after = [a + b for a, b in zip(v, self.steps)]
        for condition in self.conditions:
            left, sign, right = numbers.parted(condition)
            difference = function_of(f"{left} - ({right})")
            start = difference(v)
            most = min(most, _turns_until(sign, start, difference(after) - start))
        return most

    def uses(self, counter: int) -> bool:
        """Whether anything but the counter itself hangs on it, or it does not just count on."""
        name = f"v[{counter}]"
        texts = [*self.conditions, *(text for i, text in enumerate(self.effects) if i != counter)]
        texts += [text for _, _, value, hangs in self.written if hangs for text in texts_of(value)]
        for _, gained in self.growth:
            texts += texts_of(gained)
        return any(name in text for text in texts) or _increment(name, self.effects[counter]) is None


def _is_linear(condition: str) -> bool:
    """Whether a condition compares sums of counters times numbers."""
    if any(sign in condition for sign in ("%", "/", "**", "(not", "(int", "(float", "round", "floor", "abs", ".")):
        return False
    parts = condition.split(" * ")
    return all(parts[i][-1:].isdigit() or parts[i + 1][:1].isdigit() for i in range(len(parts) - 1))


def _turns_until(sign: str, start: int, step: int) -> int:
    """How many turns `start + turn * step` compares so with 0, from the first on, for which it does."""
    if sign == "!=":
        return -start // step if step and start % step == 0 and -start // step > 0 else MAX_TURNS
    if sign == "==":
        return 1 if step else MAX_TURNS
    if sign[0] == ">":
        start, step = -start, -step  # now `< 0` or `<= 0`
    if step <= 0:
        return MAX_TURNS
    room = -start if sign[1:] else -start - 1  # the largest value that is allowed is 0 or -1
    return room // step + 1


def _increment(name: str, text: str) -> int | None:
    """By how much a counter counts on, if that is what its expression says."""
    if text == name:
        return 0
    start = f"({name} + "
    number = text[len(start) : -1] if text.startswith(start) and text[-1] == ")" else ""
    return int(number) if number.lstrip("-").isdigit() else None


def _increments(effects: list[str]) -> list[int] | None:
    """By how much each counter counts on, where that is all that happens to them."""
    found = [_increment(f"v[{i}]", text) for i, text in enumerate(effects)]
    return None if None in found else found  # type: ignore[return-value]
