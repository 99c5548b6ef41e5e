"""Whether a model refuses every input, so that its refusal is a mistake of its own and not one of what it was given to try it out.

That is certain of two kinds of refusal. Either the argument reaches a layer as it is, which fixes its dimensions, its channels and its
type, and all sizes of it were asked (`Settled.is_complete`): the `in_features` behind a flatten that no image leads to. Or two numbers of
the model's own layers contradict one another, at the same place for all shapes that get that far. What has an argument that may be
left out is never certain: it may be what is missing.
"""

from __future__ import annotations

from itertools import product

from convcalc.nn.module import Module
from convcalc.tensor import ShapeError

from .fitting import Letters
from .settling import Effort, Settled, settle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .feeding import Feeder
    from .fitting import Fit
    from .inference import Evidence, Wanted
    from .probing import Probe

RUNS, CALLS = 60, 20_000


def certain_refusal(feeder: Feeder, known: list[Evidence]) -> Fit | None:
    """The likeliest way to feed the model, where it is certain that no way is accepted."""
    first = next((tried.fit for tried in feeder.tried if tried.result is None), None)
    if first is None or first.probe is None or first.probe.has_unknown() or not _is_of_model(first.probe.error):
        return None
    defaults = feeder.parameters.defaults
    if feeder.parameters.open or any(defaults[name] is None for name in defaults if name not in feeder.literals):
        return None
    if any(one.parts for one in known):
        return None
    if all(one.direct for one in known):
        results = _of_direct(feeder, known)
    elif all(one.direct or one.is_tensor for one in known) and not feeder.effort.is_spent:
        results = [tried.result for tried in feeder.tried if tried.result is not None]
    else:
        return None
    if not results or any(result.accepted is not None or result.is_open for result in results):
        return None
    if all(result.is_complete for result in results) or _is_contradiction(results):
        return first
    return None


def _of_direct(feeder: Feeder, known: list[Evidence]) -> list[Settled]:
    """What comes of all sizes of arguments whose dimensions the layers fix that they reach; each size has a letter of its own."""
    effort = Effort(RUNS, CALLS)
    results = []
    for shapes in product(*[_fixed(one) for one in known]):
        found = feeder.fit_of(list(shapes))
        found.groups = [Letters((letter,), group.usual) for group in found.groups for letter in group.letters]
        results.append(settle(feeder.program, feeder.module, found, effort, RUNS))
    return results


def _fixed(one: Evidence) -> list[Wanted]:
    """The shapes that the layer itself takes, which an argument reaches as it is."""
    images = len(one.ways[0].shape) > 3 or (len(one.ways) > 1 and len(one.ways[0].shape) == 3 == len(one.ways[1].shape))
    return one.ways[:1] if images else one.ways


def _is_of_model(error: Exception | None) -> bool:
    """Whether an error can be a mistake within the model: two sizes that do not fit, a name that is not there."""
    if isinstance(error, ShapeError):
        return True
    return isinstance(error, NameError) or (isinstance(error, AttributeError) and isinstance(error.obj, Module))


def _is_contradiction(results: list[Settled]) -> bool:
    """Whether all shapes that get furthest are refused at the same place, for numbers that no input has any part in."""
    places = [place for result in results for place in result.places]
    furthest = max(progress for progress, _ in places)
    reasons = {_reason(refusal) for progress, refusal in places if progress == furthest}
    return len(reasons) == 1 and None not in reasons


def _reason(refusal: Probe) -> tuple[Any, ...] | None:
    """What was refused, and where; None where a size of the input has to do with it."""
    error = refusal.error
    if not _is_of_model(error):
        return None
    if isinstance(error, ShapeError):
        if type(error.expected) is not int or type(error.actual) is not int:
            return None
        return (*refusal.place, error.rule, error.expected, error.actual)
    return (*refusal.place, type(error), str(error))
