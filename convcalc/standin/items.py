"""The items of a data set, made with few calls of the user's code: one where it is certain that it stands for all."""

from __future__ import annotations

import sys

from convcalc.tensor import Unknown, UnknownValue
from convcalc.trace import recorder as _trace

from .data_sets import element, is_plain_subset, length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FEW = 256  # items that are all looked at, where one does not stand for all
CHANCES = 7  # how often an item is made again for which random numbers were consulted


class Trace:
    """What the record of a run held before something that shall leave less trace, or none."""

    def __init__(self) -> None:
        self.record = record = _trace.active
        if record is not None:
            self.calls, self.notes = len(record.calls), len(record.notes)
            self.branches, self.undecided = record.branches, set(record.undecided)
            self.granted, self.failure = set(record._granted), record.failure

    def branches_since(self) -> int:
        return 0 if self.record is None else self.record.branches - self.branches

    def erase(self) -> None:
        """As if nothing had happened."""
        record = self.record
        if record is None:
            return
        del record.calls[self.calls :]
        del record.notes[self.notes :]
        record.branches, record.failure = self.branches, self.failure
        record._granted = self.granted
        for key in [key for key in record.undecided if key not in self.undecided]:
            del record.undecided[key]

    def shorten(self) -> None:
        """Another item of many: its operations and notes are those of the first. Calls of modules stay."""
        record = self.record
        if record is None:
            return
        if not any(call.kind == "module" for call in record.calls[self.calls :]):
            del record.calls[self.calls :]
        if len(record.notes) > self.notes:
            told = {(note.kind, note.text, note.file, note.line) for note in record.notes[: self.notes]}
            record.notes[self.notes :] = [
                note for note in record.notes[self.notes :] if (note.kind, note.text, note.file, note.line) not in told
            ]


def random_state() -> Any:
    """The state of Python's random numbers: where it has changed, they were consulted, and nobody knows what they will say."""
    module = sys.modules.get("random")
    return None if module is None else module.getstate()


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
        self._common: Any = None
        self.is_asked = False
        method = getattr(type(dataset), "__getitems__", None)
        self.batched = method is not None and type(dataset).__module__[:9] != "convcalc."

    def at(self, index: Any) -> Any:
        """One item; unknown where making it needs what only the real data can tell."""
        try:
            return self._made(index)
        except UnknownValue as unknown:
            return Unknown(unknown.reason)
        except OSError as error:
            return Unknown(f"an item of {self.name} ({error})")

    def _made(self, index: Any) -> Any:
        if self.batched:
            return self.dataset.__getitems__([index])[0]
        return element(self.dataset, index)

    def differing(self) -> str:
        return f"what differs between the items of {self.name}"

    def another(self, index: Any) -> Any:
        """One more item, of which the record of the run tells nothing that it has told."""
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
        state, trace = random_state(), Trace()
        item = self.at(index)
        consulted = state != random_state()
        if type(index) is not int:
            return item
        if not consulted and is_alike(self.dataset):
            self.general, self.tells_all = item, True
        elif trace.record is not None:
            self._look_for_general(item, CHANCES if consulted else 0, trace.branches_since())
        return item

    def _look_for_general(self, item: Any, chances: int, branches: int) -> None:
        """Makes the item of an index that stands for all, once more for each of the chances where random numbers were consulted."""
        from .any_index import any_of
        from .likeness import knows_more, merged, settled

        state, trace = random_state(), Trace()
        record: Any = trace.record
        recover, record.recover = record.recover, None
        try:
            index = any_of(self.dataset)
            general = settled(self._made(index))
            if chances:
                general = merged([general, *[settled(self._made(index)) for _ in range(chances)]], self.differing(), False)  # fmt: skip
            if trace.branches_since() == branches * (1 + chances) and (chances or state == random_state()):
                self.tells_all = not knows_more(item, general)
                self.general = general
        except Exception:  # the item hangs on its index
            pass
        finally:
            record.recover = recover
        trace.erase()
        if state is not None:
            sys.modules["random"].setstate(state)

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
