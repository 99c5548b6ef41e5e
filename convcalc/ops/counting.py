"""How many elements of a mask hold: a number that nobody knows, and that is the same wherever the same mask is asked.

So `boxes[mask]` and `labels[mask]` fit each other, and so do what two masks select that are calculated alike of the same tensors
(`labels != -100`, written twice). Of the opposite (`~mask`) as many hold as are left.
"""

from __future__ import annotations

from bisect import bisect_left

from convcalc.tensor import Tensor, Unknown
from convcalc.tensor.resets import on_reset
from convcalc.tensor.symbols import is_made_of_symbols, part_of
from convcalc.trace import recorder as _trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REASON = "the number of elements that are not zero"
DEEPEST = 6  # operations that are looked at behind a mask
# Operations that compute what they compute of the same tensors each time.
CERTAIN = frozenset(
    "eq ne lt le gt ge logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_xor bitwise_not invert add sub mul div "
    "floor_divide remainder neg abs sum any all max min amax amin argmax argmin isnan isinf isfinite sigmoid softmax exp log where gather "
    "__getitem__ select squeeze unsqueeze view reshape flatten permute transpose t contiguous clone detach to float long int bool".split()
)
# Those of them that only lay the elements out otherwise.
SAME = frozenset("to view reshape flatten squeeze unsqueeze permute transpose t contiguous clone detach bool".split())
VIEWS = SAME | frozenset("__getitem__ select expand detach data numpy".split())
OPPOSITE = ("invert", "logical_not", "bitwise_not")
OPERATORS = frozenset(
    "__setitem__ __iadd__ __isub__ __imul__ __itruediv__ __ifloordiv__ __imod__ __ipow__ __iand__ __ior__ __ixor__".split()
)

_counts: dict[Any, tuple[Unknown, list[Any]]] = {}  # by how the mask was made; with the tensors that this is told by


def count_of(mask: Tensor) -> Any:
    """How many elements of a mask are not zero: a symbol, at most the number of its elements, or what is left of these."""
    if any(type(size) is int and size == 0 for size in mask.shape):
        return 0
    for _ in range(DEEPEST):
        inner = _inner(mask, SAME)
        if inner is None or (mask.dtype is not inner.dtype and mask.dtype.name != "bool"):
            break
        mask = inner
    if mask.dtype.name == "bool":
        inner = _inner(mask, OPPOSITE)
        if inner is not None and inner.dtype.name == "bool":
            return mask.numel() - count_of(inner)
    told: list[Any] = [mask]
    key = _key(mask, _now(), told, DEEPEST)
    found = _counts.get(key)
    if found is None or not is_made_of_symbols(found[0]):
        found = _counts[key] = part_of(mask.numel(), "selected", REASON), told
    return found[0]


def count_behind(number: Tensor) -> Any:
    """What `mask.sum()` is; None where a tensor is no such number."""
    mask = _inner(number, ("sum", "count_nonzero"))
    if mask is None or number.shape or mask.values is not None:
        return None
    args, kwargs = number.origin.arguments
    return count_of(mask) if mask.dtype.name == "bool" and len(args) == 1 and not kwargs else None


def _inner(tensor: Tensor, names: Any) -> Tensor | None:
    """The tensor of which one of these operations has made another, where neither was written to since."""
    call = _made_by(tensor)
    if call is None or call.before is not None or call.type.rpartition(".")[2] not in names:
        return None
    inner = call.arguments[0][0] if call.arguments[0] else None
    if not isinstance(inner, Tensor) or _writes(tensor, _place(call), _now()) or _writes(inner, _place(call), _now()):
        return None
    return inner


def _key(value: Any, until: int, told: list[Any], depth: int) -> Any:
    """What tells how a value was made, as it was before a call of the record: equal for values that are surely equal."""
    if isinstance(value, Tensor):
        call = _made_by(value)
        if depth and call is not None and call.kind == "op" and call.type.rpartition(".")[2] in CERTAIN:
            place = _place(call)
            if call.before is None and not _writes(value, place, until):
                args, kwargs = call.arguments
                return call.type, *[_key(given, place, told, depth - 1) for given in (*args, *kwargs, *kwargs.values())]
        told += [value, call]
        return "tensor", id(value), id(call), _writes(value, 0, until), _steps(value, until)
    if value is None or type(value) in (int, float, bool, str):
        return type(value), value
    if type(value) in (tuple, list):
        return type(value), *[_key(part, until, told, depth) for part in value]
    if type(value) is slice:
        return slice, *[_key(part, until, told, depth) for part in (value.start, value.stop, value.step)]
    if value is Ellipsis:
        return value
    told.append(value)
    return "object", id(value)


# what was written meanwhile


def _now() -> int:
    return 0 if _trace.active is None else len(_trace.active.calls)


def _is_write(call: Any) -> bool:
    """Whether a call that gives back what it was given has written to it: `x.to(device)` has not."""
    name = call.type.rpartition(".")[2]
    return name in OPERATORS or (name[-1] == "_" and name[:2] != "__")


def _made_by(tensor: Tensor) -> Any:
    """The call that made a tensor, or wrote to it last; None where it was not computed."""
    call = tensor.origin
    while call is not None and call.before is not None and not _is_write(call):
        call = call.before
    return call


def _place(call: Any) -> int:
    return 0 if _trace.active is None else _trace.active.places().get(id(call), 0)


def _writes(tensor: Tensor, since: int, until: int) -> int:
    """How often the memory of a tensor was written to between two calls of the record."""
    record = _trace.active
    if record is None:
        return 0
    root = _root(tensor)
    written = record.in_place
    count = 0
    for place in written[bisect_left(written, since) : bisect_left(written, until)]:
        call = record.calls[place]
        target = call.arguments[0][:1]
        count += bool(target) and _is_write(call) and isinstance(target[0], Tensor) and _root(target[0]) is root
    return count


def _steps(tensor: Tensor, until: int) -> int:
    """How often an optimizer may have changed a tensor before a call of the record."""
    record = _trace.active
    if record is None or tensor.is_leaf is False:
        return 0
    return sum([step.place <= until for step in record.steps])


def _root(tensor: Tensor) -> Tensor:
    """The tensor of whose memory one is a part, as far as that is told."""
    for _ in range(DEEPEST):
        call = tensor.origin
        while call is not None and call.before is not None:  # of what was written in place
            call = call.before
        if call is None or call.type.rpartition(".")[2] not in VIEWS or not call.arguments[0]:
            break
        inner = call.arguments[0][0]
        if not isinstance(inner, Tensor):
            break
        tensor = inner
    return tensor


@on_reset
def forget() -> None:
    """Drop the counts of a run."""
    _counts.clear()
