"""Loops of a script, turn by turn: how many are run, and what those that are not run would have left.

A loop runs to its end while that is cheap. A long one is run until a turn is understood: a turn is run with the loop's counters (its
own number, what is counted in it, the lengths of lists that grow) as numbers that vary (`convcalc.tensor.varying_numbers`). If it changes nothing
else, then by induction every turn does the same for which the same conditions hold, and what many such turns leave is worked out:
counters count on, lists gain the same items. The turn in which a condition changes is run again, and so is one whose item differs.

What is not regular is run as long as the budget of steps lasts. Then, and where nobody knows how many turns there are, what the
loop changes is unknown after it, with the reason.
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown
from convcalc.tensor import varying_numbers as numbers
from convcalc.tensor.unknown import expire, passing
from convcalc.tensor.varying_numbers import Varying, identity
from convcalc.trace import NeverEnds, gradients

from .frames import OPTIMIZED, can_set_names, names_of, set_names
from .iteration import END
from .leaving import forget, forget_passes, forget_way, joined
from .loop_names import really_fresh
from .state import (
    ABSENT,
    ATTRIBUTES,
    GROUP,
    LAYER,
    MAPPING,
    NAMES,
    OPAQUE,
    SEQUENCE,
    SLOTS,
    Change,
    State,
    TooLarge,
    are_alike,
    put,
)
from .templates import another, can_be_repeated, settled, template, text_of, varies
from .ways import MAX_TURNS, Way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from types import FrameType
    from typing import Any

    from convcalc.trace.recorder import Mark

    from .iteration import Items
    from .state import Place

    Names = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # see `loop_names`
    Key = tuple[int, Any]  # a container, by its id (0 for the names of the frame), and what is held under it

QUICK = 150  # steps that the rest of a loop may take without anybody asking whether its turns are alike
DRAWN = (
    2_000  # the same of a loop that draws random numbers which are known: a turn that stands for others would lose them
)
BUDGET = 20_000  # steps of all loops of a run that are not understood
TURN = 0.05  # steps of a turn that calls no layer and no operation
LONG = 8  # turns over batches that are worth understanding from the first one on
FEW = 20  # turns that are run whatever they cost
ROUNDS = 12  # turns of a loop whose turns are not known, until they change nothing that is known
ATTEMPTS = 4  # turns that may be looked at in vain, one after another
WAYS = 16  # through a loop's body that are learnt
MAX_COUNTED = 50_000  # turns that are counted one by one, at a time
COUNTED = 0.01  # steps of such a turn

PLAIN, VARYING, LEAVING, OVER = range(4)  # what is done with the next turn

_last_turn = [0]


class Loop:
    """A loop under way: `next_item` is asked before each turn, `left` when it is over, whatever ended it."""

    def __init__(self, run: Any, frame: FrameType, items: Items, names: Names) -> None:
        self.run = run
        self.token = 0  # of a `while`: the number by which the instrumented code knows it
        self.frame = frame
        self.since = len(run.running())  # how many sides of conditions were running when it began
        self.home = run.real_frame(frame)  # the frame of the user's code, where a side of it runs elsewhere
        self.items = items
        fresh, counted, self.bound = names
        self.fresh = really_fresh(fresh, frame)  # the names that a turn binds before it reads them
        self.line = frame.f_lineno
        self.site = frame.f_code, frame.f_lasti
        self.turns = 0
        self.calls = 0  # how many there were at the start of the turn
        self.moment = 0  # of the record, then: see `Recorder.moment`
        self.mark: Mark = (0, 0, 0, (0, 0, 0))  # of the record, at the start of the turn
        self.draws = run.known_draws  # how many random numbers were drawn for certain, at the start of the loop
        self.passes = run.record.passed()  # backward, before it
        self.mode: bool | None = True  # whether gradients were recorded then
        self.before: tuple[int, int] | None = None  # the calls of the turn before
        self.phase = PLAIN
        self.state: State | None = None  # at the start of the turn
        self.turn = 0  # the number of the turn that is run with numbers that vary; 0 outside of such a turn
        self.slots: dict[Key, None] = {}  # the counters, in the order of `v`, whose first is the number of the turn
        self.lists: dict[int, None] = {}  # those that grow, whose lengths are the last counters
        self.dropped: dict[Key, None] = {}  # what has no value while a turn is looked at
        self.bases: dict[Key, Varying] = {}  # counters that vary in a turn of a loop around too
        self.lengths: dict[int, Any] = {}  # the same of lists, by id: what `varying.lengths` had
        self.v: list[Any] = []
        self.ways: list[Way] = []
        self.found: Any = None  # the numbers that the last turn has set, and what its lists have gained
        self.counted: Any = None  # the counters that the ways know
        self.attempts = 0
        self.is_counted = True
        self.may_not_turn = False  # its condition is not known from the start
        self.number = self.depth = (
            0  # of a `while`: which condition it has, and how many calls were under way when it began
        )
        self.any_item: Any = END  # what is known of all items from then on
        self.rounds = 0  # turns in which nobody knows which turn it is
        self.bound_before: dict[str, Any] = {}  # what these turns have bound the fresh names to
        self.ways_out: list[Any] = []  # how it may have ended before: states, and what was changed beyond them
        self.turn_ways: list[
            Any
        ] = []  # the same of the turn that runs: the next one begins with what either way has left
        self.reason: str | None = None  # why nobody knows where it ends
        self.uncertain: str | None = None  # why nobody knows what its turns leave
        known = run.profiles.get(self.site)
        if known is not None:  # it was understood when it ran before
            self.slots, self.lists, self.dropped = (dict(part) for part in known)
        else:
            table = 0 if frame.f_code.co_flags & OPTIMIZED else identity(frame.f_globals)
            self.slots.update(dict.fromkeys([(table, name) for name in counted]))
        if known is not None or (items.is_long and (items.remaining() or 0) > LONG):
            self.phase = VARYING

    def only_unknown(self) -> None:
        """Every turn is run, as in a model: only of a loop that nobody knows the end of is anything cut."""
        self.attempts = ATTEMPTS
        self.is_counted = False
        self.phase = PLAIN

    def is_uncertain(self, reason: str) -> None:
        """Nobody knows how many turns there are."""
        if self.uncertain is None:
            self.uncertain = reason
            self.run.note_loop(reason, self)

    def condition(self) -> Any:
        """The condition of a `while`."""
        return self.run.conditions[self.number]

    def look(self) -> None:
        """Takes the state before the first turn of a loop that may not turn at all."""
        self._look()

    def take_back_turn(self) -> bool:
        """Whether the first turn of a `while` that may not turn at all is refused: then it is taken not to turn."""
        if self.turns != 1 or not self.may_not_turn or self.state is None:
            return False
        self.state.restore()
        return True

    # before each turn

    def next_item(self) -> Any:
        """The item of the next turn to run; END after the last."""
        if self.turns:
            self._after_turn()
        if self.phase == OVER:
            return END
        item = next(self.items, END) if self.any_item is END else self.any_item
        if item is END:
            return END
        record = self.run.record
        self.before = (self.calls, len(record.calls))
        self.calls = len(record.calls)
        self.mark, self.mode = record.mark(), gradients.is_enabled()
        self.moment = record.moment()
        self.turns += 1
        if self.phase == PLAIN or (self.phase == VARYING and self.items.remaining() == 0):
            return item
        if not self._look():
            self.phase = PLAIN
            self.attempts = ATTEMPTS
        if self.phase == VARYING:
            return self._vary(item)
        if self.any_item is END:
            self.any_item = self.items.any_item(item)
        return self.any_item

    def _after_turn(self) -> None:
        run = self.run
        self._join(self.turn_ways)
        cost = len(run.record.calls) - self.calls + TURN
        if self.is_counted:
            run.loop_steps += cost
        if self.phase == LEAVING:
            self._leave()
            return
        if self.turn:
            if self._learn():
                self.attempts = 0
                self._jump()
                if len(self.ways) > WAYS:
                    self.phase, self.attempts = PLAIN, ATTEMPTS
            else:
                self.attempts += 1
                if self.attempts >= ATTEMPTS or len(self.ways) > WAYS:
                    self.phase = PLAIN
        elif self.phase == PLAIN and self.attempts < ATTEMPTS and self._is_long(cost):
            self.phase = VARYING
        if self.is_counted and run.loop_steps > BUDGET and self.phase == PLAIN and self.turns >= FEW:
            self.is_uncertain(f"what the loop of line {self.line} leaves, of which {self.turns} turns were run")
        if self.ways_out and self.phase == PLAIN and self.attempts >= ATTEMPTS and self.items.remaining() is None:
            self.is_uncertain(self.reason or "")  # nothing but what is not known ends it
        if self.uncertain is not None and self.phase != OVER:
            self.phase = LEAVING
            forget_passes(self.passes)

    def _is_long(self, cost: float) -> bool:
        draws = self.run.known_draws != self.draws
        remaining = self.items.remaining()
        if remaining is None:
            return self.turns > 2 and self.turns * cost > (DRAWN / 2 if draws else QUICK / 8)
        return remaining * cost > (DRAWN if draws else QUICK)

    def _look(self) -> bool:
        """Takes the state at the start of a turn; False where it cannot be followed."""
        if self.attempts >= ATTEMPTS and self.phase != LEAVING:
            return False
        try:
            self.state = State(self.frame, self.run.namespaces())
        except TooLarge:
            self.state = None
        return self.state is not None and can_set_names(self.frame)

    # a turn with numbers that vary

    def _vary(self, item: Any) -> Any:
        assert self.state is not None
        _last_turn[0] += 1
        self.turn = turn = _last_turn[0]
        table = self.state.places
        self.v = [self.turns - 1]
        held = {key: type(_held(table[key[0]], key[1])) for key in self.slots if key[0] in table}
        self.dropped.update({key: None for key, kind in held.items() if kind is float})
        self.slots = {key: None for key, kind in held.items() if kind is int or kind is Varying}
        self.lists = {number: None for number in self.lists if number in table}
        self.bases = {}
        counted = list(self.slots), list(self.lists)
        if counted != self.counted:
            self.counted = counted
            self.ways.clear()
        numbers.conditions[turn] = {}
        numbers.first[turn] = self.turns - 1
        for key in self.slots:
            place = table[key[0]]
            value = _held(place, key[1])
            if type(value) is Varying:
                self.bases[key], value = value, value.value
            put(place, key[1], Varying(turn, f"v[{len(self.v)}]", value))
            self.v.append(value)
        self.lengths = {number: numbers.lengths.get(number) for number in self.lists}
        for number in self.lists:
            length = len(table[number].container)
            numbers.lengths[number] = (turn, len(self.v), length)
            self.v.append(length)
        for key in self.dropped:
            if key[0] in table:
                _drop(table[key[0]], key[1], self.line)
        varied = self.items.varying(turn, self.turns - 1)
        return item if varied is END else varied

    def _learn(self) -> bool:
        """What a turn with varying numbers did; False where it is not understood (yet)."""
        changes, conditions = self._end_turn()
        order = {key: i for i, key in enumerate(self.slots, 1)}
        lengths = {number: i for i, number in enumerate(self.lists, len(self.slots) + 1)}
        effects = ["(v[0] + 1)", *(f"v[{i}]" for i in range(1, len(self.v)))]
        growth: list[Any] = []
        written = self._written()
        unexplained: list[Change] = []
        turn = self.turn
        for change in changes:
            place, key = change.place, (change.number, change.key)
            text = text_of(change.after, turn)
            if key in order:
                if text is None and type(change.after) is int:
                    text = repr(change.after)
                if text is None:
                    unexplained.append(change)
                else:
                    effects[order[key]] = text
            elif place.kind == SEQUENCE and key[0] in lengths:
                gained = _gained(change, turn)
                if gained is None:
                    unexplained.append(change)
                else:
                    length = f"(v[{lengths[key[0]]}] + {len(gained)})"
                    effects[lengths[key[0]]] = length
                    growth.append((place.container, gained))
                    room = getattr(place.container, "maxlen", None)
                    if room is not None:
                        conditions.append(f"({length} <= {room})")
            elif key in self.dropped:
                pass
            elif self._is_fresh(change):
                if text is None and varies(change.after, turn):
                    unexplained.append(change)
            elif not self._is_explained(change, turn):
                unexplained.append(change)
        way = Way(conditions, effects, growth, written, (self.moment, self.run.record.moment()))
        unknown = {order[key] for key in ((c.number, c.key) for c in unexplained) if key in order}
        self._settle(changes, way, unknown)
        if self._hands_on(changes):
            return False
        if unexplained or self.mode is not gradients.is_enabled() or (self.lists and not self._calls_alike()):
            self._candidates(unexplained)
            return False
        if self.lists and way.found != self.found:  # numbers that may have been read from a list
            self.found = way.found
            return False
        self.ways = [*(w for w in self.ways if not w.is_like(way)), way]
        self.run.profiles[self.site] = dict(self.slots), dict(self.lists), dict(self.dropped)
        return True

    def _hands_on(self, changes: list[Change]) -> bool:
        """Whether the first turn went backward and leaves to the next what it has computed: that may be refused there, so it is run."""
        record = self.run.record
        if self.turns > 1 or record.passed()[:2] == self.mark[3][:2]:
            return False
        places = record.places()
        return any(
            part._grad is False and places.get(id(part.origin), -1) >= self.calls
            for change in changes
            if not self._is_fresh(change)
            for part in (change.after if type(change.after) is tuple else (change.after,))
            if type(part) is Tensor
        )

    def _is_fresh(self, change: Change) -> bool:
        """Whether it is a name that every turn binds anew."""
        place = change.place
        return change.key in self.fresh and (place.kind == NAMES or place.container is self.frame.f_globals)

    def _written(self) -> list[Any]:
        """The names that every turn binds: with the expressions of numbers that vary, else with what they are bound to."""
        assert self.state is not None
        names = self.state.places.get(0) or self.state.places[identity(self.frame.f_globals)]
        found = []
        for name in self.fresh:
            value = names.now(name)
            if value is not ABSENT:
                hangs = varies(value, self.turn)
                found.append((names, name, template(value, self.turn) if hangs else value, hangs))
        return found

    def _end_turn(self) -> tuple[list[Change], list[str]]:
        """What the turn that was looked at has changed, and the conditions under which others do the same."""
        assert self.state is not None
        for number, around in self.lengths.items():
            numbers.lengths.pop(number, None)
            if around is not None:
                numbers.lengths[number] = around
        changes = self.state.changes()
        told = {(change.number, change.key) for change in changes}
        table = self.state.places
        for key in self.slots:
            if key not in told:  # the number that it had before the turn, which the turn has put there again
                before = _held(table[key[0]], key[1])
                changes.append(Change(table[key[0]], key[0], key[1], before, before))
        return changes, list(numbers.conditions.pop(self.turn))

    def _settle(self, changes: list[Change], way: Way | None, unknown: Container[int] = ()) -> None:
        """Makes the numbers of a turn what they are; those that vary in a turn of a loop around stay varying there, where nothing else hangs on them."""
        turn, self.turn = self.turn, 0
        for place, key in enumerate(self.slots, 1):
            base = self.bases.get(key)
            if base is not None and (way is None or place in unknown or way.uses(place)):
                base.pinned()
                del self.bases[key]
        for place, around in enumerate(self.lengths.values(), len(self.slots) + 1):
            if around is not None and (way is None or way.uses(place)):
                Varying(around[0], f"(v[{around[1]}] + {self.v[place] - around[2]})", self.v[place]).pinned()
        for change in changes:
            base = self.bases.get((change.number, change.key))
            if base is None:
                settle(change, turn)
            else:
                change.put(base + (change.after.value - base.value))

    def _is_explained(self, change: Change, turn: int) -> bool:
        """Whether what a turn changed is as it was for all that later turns can tell."""
        place, before, after = change.place, change.before, change.after
        if place.kind == SEQUENCE:
            if any(varies(item, turn) for item in after):
                return False
            return len(before) == len(after) and all(map(are_alike, before, after))
        if place.kind == LAYER and type(change.key) is int:
            return False
        if place.kind in (OPAQUE, GROUP) or before is ABSENT or after is ABSENT:
            return False
        if place.kind == SLOTS:
            return change.key != "values" and (before is after or before == after)
        return not varies(after, turn) and are_alike(before, after)

    def _calls_alike(self) -> bool:
        """Whether the turn called what the turn before it did, on the same shapes: a list that grows may be read in ways that nobody sees."""
        calls = self.run.record.calls
        if self.before is None:
            return False
        one, other = calls[slice(*self.before)], calls[self.calls :]
        return len(one) == len(other) and all(map(_is_same_call, one, other))

    def _candidates(self, changes: list[Change]) -> None:
        """What shall vary in the next turn that is looked at, by what has changed in this one without a reason that is known."""
        for change in changes:
            place, before, after = change.place, change.before, change.after
            key = change.number, change.key
            if type(after) is Varying:
                after = after.value
            kind = type(after)
            if place.kind == SEQUENCE:
                if len(after) > len(before) and _is_grown(change):
                    self.lists[key[0]] = None
                elif not (len(before) == len(after) and all(map(are_alike, before, after))):
                    self.attempts += 1
            elif place.kind == OPAQUE or place.kind == GROUP:
                self.attempts = ATTEMPTS
            elif place.kind == SLOTS:
                if change.key == "values":
                    self.dropped[key] = None
            elif kind is int and type(before) is int:
                if before != after:
                    self.slots[key] = None
            elif kind in (float, Unknown) and type(before) in (int, float, Varying):
                self.dropped[key] = None
                self.slots.pop(key, None)

    # the turns that are not run

    def _jump(self) -> None:
        """Passes over the turns that are understood."""
        alike = self.items.alike()
        most = MAX_TURNS if alike is None else alike
        v = last = self.ways[-1].step(self.v)
        count = counted = 0
        trail: list[tuple[Way, int]] = []
        while count < most and counted < MAX_COUNTED:
            way = next((w for w in self.ways if w.holds is None or w.holds(v)), None)
            if way is None:
                break
            if alike is None and (way.holds is None or (way.is_linear and way.times(v, MAX_TURNS) == MAX_TURNS)):
                if self.ways_out or self.uncertain is not None or not self.items.is_endless:
                    self.is_uncertain(f"what the loop of line {self.line} leaves, whose end is not known")
                    return
                raise NeverEnds(f"never ends: nothing in the loop of line {self.line} could end it")
            if way.steps is not None and not way.growth and (way.holds is None or way.is_linear):
                times = way.times(v, most - count)
                last = [a + b * (times - 1) for a, b in zip(v, way.steps)]
                v = way.step(last)
            else:
                v, last, times = way.follow(v, min(most - count, MAX_COUNTED - counted))
                counted += times
            count += times
            trail.append((way, times))
        if not count:
            return
        self.run.loop_steps += counted * COUNTED
        self._put_counters(v, trail[-1][0], last)
        self.items.skip(count)
        self.turns += count
        for way, times in trail:
            self.run.record.repeat(*way.calls, times)

    def _put_counters(self, v: list[Any], way: Way, last: list[Any]) -> None:
        assert self.state is not None
        table = self.state.places
        for key, value in zip(self.slots, v[1:]):
            base = self.bases.get(key)
            put(table[key[0]], key[1], value if base is None else base + (value - base.value))
        for key in self.dropped:
            if key[0] in table:
                _drop(table[key[0]], key[1], self.line, True)
        for place, name, value, hangs in way.written:
            put(place, name, another(value, last) if hangs else value)

    def _leave(self) -> None:
        """After a turn of a loop of which nobody knows what all its turns are: what it has changed is unknown, and if that is more than before, so is what another turn makes of it."""
        assert self.state is not None
        self.rounds += 1
        forget_passes(self.state.passes)
        changes, own = self.state.changes(), []
        for change in changes:  # the names that each turn binds anew hang on no turn before
            own += [change] if self._is_fresh(change) else []
        differs = forget([change for change in changes if change not in own], self.uncertain or "")
        names = {change.key: change for change in own}
        if self.rounds > 1:
            for name, change in names.items():
                self.bound_before[name] = joined(
                    self.bound_before.get(name, change.after), change.after, self.uncertain or ""
                )
        else:
            self.bound_before = {name: change.after for name, change in names.items()}
        if not differs:
            self.phase = OVER
            for name, change in names.items():
                change.put(joined(self.bound_before[name], change.after, self.uncertain or ""))
        elif self.rounds >= ROUNDS:
            raise NeverEnds(f"has a loop (line {self.line}) of which nothing is known after {ROUNDS} turns")

    def is_tentative(self) -> bool:
        """Whether the turn that runs stands for others, or nobody knows how many there are."""
        return self.phase != PLAIN or self.uncertain is not None

    def left(self) -> None:
        """The loop is over: numbers that vary become what they are."""
        if self.turn:
            changes, _ = self._end_turn()
            self._settle(changes, None)
        if self.uncertain is not None:
            forget_passes(self.passes)
        if self.uncertain is not None and self.phase != OVER and self.items.remaining() != 0:
            self._forget_names(self.uncertain)  # it has ended on a way that may not be the one
        self._join(self.turn_ways)
        self._join(self.ways_out)

    def _join(self, ways: list[Any]) -> None:
        """Nobody knows whether one of these ways was taken: what they left, and this one has not, is not known."""
        for state, left in ways:
            forget_way(state, left, self.reason or "")
        ways.clear()

    def _forget_names(self, reason: str) -> None:
        """Nothing is known of the names that the body binds."""
        table = names_of(self.frame)
        set_names(self.frame, {name: Unknown(reason) for name in self.bound if name in table})


def turns(
    run: Any, frame: FrameType, items: Items, names: Names, every: bool, uncertain: str | None = None
) -> Iterator[Any]:
    """The items of a `for`, as many as have to be run: `every` one, as in a model, unless something unknown ends the loop.

    `uncertain` says why nobody knows how many there are.
    """
    loop = Loop(run, frame, items, names)
    if every:
        loop.only_unknown()
    if uncertain is not None:
        loop.is_uncertain(uncertain)
    run.loops.append(loop)
    try:
        while True:
            item = loop.next_item()
            if passing and loop.is_tentative():
                expire()
            if item is END:
                return
            yield item
    finally:
        if loop.is_tentative():
            expire()
        loop.left()
        if loop in run.loops:
            run.loops.remove(loop)


def _held(place: Place, key: Any) -> Any:
    return (
        place.held.get(key, ABSENT)
        if place.kind in (NAMES, MAPPING, ATTRIBUTES)
        else place.held
        if key is None
        else ABSENT
    )


def _drop(place: Place, key: Any, line: int, whatever: bool = False) -> None:
    """Takes a value away that each turn changes and nothing follows: a number, or `whatever` it is."""
    if place.kind == SLOTS:
        from convcalc.tensor.values import overwrite

        overwrite(place.container)
        return
    value = _held(place, key)
    if whatever or type(value) in (int, float):
        kind = None if whatever else type(value)
        put(place, key, Unknown(f"a number that changes in each turn of the loop of line {line}", kind))


def _is_same_call(one: Any, other: Any) -> bool:
    return (
        one.type == other.type and one.owner is other.owner and one.training is other.training
        and [m.shape for m in one.inputs] == [m.shape for m in other.inputs]
    )  # fmt: skip


def _gained(change: Change, turn: int) -> list[Any] | None:
    """The items that a list has gained at its end, with what varies in them as expressions; None where it changed otherwise."""
    before, after = change.before, change.after
    if len(after) < len(before) or not _is_grown(change):
        return None
    gained = list(after)[len(before) :]
    return [template(item, turn) for item in gained] if all(map(can_be_repeated, gained)) else None


def settle(change: Change, turn: int) -> None:
    """Puts numbers in the place of what varied in a turn."""
    if change.place.kind == SEQUENCE:
        items = change.place.container
        for i in range(len(change.before) if len(items) > len(change.before) and _is_grown(change) else 0, len(items)):
            number = settled(items[i], turn)
            if number is not items[i]:
                items[i] = number
    elif change.place.kind not in (OPAQUE, GROUP, SLOTS, LAYER) and change.after is not ABSENT:
        now = change.now()
        number = settled(now, turn)
        if number is not now:
            change.put(number)


def _is_grown(change: Change) -> bool:
    return all(a is b for a, b in zip(change.before, change.after))
