"""Which dimension of a tensor is which: a dimension followed back to the layer, the joining or the data that gave it its size."""

from __future__ import annotations

from convcalc.check.provenance import history
from convcalc.nn.facts import facts_of
from convcalc.nn.module import is_layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.tensor import Tensor
    from convcalc.trace import Call

    from .case import Case

# What a dimension's size comes from.
FEATURES = "features"  # a layer gives it: channels, hidden units
MERGED = "merged"  # a view or a flattening made one dimension of several, the batch not among them
JOINED = "joined"  # a concatenation along it
POSITIONS = "positions"  # steps of a sequence, rows of an image: no layer's number
DATA = "data"  # it came in with the data
LOST = "lost"  # it cannot be told

_PRODUCTS = frozenset("matmul bmm mm linear einsum bilinear".split())
_VIEWS = frozenset("view reshape flatten unflatten view_as reshape_as".split())
_JOINS = frozenset("cat concat concatenate".split())
_SPATIAL = frozenset(("convolution", "pooling", "upsampling", "padding", "unpooling"))


class Source:
    """Where a dimension has its size from: the kind, the call that gave it (None of data), and which dimension it was there."""

    __slots__ = ("axis", "call", "kind", "tensor")

    def __init__(self, kind: str, call: Call | None = None, axis: int = 0, tensor: Any = None) -> None:
        self.kind = kind
        self.call = call
        self.axis = axis
        self.tensor = tensor


def source_of(tensor: Tensor, axis: int) -> Source:
    """Return where a dimension of a tensor has its size from."""
    axis %= max(1, len(tensor.shape))
    for made, before, after in history(tensor):
        if axis >= len(after.shape):
            return Source(LOST)
        if is_layer(made.owner):
            source = _of_layer(made, after, axis)
            if source is not None:
                return source
        if before is None:
            return Source(DATA, made, axis, after)
        name = made.type.rpartition(".")[2]
        if name in _PRODUCTS:
            return Source(FEATURES if axis == len(after.shape) - 1 else POSITIONS, made, axis, after)
        if name in _JOINS and len(made.inputs) == 1:
            return Source(LOST)  # a part may be missing
        if name in _JOINS and _joined_along(made, before, after) == axis:
            return Source(JOINED, made, axis, after)
        old, new = tuple(before.shape), tuple(after.shape)
        if name in _VIEWS:
            group = _group(old, new, axis)
            if group is None:
                return Source(LOST)
            if group[1] - group[0] > 1:
                return Source(MERGED if group[0] > 0 else LOST, made, axis, after)
            axis = group[0]
            continue
        back = _before(made, name, old, new, axis)
        if back is None:
            return Source(LOST)
        axis = back
    return Source(DATA, None, axis, tensor)


def _of_layer(made: Call, after: Any, axis: int) -> Source | None:
    stated = facts_of(type(made.owner))
    if stated.gives is not None and stated.axis is not None and stated.gives != stated.takes:
        own = feature_axis(stated, len(after.shape))
        return Source(FEATURES if own == axis else POSITIONS if axis else LOST, made, axis, after)
    if stated.kind in _SPATIAL and stated.dims is not None and axis >= len(after.shape) - stated.dims:
        return Source(POSITIONS, made, axis, after)
    return None


def feature_axis(stated: Any, rank: int) -> int:
    """Return which dimension of a tensor of that rank holds what a layer counts: behind the batch, or the last."""
    if stated.axis == -1 or stated.dims is None:
        return rank - 1 if stated.axis == -1 else min(1, rank - 1)
    return max(0, rank - stated.dims - 1) if rank > 2 else rank - 1


def _joined_along(made: Call, before: Any, after: Any) -> int:
    args, kwargs = made.arguments
    dim = args[1] if len(args) > 1 else kwargs.get("dim", kwargs.get("axis", 0))
    return dim % len(after.shape) if type(dim) is int else -1


def _group(old: tuple[Any, ...], new: tuple[Any, ...], axis: int) -> tuple[int, int] | None:
    """Return from where to where the dimensions were, before a view, that one dimension is made of."""
    if not all(type(size) is int for size in (*old, *new)):
        return None
    start, end = 1, 1
    for size in new[:axis]:
        start *= size
    end = start * new[axis]
    products = [1]
    for size in old:
        products.append(products[-1] * size)
    if start not in products or end not in products:
        return None
    first = max(i for i, p in enumerate(products) if p == start)
    last = min(i for i, p in enumerate(products) if p == end)
    if last <= first:  # a dimension of size 1
        return (first, first + 1) if first < len(old) else None
    return first, last


def _before(made: Call, name: str, old: tuple[Any, ...], new: tuple[Any, ...], axis: int) -> int | None:
    """Return which dimension it was before an operation that moves, takes or adds dimensions."""
    if len(old) == len(new):
        order = order_of(made, name, len(old))
        if order is not None:
            return order[axis] if axis < len(order) else None
        return axis if name not in ("permute", "transpose", "swapaxes", "movedim", "T", "mT", "t") else None
    same = [i for i, size in enumerate(old) if size == new[axis]]
    if len(same) == 1:
        return same[0]
    if axis == len(new) - 1 and same and same[-1] == len(old) - 1 and name not in ("select",):
        return len(old) - 1
    return axis if axis == 0 and old[:1] == new[:1] else None


def order_of(made: Call, name: str, rank: int) -> list[int] | None:
    """Return from where each dimension was taken by a transposition; None for other operations."""
    args, kwargs = made.arguments
    if name in ("T", "t") and rank == 2:
        return [1, 0]
    if name == "mT" and rank > 1:
        return [*range(rank - 2), rank - 1, rank - 2]
    if name in ("transpose", "swapaxes", "swapdims"):
        dims = [d for d in (*args[1:], *kwargs.values()) if type(d) is int]
        if len(dims) == 2:
            order = list(range(rank))
            a, b = (d % rank for d in dims)
            order[a], order[b] = order[b], order[a]
            return order
    if name == "permute":
        given = args[1] if len(args) == 2 and isinstance(args[1], (tuple, list)) else args[1:] or kwargs.get("dims", ())
        if len(given) == rank and all(type(d) is int for d in given):
            return [d % rank for d in given]
    return None


def is_joined(tensor: Tensor, module: Any) -> bool:
    """Return whether the size that a layer gets is that of several parts laid side by side."""
    stated = facts_of(type(module))
    return stated.axis is not None and source_of(tensor, feature_axis(stated, len(tensor.shape))).kind == JOINED


def gets_features(case: Case, module: Any, strictly: bool = True) -> bool:
    """Return whether the size that a layer gets is one of features, by how the tensor came about; `strictly`: and the wanted one stands nowhere else."""
    tensor, stated = case.tensor, facts_of(type(module))
    if tensor is None or stated.axis is None:
        return False
    shape = tuple(tensor.shape)
    rank = len(shape)
    axis = feature_axis(stated, rank)
    if not rank or shape[axis] != case.actual:
        return False
    if strictly and case.expected in (*shape[1:axis], *shape[axis + 1 :]):
        return False
    if stated.dims is not None and rank < stated.dims + 2 and stated.kind == "convolution":
        return False  # without a batch
    source = source_of(tensor, axis)
    if source.kind in (FEATURES, JOINED, MERGED):
        return True
    if source.kind != DATA or source.tensor is None:
        return False
    made = tuple(source.tensor.shape)
    others = [size for i, size in enumerate(made) if i not in (0, source.axis)]
    if not all(type(size) is int for size in made):
        return False
    if stated.axis == -1:
        return len(made) < 4
    return len(made) < 3 or all(made[source.axis] < size for size in others)
