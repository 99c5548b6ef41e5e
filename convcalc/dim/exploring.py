"""All branches of a function of a size: for which sizes it says yes."""

from __future__ import annotations

from .conditions import Conditions
from .expression import Dim, symbol
from .sizes import SizeSet, TooComplex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def accepted(
    run: Callable[[Dim], bool],
    name: str = "H",
    least: int = 2,
    most: int | None = None,
    first: int | None = None,
    tries: int = 64,
) -> SizeSet | None:
    """The sizes from `least` to `most` for which `run(size)` is true; None where `tries` runs did not settle all of them.

    A run with a symbol settles every size that meets its conditions, whether it says yes or no. The next run follows the
    smallest size that is left, until none is. `first` is the hint of the first run.
    """
    left = SizeSet.interval(least, most)
    found = SizeSet()
    for attempt in range(tries):
        hint = first if first is not None and not attempt else left.least
        if hint is None:
            return found
        with Conditions() as conditions:
            answer = run(symbol(name, hint, least, most))
        settled = conditions.solve(name, least=least, most=most) or SizeSet.points(hint)
        try:
            if answer:
                found = found | settled
            left = left - settled
        except TooComplex:
            return None
    return None if left else found
