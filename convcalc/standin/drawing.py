"""What is certain of items that are drawn at random: what all have in common among which they are drawn.

A size that differs between them is unknown. The ways, from the surest on: the item of an index that stands for all (`any_index`), all
items where they are few, items from all over the data set (docs/architecture.md says what is then stated, and why).
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown

from .data_sets import length
from .items import FEW, random_state
from .likeness import knows_more, merged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .items import Items

SOME = 64  # items that are looked at, of more than FEW
FEW_SAMPLES = 16  # items that batches are made of, where one stands for all but a batch of it does not tell all
GLANCES = 10_000  # elements of a list whose types and sizes are compared


def found_common(items: Items) -> Any:
    """What the items have in common that a loader may draw."""
    pool = items.drawn
    if pool is not None and type(pool) is not Unknown:
        pool = pool.tolist() if hasattr(pool, "tolist") else pool
        if len(pool) == 0:
            return Unknown(f"an item of {items.name}, which is empty")
    places: Any = items.places  # of a subset, as indices of the data set below
    if pool is None or type(pool) is Unknown or any(type(i) is Unknown for i in places(pool[:FEW])):
        pool, places = _all(items), list  # any item of that data set
    count: Any = pool if type(pool) is Unknown else len(pool)
    if type(count) is int and count == 0:
        return Unknown(f"an item of {items.name}, which is empty")
    first = 0 if type(count) is Unknown else places(pool[:1])[0]
    item = items.asked(first)
    if items.general is not None:
        strange = None if type(count) is Unknown or type(pool) is range else items.strange(places(pool))
        if strange is not None and items.whole:
            items.another(strange)  # raises what an epoch comes to
        return items.general
    if type(count) is Unknown:
        return merged([item, *_some(items)], items.differing(), whole=False)
    held = list(getattr(items.dataset, "__dict__", {}).values())
    if items.memory and _is_as_before(items.memory, held, item):
        items.seen, items.looked_at, items.patterns = items.memory[2], items.memory[4], items.memory[5]
        return items.memory[3]
    state = random_state()
    seen = [item, *_others(items, places(pool if count <= FEW else spread(pool, items.dataset)), first)]
    exhaustive = count <= FEW and state == random_state()
    if exhaustive and items.whole:
        items.seen = seen
    common = merged(seen, items.differing(), exhaustive)
    items.looked_at = seen
    items.memory[:] = held, item, items.seen, common, seen, items.patterns
    return common


def some_items(items: Items) -> list[Any]:
    """A few real items among those that may be drawn."""
    pool = items.drawn
    places: Any = items.places
    if pool is None or type(pool) is Unknown or hasattr(pool, "tolist"):
        pool, places = _all(items), list
    if type(pool) is Unknown or not len(pool):
        return []
    return [items.another(index) for index in places(spread(pool, items.dataset)[:FEW_SAMPLES])]


def _is_as_before(memory: list[Any], held: list[Any], item: Any) -> bool:
    """Whether a data set holds the same objects as in the last epoch, and its first item tells the same."""
    if len(held) != len(memory[0]) or any(a is not b for a, b in zip(held, memory[0])):
        return False
    try:
        return not knows_more(item, memory[1]) and not knows_more(memory[1], item)
    except Exception:  # they differ, or cannot be compared
        return False


def _all(items: Items) -> Any:
    size = length(items.dataset)
    return size if type(size) is Unknown else range(size)


def _others(items: Items, indices: Any, first: Any) -> Iterator[Any]:
    for index in indices:
        if type(index) is Unknown or index is first or (type(index) is int and index == first):
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
                if len(kinds) >= SOME:
                    break
            places.update(dict.fromkeys(kinds.values()))
    places.update(dict.fromkeys(range(0, count, max(1, count // SOME))))
    return [pool[place] for place in places][:SOME]


def _kind(value: Any, depth: int = 0) -> Any:
    """What tells one element from another at a glance: its type and its sizes."""
    if isinstance(value, Tensor):
        return value.dtype.name, len(value.shape), *[None if type(n) is Unknown else n for n in value.shape]
    if isinstance(value, (tuple, list)) and depth < 2 and len(value) <= 8:
        return type(value), *[_kind(part, depth + 1) for part in value]
    sized = isinstance(value, (str, bytes, tuple, list, dict))
    return type(value), len(value) if sized else 0
