"""Which refusals follow from an earlier one: what is only refused because of what another refusal was assumed to answer.

An error that is reported must be one that stays when the others are fixed. So a refusal that has an earlier one behind it (in the
history of what it was given) counts as its consequence, unless it is about a number that no fix of the earlier one would change. What
counts, each rule says of itself, by the `Cascade` in its file.
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

MAX_CALLS = 3000  # that are looked at behind one


class Link:
    """A refused call and an earlier refusal that it may follow from.

    `behind`: the earlier call is among those that made what the call was given; else both were given the same tensor.
    """

    __slots__ = ("behind", "call", "earlier", "earlier_call", "error")

    def __init__(self, call: Call, error: ShapeError, earlier_call: Call, earlier: ShapeError, behind: bool) -> None:
        self.call = call
        self.error = error
        self.earlier_call = earlier_call
        self.earlier = earlier
        self.behind = behind

    @property
    def tensor(self) -> Any:
        """The tensor that is refused."""
        return refused_tensor(self.call, self.error)


class Cascade:
    """How refusals of a rule follow from earlier ones; this one from whatever lies behind it."""

    def hangs_on_unknown(self, error: ShapeError) -> bool:
        """Return whether a refusal cannot stand by itself where something else that the call was given is not known."""
        facts = (error.expected, error.actual)  # one that names two known sizes can
        return None in facts or is_unknown(facts)

    def repeats(self, link: Link) -> bool:
        """Return whether a refusal is an earlier one of the same rule once more: an operation refused on the same shapes."""
        if link.call.operation is None or link.earlier.args != link.error.args:
            return False
        return _shapes(link.call) == _shapes(link.earlier_call)

    def follows(self, link: Link) -> bool:
        """Return whether a refusal follows from an earlier one that it is linked to."""
        return link.behind

    def explains(self, link: Link) -> bool:
        """Return whether the earlier refusal, of this rule, is the reason for a size that is refused now."""
        return False


class Never(Cascade):
    """Of a type or a setting, which no fix of a size would change."""

    def follows(self, link: Link) -> bool:
        return False


class OfNumber(Cascade):
    """Of two sizes that differ: follows where one wrong number explains both refusals."""

    def follows(self, link: Link) -> bool:
        return self.is_same_number(link) or (link.behind and cascade_of(link.earlier).explains(link))

    def is_same_number(self, link: Link) -> bool:
        """Return whether the two sizes are in the ratio of the earlier refusal's.

        Beside each other, two layers that get the same tensor miss by the same ratio. After each other, the second misses by the
        ratio of the first one's two sides, where these were swapped.
        """
        earlier = self.sizes_of_earlier(link)
        wanted, came = self.two_sizes(link.error)
        return (
            earlier is not None
            and type(wanted) is int
            and type(came) is int
            and wanted * earlier[1] == came * earlier[0]
        )

    def sizes_of_earlier(self, link: Link) -> tuple[int, int] | None:
        """Return the earlier refusal's expected size and the other one: what came, or what the layer gives to this call."""
        expected = link.earlier.expected
        actual = _declared(link.earlier_call) if link.behind else link.earlier.actual
        return (expected, actual) if type(expected) is int and type(actual) is int else None

    def two_sizes(self, error: ShapeError) -> tuple[Any, Any]:
        """Return the two sizes of a refusal that differ."""
        return error.expected, error.actual


class OfLayerSize(OfNumber):
    """The same of a size that a layer was built for; it repeats where the same layer misses by the same numbers."""

    def repeats(self, link: Link) -> bool:
        earlier, error = link.earlier, link.error
        same = (earlier.expected, earlier.actual) == (error.expected, error.actual)
        return same and is_layer(link.call.owner) and link.call.owner is link.earlier_call.owner


BEHIND = Cascade()
NEVER = Never()
OF_LAYER_SIZE = OfLayerSize()


def cascade_of(error: ShapeError) -> Cascade:
    """Return how refusals of an error's rule follow from others."""
    from .rules import RULES

    rule = RULES.get(error.rule)
    return BEHIND if rule is None or rule.cascade is None else rule.cascade


def follows(refusals: list[Refusal], call: Call, error: ShapeError) -> bool:
    """Return whether a refused operation or layer is a consequence of refusals before it."""
    cascade = cascade_of(error)
    given = list(tensors(call.arguments))
    if any(isinstance(t, Unknown) or is_unknown(tuple(t.shape)) for t in given) and cascade.hangs_on_unknown(error):
        return True
    calls, seen = _behind(given)
    for refusal in refusals:
        earlier = refusal.error
        if refusal.call is None or not isinstance(earlier, ShapeError):
            continue
        link = Link(call, error, refusal.call, earlier, id(refusal.call) in calls)
        if earlier.rule == error.rule and cascade.repeats(link):
            return True
        is_linked = link.behind or id(refused_tensor(refusal.call, earlier)) in seen
        if is_linked and cascade.follows(link):
            return True
    return False


def _shapes(call: Call) -> list[tuple[Any, ...]]:
    return [tuple(t.shape) for t in tensors(call.arguments) if isinstance(t, Tensor)]


def _behind(given: list[Any]) -> tuple[set[int], set[int]]:
    """Return the calls that made these tensors and the tensors before them, by identity; with all those tensors."""
    calls: set[int] = set()
    seen: set[int] = set()
    waiting = [t for t in given if isinstance(t, Tensor)]
    while waiting and len(calls) < MAX_CALLS:
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


def _declared(call: Call) -> Any:
    """Return the number of outputs that a layer was built with."""
    for name in ("out_features", "out_channels", "hidden_size"):
        size = getattr(call.owner, name, None)
        if size is not None:
            return size
    return None


def batch_of(call: Call | None) -> Any:
    """Return the leading size of what the outermost module around a call was given."""
    while call is not None and call.parent is not None:
        call = call.parent
    first = None if call is None else next((t for t in tensors(call.arguments) if isinstance(t, Tensor)), None)
    return first.shape[0] if first is not None and first.shape else None
