"""The items of a data set, made with few calls of the user's code: one where it is certain that it stands for all."""

from __future__ import annotations

from convcalc.tensor import Unknown, UnknownValue
from convcalc.tensor.unknown import expire
from convcalc.trace import recorder as _trace

from .data_sets import element, is_plain_subset, length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FEW = 256  # items that are all looked at, where one does not stand for all
CHANCES = 7  # how often an item is made again for which random numbers were consulted


def random_state() -> int:
    """How many of Python's random numbers the script has drawn: where that has changed, they were consulted."""
    return 0 if _trace.active is None else _trace.active.draws


class Items:
    """The items of a data set, made as seldom as is certain.

    `drawn` are the indices among which some are drawn at random (all, where it is None); `general` the item that stands for
    all, where there is one, and `tells_all` says that no item tells more.
    """

    def __init__(self, dataset: Any, drawn: Any = None, whole: bool = True, memory: Any = None) -> None:
        self.subsets: list[Any] = []  # from outside in; the items are those of what they are subsets of
        while is_plain_subset(type(dataset)):
            self.subsets.append(dataset)
            dataset = dataset.dataset
        self.dataset = dataset
        self.name = "a data set" if type(dataset).__module__ == "builtins" else type(dataset).__name__
        self.drawn = drawn
        self.whole = whole  # each of `drawn` comes up in an epoch
        self.memory: list[Any] = [] if memory is None else memory  # what was found in an earlier epoch
        self.general: Any = None
        self.tells_all = False
        self.seen: list[Any] | None = None  # all items, where all were looked at
        self.repeats = False  # the items given last are what stands for every one
        self.stands_in = False  # among them is what stands for others
        self.looked_at: list[Any] = []  # items of which it was found what all have in common
        self.patterns: dict[Any, Any] = {}  # of batches that the script's own function makes of them
        self._common: Any = None
        self.is_asked = False
        method = getattr(type(dataset), "__getitems__", None)
        self.batched = method is not None and type(dataset).__module__[:9] != "convcalc."

    def at(self, index: Any) -> Any:
        """One item; unknown where making it needs what only the real data can tell."""
        try:
            return self.made(index)
        except UnknownValue as unknown:
            return Unknown(unknown.reason)
        except OSError as error:
            return Unknown(f"an item of {self.name} ({error})")

    def made(self, index: Any) -> Any:
        """An item as it comes, or what is raised."""
        try:
            if self.batched:
                return self.dataset.__getitems__([index])[0]
            return element(self.dataset, index)
        finally:
            expire()

    def differing(self) -> str:
        return f"what differs between the items of {self.name}"

    def another(self, index: Any) -> Any:
        """One more item, of which the record of the run tells nothing that it has told."""
        from .traces import Trace

        trace = Trace()
        item = self.at(index)
        trace.shorten()
        return item

    # sequences of indices

    def of(self, indices: Any, exactly: bool) -> Any:
        """The items of a batch; unless `exactly`, the general item stands for each where there is one."""
        indices = self.places(indices)
        drawn = sum([type(index) is Unknown for index in indices])
        self.stands_in, self.repeats = drawn > 0, 0 < drawn == len(indices)
        if self.repeats:
            return [self.common()] * drawn
        if drawn:
            return [self.common() if type(index) is Unknown else self.another(index) for index in indices]
        state = random_state()
        if self.batched:
            made = self.dataset.__getitems__(list(indices))
        else:
            made = [] if self.is_asked else [self.asked(indices[0])]
            if self.general is not None and (self.tells_all or not exactly) and self.strange(indices) is None:
                self.stands_in = self.repeats = True
                return [self.general] * len(indices)
            made += [self.another(index) for index in indices[len(made) :]]
        if state == random_state() or type(made) is Unknown:
            return made
        from .likeness import without_chance

        return without_chance(made, self.differing())

    def strange(self, indices: Any) -> Any:
        """An index for which the general item does not stand, because the data set has no such item; None where there is none."""
        size = length(self.dataset)
        if type(size) is Unknown:
            return None
        if type(indices) is range:
            indices = indices[:1] if len(indices) < 2 else (indices[0], indices[-1])
        return next((i for i in indices if type(i) is not int or not 0 <= i < size), None)

    def places(self, indices: Any) -> Any:
        """Indices of a subset as those of the data set below."""
        for subset in self.subsets:
            indices = [
                [subset.place(i) for i in index] if type(index) is list else subset.place(index) for index in indices
            ]
        return indices

    def asked(self, index: Any) -> Any:
        """The item of an index; notes whether one item stands for all."""
        self.is_asked = True
        state, record = random_state(), _trace.active
        branches = 0 if record is None else record.branches
        item = self.at(index)
        consulted = state != random_state()
        if type(index) is not int:
            return item
        if not consulted and is_alike(self.dataset):
            self.general, self.tells_all = item, True
        elif record is not None:
            from .any_index import look_for_general

            look_for_general(self, item, CHANCES if consulted else 0, record.branches - branches)
        return item

    # items drawn at random

    def common(self) -> Any:
        """What all items have in common among which some are drawn."""
        if self._common is None and is_alike(self.dataset) and not self.is_asked:
            self.asked(0)
            self._common = self.general
        if self._common is None:
            from .drawing import found_common

            self._common = found_common(self)
        return self._common

    def samples(self) -> list[Any]:
        """Real items among those that may be drawn; few where they cannot be made, or are all alike."""
        if not self.looked_at and not is_alike(self.dataset):
            from .drawing import some_items

            self.looked_at = some_items(self)
        return [item for item in self.looked_at if type(item) is not Unknown]

    def refuse_unlike(self, count: int) -> None:
        """Refuses what `default_collate` refuses whichever items are drawn: so many of one shape there are not."""
        if self.seen is None:
            return
        from .likeness import refuse_unlike

        refuse_unlike(self.seen, count)


def is_alike(dataset: Any) -> bool:
    """Whether the items of a data set are all alike by what it is: torchvision's tell nothing of the single image."""
    kind: Any = type(dataset)
    return hasattr(kind, "items_alike") and kind.items_alike is kind.__getitem__
