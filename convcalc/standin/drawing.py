"""What is certain of items that are drawn at random: what all have in common among which they are drawn.

A size that differs between them is unknown. The ways, from the surest on: the item of an index that stands for all (`any_index`), all
items where they are few, items from all over the data set (docs/architecture.md says what is then stated, and why).
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown

from .data_sets import length
from .items import FEW
from .likeness import merged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .items import Items

GLANCES = 10_000  # elements of a list whose types and sizes are compared


def found_common(items: Items) -> Any:
    """What the items have in common that a loader may draw."""
    pool = _pool(items)
    count = length(pool)
    if count == 0:
        return Unknown(f"an item of {items.name}, which is empty")
    first = items.places([0 if type(pool) is Unknown else pool[0]])[0]
    if type(first) is Unknown:  # of a subset that was drawn at random: any item of its data set
        pool = _all(items)
        count, first = length(pool), 0
    item = items.asked(first)
    if items.general is not None:
        return items.general
    if type(count) is Unknown:
        return merged([item, *_some(items)], items.differing(), whole=False)
    exhaustive = count <= FEW
    seen = [item, *_others(items, pool if exhaustive else spread(pool, items.dataset), first)]
    if exhaustive and items.whole:
        items.seen = seen
    return merged(seen, items.differing(), exhaustive)


def _pool(items: Items) -> Any:
    """The indices that may be drawn; an unknown where nobody knows how many."""
    pool = items.drawn
    if pool is not None and type(pool) is not Unknown and hasattr(pool, "tolist"):
        pool = pool.tolist()
    if pool is None or type(pool) is Unknown or any(type(index) is Unknown for index in pool[:FEW]):
        return _all(items)
    return pool


def _all(items: Items) -> Any:
    size = length(items.dataset)
    return size if type(size) is Unknown else range(size)


def _others(items: Items, pool: Any, first: Any) -> Iterator[Any]:
    for index in items.places(pool):
        if index is first or (type(index) is int and index == first):
            continue
        try:
            yield items.another(index)
        except Exception as error:
            if items.whole:  # an epoch comes to it
                raise
            yield Unknown(f"an item of {items.name} ({type(error).__name__}: {error})")


def _some(items: Items) -> Iterator[Any]:
    """A few more items of a data set of which nobody knows how many it has."""
    for index in range(1, 4):
        try:
            yield items.another(index)
        except (IndexError, KeyError):
            return


def spread(pool: Any, dataset: Any) -> list[Any]:
    """Some of many indices: the first and last ones, one of each kind of element in the lists that a data set holds, and some of all over."""
    count = len(pool)
    places = dict.fromkeys([0, 1, count - 2, count - 1])
    held = [dataset] if isinstance(dataset, (list, tuple)) else list(getattr(dataset, "__dict__", {}).values())
    for values in held:
        if type(pool) is range and type(values) in (list, tuple) and len(values) == count:
            kinds: dict[Any, int] = {}
            for place in range(0, count, -(-count // GLANCES)):
                kinds.setdefault(_kind(values[place]), place)
                if len(kinds) >= FEW // 2:
                    break
            places.update(dict.fromkeys(kinds.values()))
    places.update(dict.fromkeys(range(0, count, max(1, count // (FEW // 2)))))
    return [pool[place] for place in places][:FEW]


def _kind(value: Any, depth: int = 0) -> Any:
    """What tells one element from another at a glance: its type and its sizes."""
    if isinstance(value, Tensor):
        return value.dtype.name, len(value.shape), *[None if type(n) is Unknown else n for n in value.shape]
    if isinstance(value, (tuple, list)) and depth < 2 and len(value) <= 8:
        return type(value), *[_kind(part, depth + 1) for part in value]
    sized = isinstance(value, (str, bytes, tuple, list, dict))
    return type(value), len(value) if sized else 0
