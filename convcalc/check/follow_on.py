"""Which refusals follow from an earlier one: what is only refused because of what another refusal was assumed to answer.

An error that is told must be one that stays when the others are mended. So a refusal that has an earlier one behind it (in the
history of what it was given) counts as its consequence, unless it is about a number that no mend of the earlier one would change.
"""

from __future__ import annotations

from convcalc.nn.module import is_layer
from convcalc.tensor import ShapeError, Tensor, Unknown, is_unknown
from convcalc.trace import tensors

from .provenance import refused_tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Call

    from .error_recovery import Refusal

_SIZES = frozenset("linear-in-features conv-channels norm-channels recurrent-input view-size".split())
_LAYERS = _SIZES - {"view-size"}
_TYPES = frozenset("dtype embedding-dtype embedding-index groups argument".split())
REACH = 3000  # calls that are looked at behind one


def follows(refusals: list[Refusal], call: Call, error: ShapeError) -> bool:
    """Whether a refused operation or layer is a consequence of refusals before it."""
    given = list(tensors(call.arguments))
    if any(isinstance(t, Unknown) or is_unknown(tuple(t.shape)) for t in given):
        # a refusal that names two known sizes does not hang on the unknown ones
        facts = (error.expected, error.actual)
        if None in facts or is_unknown(facts) or error.rule == "loss-shapes":
            return True
    calls, seen = _behind(given)
    tensor = refused_tensor(call, error)
    for refusal in refusals:
        earlier = refusal.error
        if refusal.call is None or not isinstance(earlier, ShapeError):
            continue
        if _repeats(call, error, refusal):
            return True
        same_input = id(refused_tensor(refusal.call, earlier)) in seen
        if not same_input and id(refusal.call) not in calls:
            continue
        if error.rule in _TYPES:
            continue
        if error.rule == "loss-shapes" and id(refusal.call) in calls:
            if not _is_of_another_batch(call, refusal):
                return True
        elif error.rule in _SIZES:
            if _same_number(error, tensor, refusal, id(refusal.call) in calls) or (
                error.rule == "view-size" and earlier.rule not in _LAYERS
            ):
                return True
            if earlier.rule == "concat" and id(refusal.call) in calls and _fits_joined_elsewhere(refusal.call, error):
                return True
        elif id(refusal.call) in calls:
            return True
    return False


def _repeats(call: Call, error: ShapeError, refusal: Refusal) -> bool:
    """Whether the same layer missed by the same numbers before, or an operation was refused on the same shapes."""
    earlier = refusal.error
    if refusal.call is None or not isinstance(earlier, ShapeError) or earlier.rule != error.rule:
        return False
    if error.rule in _LAYERS:
        same = (earlier.expected, earlier.actual) == (error.expected, error.actual)
        return same and is_layer(call.owner) and call.owner is refusal.call.owner
    if call.operation is None or earlier.args != error.args:
        return False
    shapes = [tuple(t.shape) for t in tensors(call.arguments) if isinstance(t, Tensor)]
    return shapes == [tuple(t.shape) for t in tensors(refusal.call.arguments) if isinstance(t, Tensor)]


def _behind(given: list[Any]) -> tuple[set[int], set[int]]:
    """The calls that made these tensors and the tensors before them, by identity; with all those tensors."""
    calls: set[int] = set()
    seen: set[int] = set()
    waiting = [t for t in given if isinstance(t, Tensor)]
    while waiting and len(calls) < REACH:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        made: Call | None = getattr(tensor, "origin", None)
        while made is not None and id(made) not in calls:
            calls.add(id(made))
            waiting += [t for t in tensors(made.arguments) if isinstance(t, Tensor)]
            made = made.before
    return calls, seen


def _fits_joined_elsewhere(call: Call, error: ShapeError) -> bool:
    """Whether a size that is refused would be the expected one, had the tensors been joined along a dimension in which they may differ."""
    shapes = [tuple(t.shape) for t in tensors(call.arguments) if isinstance(t, Tensor)]
    if len({len(shape) for shape in shapes}) != 1:
        return False
    for dim in range(len(shapes[0])):
        others = [shape[:dim] + shape[dim + 1 :] for shape in shapes]
        if all(other == others[0] for other in others):
            joined = (*shapes[0][:dim], sum(shape[dim] for shape in shapes), *shapes[0][dim + 1 :])
            return error.expected in joined
    return False


def _same_number(error: ShapeError, tensor: Any, refusal: Refusal, after: bool) -> bool:
    """Whether one wrong number explains both refusals.

    Beside each other, two layers that get the same tensor miss by the same ratio. After each other, the second misses by the
    ratio of the first one's two sides, where these were swapped.
    """
    earlier = refusal.error
    assert isinstance(earlier, ShapeError)
    expected, actual = earlier.expected, _declared(refusal) if after else earlier.actual
    wanted, came = _wanted(error)
    if type(expected) is not int or type(actual) is not int:
        return False
    if type(wanted) is int and type(came) is int and wanted * actual == came * expected:
        return True
    asked = error.actual if error.rule == "view-size" and isinstance(error.actual, tuple) else ()
    return expected in asked and actual in tuple(tensor.shape)


def _wanted(error: ShapeError) -> tuple[Any, Any]:
    """The two sizes of a refusal that differ; of a view, those of one sample."""
    if error.rule != "view-size" or not isinstance(error.actual, tuple) or error.shape is None:
        return error.expected, error.actual
    wanted: Any = 1
    came: Any = 1
    for size in error.actual[1:]:
        wanted = wanted * size
    for size in error.shape[1:]:
        came = came * size
    return wanted, came


def _declared(refusal: Refusal) -> Any:
    """The number of outputs that the refused layer was built with."""
    owner = refusal.call.owner if refusal.call is not None else None
    for name in ("out_features", "out_channels", "hidden_size"):
        size = getattr(owner, name, None)
        if size is not None:
            return size
    return None


def _is_of_another_batch(call: Call, refusal: Refusal) -> bool:
    """Whether the targets of a loss are not as many as the samples that the refused model was given."""
    given = [t for t in tensors(call.arguments) if isinstance(t, Tensor)][:2]
    if len(given) < 2 or not given[0].shape or not given[1].shape:
        return False
    samples = batch_of(refusal.call)
    return bool(given[0].shape[0] == samples and given[1].shape[0] != samples)


def batch_of(call: Call | None) -> Any:
    """The leading size of what the outermost module around a call was given."""
    while call is not None and call.parent is not None:
        call = call.parent
    first = None if call is None else next((t for t in tensors(call.arguments) if isinstance(t, Tensor)), None)
    return first.shape[0] if first is not None and first.shape else None
